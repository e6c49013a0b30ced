// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/**
 * What the heartbeat READs of one partner have shown so far.
 *
 * @param count      READs that delivered a whole record.
 * @param unanswered intervals in which the partner was asked, or could not be reached, and no whole record came: the
 *                   partner's silence.
 * @param late       intervals in which this node did not ask because it did not run in time: its own lateness, which
 *                   says nothing of the partner.
 * @param torn       records that were torn and read again.
 * @param p50Ns      median time of a READ from issue to completion, in nanoseconds; 0 when there was none.
 * @param p99Ns      99th percentile.
 * @param p999Ns     99.9th percentile.
 * @param maxNs      longest.
 */
public record HeartbeatSummary(
    long count, long unanswered, long late, long torn, long p50Ns, long p99Ns, long p999Ns, long maxNs) {
}
