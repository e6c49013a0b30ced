// SPDX-License-Identifier: Apache-2.0

/**
 * One owner of a pair: at most one of two nodes holds a term at any time, and an arbiter stores who has won it.
 *
 * <p>{@link dev.ffmverbs.ccm.ownership.Ownership} is what a node starts. It READs a block of the partner's memory every
 * interval on one thread, and asks an {@link dev.ffmverbs.ccm.ownership.Arbiter} four times in a lease on another, so
 * that an arbiter that blocks does not keep it from what the partner shows. {@code OwnershipRules} decides, and is
 * the same in the product and in the simulation that tests it.
 *
 * <p><b>Guarantees.</b>
 * <ol>
 *   <li>Two nodes never own at the same moment, whatever is cut, paused, restarted or late. This holds as long as both
 *       have the same lease, their clocks run at rates within the bound, and the arbiter keeps its promises. The
 *       monotonic clock of a machine that is suspended stands still, and so does that of some virtual machines that are
 *       paused: such a machine must not own.
 *   <li>A term is acquired once, and each term acquired is higher than all before. Nothing in memory alone can ensure
 *       that if everybody who knew the highest term has lost memory at once; then the time of day of the node that
 *       founds the arbiter decides, which must not have been set back.
 *   <li>A term that has ended does not come back.
 *   <li>While both nodes run and reach each other, the owner goes on without the arbiter. While the owner reaches the
 *       arbiter, it goes on without the partner. If it reaches neither, it does not own after its deadline.
 *   <li>If the owner dies, and the arbiter remembers, the partner owns after it has noticed that and has waited for a
 *       lease, stretched by the bound of the clocks. An arbiter that has lost its memory gets it back from two nodes in
 *       session, never from one alone.
 * </ol>
 *
 * <p>{@code ccm/src/model/ownership.pml} is a model of these rules, which {@code ccm/bin/check-model} explores with
 * SPIN. It leaves out that an owner can win a higher term while it owns; the simulation has that as well.
 *
 * <p>{@link dev.ffmverbs.ccm.value.Acquisition} says what it took to acquire a term. {@code AcquisitionTimes} measures
 * that next to the rules. {@code OwnershipReporter} makes an event of the node of it, and of each term that was tried
 * or lost, which the node records and passes on as all others.
 *
 * <p>Depends on {@code dev.ffmverbs.ccm}, on the values of {@code dev.ffmverbs.ccm.value}, on {@code
 * dev.ffmverbs.ccm.internal.thread}, and on the verbs objects ({@code dev.ffmverbs}).
 */
package dev.ffmverbs.ccm.ownership;
