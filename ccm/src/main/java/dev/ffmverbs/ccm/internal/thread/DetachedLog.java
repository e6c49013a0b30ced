// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Logs warnings for threads that must not wait for the log, because a log handler or a console may block. Each warning
 * is written by a thread that nothing depends on, one at a time. Thread-safe.
 */
public final class DetachedLog {

    private final Logger logger;
    private final String threadName;
    private final AtomicBoolean writing = new AtomicBoolean();

    /**
     * Creates a log.
     *
     * @param logger     writes the warnings.
     * @param threadName name of the threads that call it.
     */
    public DetachedLog(final Logger logger, final String threadName) {
        this.logger = logger;
        this.threadName = threadName;
    }

    /**
     * Has a warning written.
     *
     * @param text supplies the warning; called only if the one before is written.
     * @return false if it is not written, because the one before is not written yet, or because there is no thread.
     */
    public boolean warn(final Supplier<String> text) {
        if (!writing.compareAndSet(false, true)) {
            return false;
        }
        try {
            final String warning = text.get();
            Thread.ofPlatform().daemon().name(threadName).start(() -> write(warning));
            return true;
        } catch (final RuntimeException | Error noThread) {
            writing.set(false);
            return false;
        }
    }

    private void write(final String text) {
        try {
            logger.log(Level.WARNING, text);
        } catch (final RuntimeException | Error cannotBeLogged) {
            // There may be no memory left for logging.
        } finally {
            writing.set(false);
        }
    }

    @Override
    public String toString() {
        return "DetachedLog " + threadName;
    }
}
