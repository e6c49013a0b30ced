// SPDX-License-Identifier: Apache-2.0

/**
 * A log with a copy at a partner. It is the client that pairs of nodes need most, and an example of how to write one.
 *
 * <p>{@link dev.ffmverbs.ccm.mirror.MirroredLog} appends to memory of its node and WRITEs each entry to memory of the
 * partner. An entry is acknowledged while both nodes hold it: from the completion of that WRITE, or on iWARP of a READ
 * behind it, until the partner is lost. A node that was killed and starts again READs the partner's copy and continues
 * after it. A partner that comes back empty gets its copy back while appending continues. No code of the partner runs
 * for any of this.
 *
 * <p><b>Guarantees.</b> While the log is {@link dev.ffmverbs.ccm.mirror.MirrorState#MIRRORED}, the partner's copy is a
 * prefix of what was appended and contains every acknowledged entry. This holds even if the appending node is killed in
 * the middle of a WRITE. Entries carry a sequence number and a CRC32C, the WRITEs of one queue pair are executed in
 * order, and a partial write of a killed node is wiped before anything is appended after it. The number of an
 * acknowledged entry is never reused. A node that finds an incomplete copy reports which entries are lost and continues
 * after them.
 *
 * <p><b>What it is not.</b> The copy is in the partner's memory, not on its disk. An acknowledged entry survives the
 * death of either node, but not of both. A partner that restarts has lost its copy until the log is MIRRORED again. If
 * both nodes fail at the same time, no record of the loss remains. The length of the log is fixed, and nothing is ever
 * removed.
 *
 * <p>Depends on {@code dev.ffmverbs.ccm}, on the values of {@code dev.ffmverbs.ccm.value}, and on the verbs objects
 * ({@code dev.ffmverbs}), as any client does.
 */
package dev.ffmverbs.ccm.mirror;
