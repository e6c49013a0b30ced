// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.liveness;

/**
 * What the heartbeat READs of one partner have shown so far.
 *
 * @param count   READs that delivered a whole record.
 * @param missed  intervals that brought none: the READ failed, came too late, or could not be issued.
 * @param torn    records that were torn and read again.
 * @param p50Ns   median time of a READ from issue to completion, in nanoseconds; 0 when there was none.
 * @param p99Ns   99th percentile.
 * @param p999Ns  99.9th percentile.
 * @param maxNs   longest.
 */
public record HeartbeatSummary(
    long count, long missed, long torn, long p50Ns, long p99Ns, long p999Ns, long maxNs) {
}
