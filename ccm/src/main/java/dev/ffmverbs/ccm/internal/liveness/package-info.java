// SPDX-License-Identifier: Apache-2.0

/**
 * Liveness by one-sided READs: is the partner alive, suspect or dead?
 *
 * <p>{@link Heartbeat} READs the partner's boot-status variable every interval, and compares boot id and generation
 * every time. No code of the partner is involved. The result is evidence for the {@link LivenessDetector}, which
 * distinguishes two cases. If the READs fail, the partner is <i>unreachable</i>. If they succeed and its counter stands
 * still, its process is <i>stalled</i> and its device is alive.
 *
 * <p><b>Guarantees.</b> Only time during which this node itself was running counts against a partner. After a stall of
 * this node, a verdict needs new evidence. A torn record shows only that the partner is reached. Time is monotonic and
 * local; clocks of different nodes are never compared. A heartbeat allocates nothing.
 *
 * <p>Does no I/O, starts no threads, and reads no clock but the one passed to it.
 *
 * <p>Depends on {@code memory}, {@code events} and {@code dev.ffmverbs.ccm.value}, and on {@code dev.ffmverbs} for the
 * status of a completion.
 */
package dev.ffmverbs.ccm.internal.liveness;
