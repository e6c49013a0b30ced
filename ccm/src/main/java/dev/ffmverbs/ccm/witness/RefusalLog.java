// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Counts the requests that a witness refuses. Logs the first for each reason, and then one per minute with the number
 * of those left out, because anybody can cause them. Thread-safe.
 */
final class RefusalLog {

    private static final Logger LOGGER = System.getLogger(RefusalLog.class.getName());
    private static final long AGAIN_NS = TimeUnit.MINUTES.toNanos(1);

    /** When one was last logged for a reason, and how many were not logged since. */
    private static final class Last {
        private long loggedNs;
        private long omitted;
    }

    private final String witness;
    private final Map<Refusal, Last> logged = new EnumMap<>(Refusal.class);
    private long count;

    RefusalLog(final String witness) {
        this.witness = witness;
    }

    /** Counts a refusal, and logs it if that is due. */
    void add(final InetSocketAddress source, final Refusal refusal, final String detail) {
        final long omitted = countAndTake(refusal, System.nanoTime());
        if (omitted >= 0) {
            LOGGER.log(Level.WARNING, "{0} refused {1}: {2}; {3} refusals for this reason were not logged", witness,
                source.getAddress().getHostAddress(), detail, omitted);
        }
    }

    /** Returns how many refusals were not logged since the last one that was; -1 if this one is not logged either. */
    private synchronized long countAndTake(final Refusal refusal, final long nowNs) {
        count++;
        final Last last = logged.get(refusal);
        if (last != null && nowNs - last.loggedNs < AGAIN_NS) {
            last.omitted++;
            return -1;
        }
        final Last renewed = new Last();
        renewed.loggedNs = nowNs;
        logged.put(refusal, renewed);
        return last == null ? 0 : last.omitted;
    }

    /** Returns how many requests were refused. */
    synchronized long count() {
        return count;
    }
}
