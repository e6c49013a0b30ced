// SPDX-License-Identifier: Apache-2.0

/**
 * One owner of a pair: at most one of two nodes holds a term at any time, and an arbiter stores who has won it.
 *
 * <p>A node starts an {@link dev.ffmverbs.ccm.ownership.Ownership}. One thread READs a block of the partner's memory
 * every interval. Another one asks an {@link dev.ffmverbs.ccm.ownership.Arbiter} four times per lease, so that an
 * arbiter that blocks does not delay the READs. {@code OwnershipRules} decides. The simulation tests the same class
 * that the product uses.
 *
 * <p><b>Glossary.</b>
 * <dl>
 *   <dt>term</dt><dd>A number that one of the two nodes wins, once, and owns from then on. Later terms are higher.</dd>
 *   <dt>lease</dt><dd>How long a node owns after a renewal. The owner's <i>deadline</i> is a lease after the latest
 *       one.</dd>
 *   <dt>arbiter</dt><dd>A node's way to the store of the pair, which decides who has won a term.</dd>
 *   <dt>voice</dt><dd>One of the stores behind an arbiter, if there are several: the majority decides. A
 *       <i>witness</i> is a voice.</dd>
 *   <dt>word</dt><dd>What a voice stores: the highest term that was won, and by which node. It is changed in one
 *       step.</dd>
 *   <dt>found</dt><dd>To store the present word at a voice that is <i>fresh</i>: it has lost its memory, or has just
 *       started.</dd>
 * </dl>
 *
 * <p><b>Guarantees.</b>
 * <ol>
 *   <li>Two nodes never own at the same moment, whatever is cut, paused, restarted or late. This holds as long as both
 *       have the same lease, their clocks run at rates within the bound, and the arbiter keeps its promises. The
 *       monotonic clock of a machine that is suspended stands still, and so does that of some virtual machines that are
 *       paused: such a machine must not own.
 *   <li>A term is acquired at most once, and each acquired term is higher than all before it. If all nodes and
 *       witnesses that knew the highest term lose their memory at the same time, the next term comes from the time of
 *       day of the node that founds the arbiter. That clock must not have been set back.
 *   <li>A term that has ended does not come back.
 *   <li>While both nodes run and reach each other, the owner continues without the arbiter. While the owner reaches the
 *       arbiter, it continues without the partner. If it reaches neither, it does not own after its deadline.
 *   <li>If the owner dies and the arbiter has kept its memory, the partner owns once it has noticed the death and
 *       waited for a lease, extended by the clock bound. An arbiter that has lost its memory gets it back only from two
 *       nodes in session, never from one alone.
 * </ol>
 *
 * <p><b>One process for each node.</b> Only one process runs with the name of a node at a time. If an owner that
 * reaches the arbiter only is taken for dead, and another process is started with its name, that process and its
 * partner do not own before the owner's lease has ended. Therefore a pair also waits a lease when the process of an
 * owner has ended and another one starts at once. The owner ceases to own when the arbiter tells it of the other
 * process. There is one exception: two processes that have just started and an arbiter that has lost its memory are
 * taken for a new pair, which does not wait. Restart no witness while an owner may be cut off from its partner, and do
 * not replace both processes then.
 *
 * <p>{@code ccm/src/model/ownership.pml} is a model of these rules, which {@code ccm/bin/check-model} explores with
 * SPIN. It leaves out that an owner can win a higher term while it owns; the simulation has that as well.
 *
 * <p>{@link dev.ffmverbs.ccm.value.Acquisition} says how long it took to acquire a term. {@code AcquisitionTimes}
 * measures that alongside the rules. {@code OwnershipReporter} turns it into an event of the node, as it does for each
 * term that was tried or lost. The node records these events and passes them to its listener like all others.
 *
 * <p>Depends on {@code dev.ffmverbs.ccm}, on the values of {@code dev.ffmverbs.ccm.value}, on {@code
 * dev.ffmverbs.ccm.internal.thread}, and on the verbs objects ({@code dev.ffmverbs}).
 */
package dev.ffmverbs.ccm.ownership;
