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
 * <p>The memory of a log is a ring: entries that were trimmed are overwritten, and numbers continue. It may be a file
 * of a memory file system, together with the copy of the partner's log. A process that was killed finds both there
 * again, and only what is missing is exchanged. {@link dev.ffmverbs.ccm.mirror.LogEntries} reads either copy and
 * follows it.
 *
 * <p><b>One log for the owner of a pair.</b> If the pair has an owner, the logs of both nodes are one log ({@link
 * dev.ffmverbs.ccm.mirror.MirroredLog#requireTerm}). It appends only while its node holds the term, and entries carry
 * it. A node that has won a term calls {@link dev.ffmverbs.ccm.mirror.MirroredLog#continueInTerm}: then its log has
 * every entry that was ever acknowledged to either node, in order, and numbers continue. The partner may be gone. A
 * node that may lack such an entry refuses with {@link dev.ffmverbs.ccm.mirror.IncompleteLogException}. If the partner,
 * which has it, never comes back, {@link dev.ffmverbs.ccm.mirror.MirroredLog#continueDespiteLoss} accepts the loss.
 *
 * <p><b>Guarantees.</b> While the log is {@link dev.ffmverbs.ccm.mirror.MirrorState#MIRRORED}, the partner's copy is a
 * prefix of what was appended and contains every acknowledged entry. This holds even if the appending node is killed in
 * the middle of a WRITE. Entries carry a number, a term and a CRC32C that covers the checksum of the entry before; the
 * WRITEs of one queue pair are executed in order; and what a killed node has written only in part is wiped before
 * anything is appended after it. No surviving copy has an entry whose number is issued again. A node that finds an
 * incomplete copy reports which entries are lost and continues after them. A term never follows a higher one.
 *
 * <p>In the log of a pair with an owner, what was acknowledged is in the log of every later owner, and no two
 * acknowledged entries have the same number. An entry that a node has appended and that was never acknowledged may be
 * in the log of the next owner or not. If it is not, the node that has appended it is told when it continues the log
 * ({@link dev.ffmverbs.ccm.mirror.LogContinuation#cutEntries}), and its number may be that of another entry by then.
 *
 * <p><b>An entry is known by its term and its number</b> ({@link dev.ffmverbs.ccm.mirror.LogEntries#term}, {@link
 * dev.ffmverbs.ccm.mirror.LogEntries#sequence}). No two entries of the log of an owner have both in common,
 * because one process appends in a term. The number alone identifies an entry only once the entry is acknowledged: the
 * number of an entry that was cut can be used again in a later term. Without ownership the term is always 0 and the
 * number suffices, as long as one node keeps its memory.
 *
 * <table>
 *   <caption>What remains of the entries that were acknowledged</caption>
 *   <thead>
 *   <tr><th>failure</th><th>without files</th><th>with files</th></tr>
 *   </thead>
 *   <tbody>
 *   <tr><td>one process is killed while the log is MIRRORED</td>
 *     <td>everything: each node gets from the other what it lacks</td>
 *     <td>everything; only what came later is exchanged</td></tr>
 *   <tr><td>the partner's process is killed and comes back, and the appending process is killed while the log is
 *     CATCHING_UP</td>
 *     <td>what the copy had by then; the lost entries are reported by {@code lostBefore}, and their numbers are not
 *     reused</td>
 *     <td>everything</td></tr>
 *   <tr><td>both processes are killed: the appending one while the log is ALONE, or both at once</td>
 *     <td>nothing, and there is no record of the loss; numbers begin at 1</td>
 *     <td>everything</td></tr>
 *   <tr><td>one machine reboots</td>
 *     <td>as if its process were killed</td>
 *     <td>as if its process were killed and had no file; the partner's file remains, so a reboot of the partner while
 *     the log is not MIRRORED loses nothing, and one of the appending machine loses what the copy lacks</td></tr>
 *   <tr><td>both machines reboot before the log is MIRRORED again</td>
 *     <td>nothing, and there is no record of the loss</td>
 *     <td>the same: files in memory end with the machine</td></tr>
 *   <tr><td>the owner is killed, stopped or cut off, and the partner takes over</td>
 *     <td>everything, in the log that the partner continues; entries that the former owner appended and that were not
 *     acknowledged may be cut, and the former owner is told which</td>
 *     <td>the same</td></tr>
 *   <tr><td>the process that takes over is killed while it does</td>
 *     <td>as if it were killed at another time</td>
 *     <td>everything; the next process does it again</td></tr>
 *   <tr><td>a node that has lost its memory wins a term before its partner has brought it up to date</td>
 *     <td>everything, at the partner; until that is back, this node refuses to continue the log</td>
 *     <td>the same</td></tr>
 *   <tr><td>the same, the partner never comes back, and {@code continueDespiteLoss} is called</td>
 *     <td>what the node has by then; a warning, {@code lostUpTo} and {@code lostBefore} report what is lost. A partner
 *     that does come back still has these entries until it continues the log; it is then told which ones are cut. If
 *     the node had never met the partner, it begins a different log, which is not mirrored until the partner's copy of
 *     the former one is removed</td>
 *     <td>the same</td></tr>
 *   <tr><td>the network between the nodes is cut</td>
 *     <td>everything, at both nodes; what is appended meanwhile is at one node only, and the log says ALONE</td>
 *     <td>the same</td></tr>
 *   </tbody>
 * </table>
 *
 * <p><b>What it is not.</b> The copy is in the partner's memory, not on its disk. While the log is ALONE or
 * CATCHING_UP, one node alone may hold an entry that was acknowledged before, and the state says so. A node that cannot
 * reach its partner does not know whether the partner is dead. If the log must have one owner, use {@code
 * dev.ffmverbs.ccm.ownership}; {@link dev.ffmverbs.ccm.mirror.MirroredLog#requireTerm} connects the two.
 *
 * <p>Depends on {@code dev.ffmverbs.ccm}, on the values of {@code dev.ffmverbs.ccm.value}, and on the verbs objects
 * ({@code dev.ffmverbs}), as any client does.
 */
package dev.ffmverbs.ccm.mirror;
