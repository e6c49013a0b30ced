// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/**
 * Summarises the heartbeat READs of one partner so far.
 *
 * @param count      READs that delivered a complete record.
 * @param unanswered intervals in which the partner was asked or could not be reached, and no complete record arrived.
 *     They count as the partner's silence.
 * @param late       intervals in which this node did not ask, because it did not run in time. They say nothing about
 *     the partner.
 * @param torn       torn records, each of which was read again.
 * @param p50Ns      median time of a READ from issue to completion, in nanoseconds; 0 if there was none.
 * @param p99Ns      99th percentile.
 * @param p999Ns     99.9th percentile.
 * @param maxNs      longest time.
 */
public record HeartbeatSummary(
    long count, long unanswered, long late, long torn, long p50Ns, long p99Ns, long p999Ns, long maxNs) {
}
