// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * Logs what goes wrong at the port of one device, under the device's name.
 *
 * <p>It is called where a failure must not do more harm than it has done, so whatever the logging system throws is
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
     * Logs that a part of the port's work failed while the rest continues.
     *
     * @param activity what failed, as in "handling a packet".
     * @param outcome  what happens next.
     * @param reason   what was thrown.
     */
    void error(final String activity, final String outcome, final Throwable reason) {
        try {
            final long others = countOrSuppress();
            if (others >= 0) {
                logger.log(Level.ERROR, "software device " + device + ": " + activity + " failed: " + outcome
                    + (others == 0 ? "" : " (" + others + " more failures were not logged)"), reason);
            }
        } catch (final Throwable e) {
            // A port whose failures cannot be logged must still serve its connections.
        }
    }

    /**
     * Logs that something does not work as its user expects.
     *
     * @param text a sentence without the device's name.
     */
    void warn(final String text) {
        try {
            logger.log(Level.WARNING, "software device " + device + ": " + text);
        } catch (final Throwable e) {
            // See above.
        }
    }

    /**
     * Logs what its user may want to know.
     *
     * @param text a sentence without the device's name.
     */
    void info(final String text) {
        try {
            logger.log(Level.INFO, "software device " + device + ": " + text);
        } catch (final Throwable e) {
            // See above.
        }
    }

    /**
     * Logs a failure without consequences.
     *
     * @param activity what failed.
     * @param reason   what was thrown.
     */
    void debug(final String activity, final Throwable reason) {
        try {
            logger.log(Level.DEBUG, "software device " + device + ": " + activity + " failed", reason);
        } catch (final Throwable e) {
            // See above.
        }
    }

    /** Returns how many errors were suppressed since the last one logged; negative if this one is suppressed, too. */
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
