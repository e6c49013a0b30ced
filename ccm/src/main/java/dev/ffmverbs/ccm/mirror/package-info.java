// SPDX-License-Identifier: Apache-2.0

/**
 * A log that a partner has a copy of: the client that pairs of nodes need most, and an example of how clients are made.
 *
 * <p>{@link dev.ffmverbs.ccm.mirror.MirroredLog} appends to memory of its own and WRITEs each entry to memory of the
 * partner's. An entry is acknowledged when that WRITE has completed. A node that was killed and starts again READs the
 * partner's copy and goes on behind it. No code of the partner's runs for any of this.
 *
 * <p><b>Guarantee.</b> At every moment the partner's copy is a prefix of what was appended that contains every
 * acknowledged entry, also when the appending node is killed in the middle of a WRITE: entries carry a sequence number
 * and a CRC32C, WRITEs of one queue pair are done in order, and what a killed node has written in part is wiped before
 * anything is appended behind it.
 *
 * <p><b>What it is not.</b> The copy is in the partner's memory, not on its disk: an acknowledged entry survives the
 * death of either node, not of both. The length of the log is fixed, and nothing is ever removed.
 *
 * <p>Depends on the public API of {@code dev.ffmverbs.ccm} and on the verbs objects, as any client does.
 */
package dev.ffmverbs.ccm.mirror;
