// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;

/** Collects everything that a port logs, and throws if the test requires it. */
final class CollectingLogger implements System.Logger {

    final List<Level> levels = new CopyOnWriteArrayList<>();
    final List<String> messages = new CopyOnWriteArrayList<>();
    volatile boolean throwsErrors;

    @Override
    public String getName() {
        return "test";
    }

    @Override
    public boolean isLoggable(final Level level) {
        return true;
    }

    @Override
    public void log(final Level level, final ResourceBundle bundle, final String message, final Throwable thrown) {
        levels.add(level);
        messages.add(message);
        if (throwsErrors) {
            throw new OutOfMemoryError("injected into the log");
        }
    }

    @Override
    public void log(final Level level, final ResourceBundle bundle, final String format, final Object... parameters) {
        log(level, bundle, format, (Throwable) null);
    }
}
