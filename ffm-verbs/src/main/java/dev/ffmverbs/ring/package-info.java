// SPDX-License-Identifier: Apache-2.0

/**
 * A ring buffer of messages in the memory of one process, into which another one WRITEs: {@link
 * dev.ffmverbs.ring.MessageRingWriter} and {@link dev.ffmverbs.ring.MessageRingReader}, one thread each.
 *
 * <p><b>Protocol.</b> Both ends have memory of the same layout ({@code RingLayout}): a word that the peer writes, and
 * the ring. That of the writer is 64 bytes longer, so that two ends of the same kind recognise each other before
 * anything is written. A position counts the bytes of all frames so far, and its remainder by the capacity is an offset
 * in the ring.
 * <ol>
 *   <li>The writer composes a frame in its own ring: the position at which the frame ends, the length of the message,
 *       and the message. A frame that does not fit before the end of the ring goes to its beginning, after a frame
 *       that says so.
 *   <li>It posts two WRITEs at once: the frame, to the same offset in the reader's ring, and the position at which the
 *       frame ends, to the word in front of the reader's ring.
 *   <li>The reader polls that word with acquire semantics. All frames before the position are whole.
 *   <li>From time to time, the reader WRITEs its own position to the word in front of the writer's ring. The space up
 *       to there is the writer's again. These are its credits, and a writer without credit writes nothing.
 * </ol>
 *
 * <p><b>What this relies on.</b> A device executes the WRITEs of a reliable connection in the order in which they were
 * posted, and what a later one writes becomes visible after what an earlier one wrote. InfiniBand and RoCE devices do
 * so for memory that is not registered with {@link dev.ffmverbs.Access#RELAXED_ORDERING}, as do Linux rxe and the
 * software device. The order of the bytes of <i>one</i> WRITE is not defined (see {@link
 * dev.ffmverbs.QueuePair#isDataInOrder}); so the position is a WRITE by itself, of eight aligned bytes, which are seen
 * whole. iWARP does not promise the order (RFC 5040, 5.5). Linux siw has it.
 *
 * <p><b>Guarantees.</b> Messages arrive once, whole and in order, or not at all after the connection has failed. The
 * memory is bounded, and a reader that stops makes the writer stop. Writing and reading allocate nothing. Invalid data
 * from a peer is reported by an exception. The package starts no threads: the callers decide how to wait.
 *
 * <p><b>Dependencies.</b> This package depends on the public objects of {@code dev.ffmverbs}.
 */
package dev.ffmverbs.ring;
