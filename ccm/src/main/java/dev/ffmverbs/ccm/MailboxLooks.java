// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.util.concurrent.TimeUnit;

/**
 * When to look into the mailbox of a partner that cannot notify this node: often at first, less often the longer
 * nothing arrives, and after a while only with each heartbeat.
 */
final class MailboxLooks {

    private static final long SHORTEST_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LAST_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOKS_PER_WAIT = 8;

    private long sinceNs;

    /** Starts to expect a record from the partner. */
    void begin(final long nowNs) {
        sinceNs = nowNs;
    }

    /** In how many nanoseconds to look; {@link PartnerSession#NOTHING_DUE} if once per heartbeat is enough. */
    long untilNextNs(final long nowNs) {
        final long soughtNs = nowNs - sinceNs;
        return soughtNs >= LAST_NS ? PartnerSession.NOTHING_DUE : Math.max(SHORTEST_NS, soughtNs / LOOKS_PER_WAIT);
    }
}
