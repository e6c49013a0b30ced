// SPDX-License-Identifier: Apache-2.0

/**
 * Liveness by one-sided READs: is the partner alive, suspect or dead?
 *
 * <p>{@link Heartbeat} READs the partner's boot-status variable every interval, with no code of the partner involved,
 * and compares boot id and generation every time. What it finds is evidence for the {@link LivenessDetector}, which
 * tells two facts apart: the READs fail (the partner is <i>unreachable</i>), or they succeed and its counter stands
 * still (its process is <i>stalled</i>, its device alive).
 *
 * <p><b>Guarantees.</b> Only time during which this node itself was running counts against a partner: after a stall
 * of this node, a verdict takes new evidence. A torn record shows that the partner is reached, and
 * nothing else. Time is monotonic and local; clocks of different nodes are never compared. A heartbeat allocates
 * nothing.
 *
 * <p>Does no I/O, starts no threads, and reads no clock but the one it is given.
 *
 * <p>Depends on {@code memory}, {@code events} and {@code dev.ffmverbs.ccm.value}, and on {@code dev.ffmverbs} for the
 * status of a completion.
 */
package dev.ffmverbs.ccm.internal.liveness;
