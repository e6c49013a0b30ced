// SPDX-License-Identifier: Apache-2.0

/**
 * A log that a partner has a copy of: the client that pairs of nodes need most, and an example of how clients are made.
 *
 * <p>{@link dev.ffmverbs.ccm.mirror.MirroredLog} appends to memory of its node and WRITEs each entry to memory of the
 * partner. An entry is acknowledged while both nodes hold it: from the completion of that WRITE until the partner is
 * lost. A node that was killed and starts again READs the partner's copy and goes on behind it. A partner that comes
 * back empty gets its copy back while appending goes on. No code of the partner runs for any of this.
 *
 * <p><b>Guarantees.</b> While the log is {@link dev.ffmverbs.ccm.mirror.MirrorState#MIRRORED}, the partner's copy is a
 * prefix of what was appended that contains every acknowledged entry, also when the appending node is killed in the
 * middle of a WRITE: entries carry a sequence number and a CRC32C, WRITEs of one queue pair are done in order, and what
 * a killed node has written in part is wiped before anything is appended behind it. The number of an entry that was
 * ever acknowledged is never used again: a node that finds a copy that is not whole tells which entries are lost, and
 * goes on behind them.
 *
 * <p><b>What it is not.</b> The copy is in the partner's memory, not on its disk. An acknowledged entry survives the
 * death of either node, not of both, and a partner that restarts has lost its copy until the log is MIRRORED again.
 * When both nodes are gone at the same time, nothing remains that could tell so. The length of the log is fixed, and
 * nothing is ever removed.
 *
 * <p>Depends on {@code dev.ffmverbs.ccm}, on the values of {@code dev.ffmverbs.ccm.value}, and on the verbs objects
 * ({@code dev.ffmverbs}), as any client does.
 */
package dev.ffmverbs.ccm.mirror;
