// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/**
 * Whether the peer of a live connection is still there, although a request names its queue pair for another connection.
 *
 * <p>A peer that has started again may do so, and so may anybody who can send from its address. The queue pair itself
 * knows: its peer answers a probe or it does not.
 */
final class Doubt {

    /** Probes that may all be lost before the peer counts as gone. */
    private static final int PROBES = 4;

    private final EndpointContext context;
    private final int queuePair;
    private final ManagementMessage request;
    private int probesLeft = PROBES;
    private long nextNs;

    /**
     * Starts with a probe.
     *
     * @param context   probes.
     * @param queuePair our queue pair in the connection.
     * @param request   the request that names the peer's.
     * @param nowNs     the time.
     */
    Doubt(
        final EndpointContext context, final int queuePair, final ManagementMessage request, final long nowNs) {
        this.context = context;
        this.queuePair = queuePair;
        this.request = request;
        probe(nowNs);
    }

    void probe(final long nowNs) {
        context.probe(queuePair);
        probesLeft--;
        nextNs = nowNs + context.settings().retryIntervalNs();
    }

    /** When the next probe is to be sent, or the last one has gone unanswered. */
    long deadlineNs() {
        return nextNs;
    }

    boolean isDue(final long nowNs) {
        return nextNs - nowNs <= 0;
    }

    /** Whether all probes are sent; once the last one is due, too, the request is true. */
    boolean isLastProbe() {
        return probesLeft == 0;
    }

    /** What is refused should it turn out to be true. */
    ManagementMessage request() {
        return request;
    }
}
