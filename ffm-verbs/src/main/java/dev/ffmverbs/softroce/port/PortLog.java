// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * Logs what goes wrong at the port of one device, by the device's name.
 *
 * <p>It is called where a failure must not do more harm than it has done: whatever the logging system throws is
 * dropped. What fails again and again is logged once a second.
 *
 * <p>Thread-safe.
 */
final class PortLog {

    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final String device;
    private final Logger logger;

    /** Guarded by the monitor, like the next. */
    private boolean logged;
    private long loggedNs;
    private long suppressed;

    /**
     * Logs for a device.
     *
     * @param device its name and where it is, such as {@code soft0 at 127.0.0.1:4791}.
     * @param logger where to.
     */
    PortLog(final String device, final Logger logger) {
        this.device = device;
        this.logger = logger;
    }

    /**
     * A part of the port's work failed, and the rest goes on.
     *
     * @param activity what failed, as in "handling a packet".
     * @param outcome  what becomes of it now.
     * @param reason   what was thrown.
     */
    void failed(final String activity, final String outcome, final Throwable reason) {
        try {
            final long others = suppressedSoFar();
            if (others >= 0) {
                logger.log(Level.ERROR, "software device " + device + ": " + activity + " failed: " + outcome
                    + (others == 0 ? "" : " (" + others + " more failures were not logged)"), reason);
            }
        } catch (final Throwable e) {
            // A port whose failures cannot be logged must still serve its connections.
        }
    }

    /**
     * Something does not work as its user expects.
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
     * Something of no consequence failed.
     *
     * @param activity what failed.
     * @param reason   what was thrown.
     */
    void ignored(final String activity, final Throwable reason) {
        try {
            logger.log(Level.DEBUG, "software device " + device + ": " + activity + " failed", reason);
        } catch (final Throwable e) {
            // See above.
        }
    }

    /** How many failures were not logged since the last one that was; negative when this one is not to be, either. */
    private synchronized long suppressedSoFar() {
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
