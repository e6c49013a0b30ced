// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** A logger that keeps its messages. */
final class CapturedLog implements System.Logger {

    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<Throwable> thrown = new CopyOnWriteArrayList<>();

    /** Thrown instead of keeping a message, as if there were no memory for logging; null to keep messages. */
    volatile Error failure;

    /** Keeps no message before it is open. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    private void keep(final String message, final Throwable cause) {
        try {
            gate.await();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        messages.add(message);
        if (cause != null) {
            thrown.add(cause);
        }
    }

    @Override
    public String getName() {
        return "captured";
    }

    @Override
    public boolean isLoggable(final Level level) {
        return level.compareTo(Level.INFO) >= 0;
    }

    @Override
    public void log(final Level level, final Supplier<String> message) {
        if (isLoggable(level)) {
            keep(message.get(), null);
        }
    }

    @Override
    public void log(final Level level, final ResourceBundle bundle, final String message, final Throwable cause) {
        if (isLoggable(level)) {
            keep(message, cause);
        }
    }

    @Override
    public void log(
        final Level level, final ResourceBundle bundle, final String format, final Object... parameters) {
        if (isLoggable(level)) {
            keep(format, null);
        }
    }
}
