// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.ManagementMessage;

/**
 * A request that names the queue pair of a live connection's peer for another connection, and thus claims that this
 * connection has ended.
 *
 * <p>A peer that has restarted sends such a request. Any host that can send from its address can do so, too. The queue
 * pair of this end probes its peer to find out.
 */
final class StaleClaim {

    /** Unanswered probes after which the peer counts as gone. */
    private static final int PROBES = 4;

    private final EndpointContext context;
    private final int localQueuePair;
    private final ManagementMessage request;
    private int probesLeft = PROBES;
    private long deadlineNs;

    /**
     * Sends the first probe.
     *
     * @param context        sends the probes.
     * @param localQueuePair number of this end's queue pair.
     * @param request        the request that names the peer's queue pair.
     * @param nowNs          the time.
     */
    StaleClaim(
        final EndpointContext context, final int localQueuePair, final ManagementMessage request, final long nowNs) {
        this.context = context;
        this.localQueuePair = localQueuePair;
        this.request = request;
        probe(nowNs);
    }

    void probe(final long nowNs) {
        context.probe(localQueuePair);
        probesLeft--;
        deadlineNs = nowNs + context.settings().retryIntervalNs();
    }

    /** Returns when the next probe is due or, after the last probe, when the claim counts as true. */
    long deadlineNs() {
        return deadlineNs;
    }

    boolean isDue(final long nowNs) {
        return deadlineNs - nowNs <= 0;
    }

    boolean isLastProbe() {
        return probesLeft == 0;
    }

    /** Returns the request, which is rejected once the claim counts as true. */
    ManagementMessage request() {
        return request;
    }

    @Override
    public String toString() {
        return "StaleClaim[" + request + ", probesLeft=" + probesLeft + "]";
    }
}
