// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * Logs failures at the port of one device, under the name of the device.
 *
 * <p>Logging happens where a failure must not cause further harm. Exceptions of the logging system are therefore
 * dropped. Errors are logged at most once a second.
 *
 * <p>Thread-safe.
 */
final class PortLog {

    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final String device;
    private final Logger logger;

    /** Guarded by the monitor, like the fields below. */
    private boolean logged;
    private long loggedNs;
    private long suppressed;

    /**
     * Creates the log of a device.
     *
     * @param device its name and address, such as {@code soft0 at 127.0.0.1:4791}.
     * @param logger receives the messages.
     */
    PortLog(final String device, final Logger logger) {
        this.device = device;
        this.logger = logger;
    }

    /**
     * Logs that one part of the work failed while the rest continues.
     *
     * @param activity activity that failed, as in "handling a packet".
     * @param outcome  what happens next.
     * @param reason   exception that was thrown.
     */
    void error(final String activity, final String outcome, final Throwable reason) {
        try {
            final long others = countOrSuppress();
            if (others >= 0) {
                log(Level.ERROR, activity + " failed: " + outcome
                    + (others == 0 ? "" : " (" + others + " more failures were not logged)"), reason);
            }
        } catch (final Throwable e) {
            // Not even the text could be made. See below.
        }
    }

    /**
     * Logs that something does not work as users expect.
     *
     * @param text sentence without the name of the device.
     */
    void warn(final String text) {
        log(Level.WARNING, text, null);
    }

    /**
     * Logs information for users.
     *
     * @param text sentence without the name of the device.
     */
    void info(final String text) {
        log(Level.INFO, text, null);
    }

    /**
     * Logs a failure without consequences.
     *
     * @param activity activity that failed.
     * @param reason   exception that was thrown.
     */
    void debug(final String activity, final Throwable reason) {
        log(Level.DEBUG, activity + " failed", reason);
    }

    private void log(final Level level, final String text, final Throwable reason) {
        try {
            logger.log(level, "software device " + device + ": " + text, reason);
        } catch (final Throwable e) {
            // A port whose failures cannot be logged must still serve its connections.
        }
    }

    /** Returns how many errors were suppressed since the last one logged. Negative if this one is also suppressed. */
    private synchronized long countOrSuppress() {
        final long nowNs = System.nanoTime();
        if (logged && nowNs - loggedNs < PAUSE_NS) {
            suppressed++;
            return -1;
        }
        final long others = suppressed;
        suppressed = 0;
        logged = true;
        loggedNs = nowNs;
        return others;
    }
}
