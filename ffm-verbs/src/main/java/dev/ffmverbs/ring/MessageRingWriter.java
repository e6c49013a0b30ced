// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ring;

import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.SendRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/**
 * Writes messages into the ring of a {@link MessageRingReader} in another process. The documentation of this package
 * has the protocol.
 *
 * <pre>{@code
 * MessageRingWriter writer = MessageRingWriter.allocate(domain, 1 << 20);
 * // exchange writer.remoteMemory() with reader.remoteMemory(), and connect the queue pair
 * writer.connect(queuePair, readersMemory);
 * while (!writer.write(message, 0, length)) {
 *     Thread.onSpinWait();
 * }
 * }</pre>
 *
 * <p>Used by one thread at a time, after which the queue pair and its completion queue may be confined to it.
 */
public final class MessageRingWriter extends RingEnd {

    private final SendRequest skip = SendRequest.allocate(1).signal(false);
    private final SendRequest frame = SendRequest.allocate(1).signal(false);
    private final SendRequest commit = SendRequest.allocate(1);

    /** Where the next frame begins. */
    private long position;

    /** Up to where the reader has read, as far as this end knows. */
    private long credited;

    private MessageRingWriter(final ProtectionDomain domain, final int capacityBytes) {
        super(domain, capacityBytes, RingLayout.WRITERS_SURPLUS);
        skip.next(frame.next(commit));
    }

    /**
     * Allocates the writer's end of a ring.
     *
     * @param domain        open protection domain of the queue pair.
     * @param capacityBytes size of the ring in bytes, a power of two, 1024 to 2^30, as at the reader.
     * @return the writer, which owns memory of that size.
     * @throws dev.ffmverbs.VerbsException when the memory cannot be registered.
     * @throws IllegalArgumentException    when the capacity is out of range or not a power of two.
     * @throws IllegalStateException       when the protection domain is closed.
     */
    public static MessageRingWriter allocate(final ProtectionDomain domain, final int capacityBytes) {
        return new MessageRingWriter(domain, capacityBytes);
    }

    /**
     * Writes a message, unless the ring or the send queue is full. Never blocks, never allocates.
     *
     * <p>A ring stays full when the reader has stopped, or its process is gone. If the process is gone, the connection
     * fails with the next request. A writer that waits long therefore posts a probe now and then (see {@link
     * dev.ffmverbs.QueuePair}) or watches its {@code Connection}.
     *
     * @param source      memory or array that has the message, which may be changed when this method returns.
     * @param offsetBytes offset of the message in it.
     * @param lengthBytes length of the message, 0 to {@link #maximumMessageBytes()}.
     * @return false when there was no room; nothing is written. Try again, after other work or a pause.
     * @throws dev.ffmverbs.RequestFailedException when the connection has failed, each time from then on; what was not
     *                                             read yet may be lost.
     * @throws dev.ffmverbs.VerbsException         when the device refuses a request.
     * @throws IndexOutOfBoundsException           when the message is not within the source.
     * @throws IllegalArgumentException            when the message is longer than {@link #maximumMessageBytes()}.
     * @throws IllegalStateException               when this end is not connected or closed, the queue pair is closed,
     *                                             or the peer wrote a position that it cannot have.
     */
    public boolean write(final MemorySegment source, final long offsetBytes, final int lengthBytes) {
        requireConnected();
        requireSuccess();
        if (lengthBytes < 0 || lengthBytes > maximumMessageBytes()) {
            throw new IllegalArgumentException("a message of " + lengthBytes + " bytes; this ring takes 0 to "
                + maximumMessageBytes());
        }
        final int frameBytes = RingLayout.frameBytes(lengthBytes);
        final long start = position;
        final long toEnd = RingLayout.FRAMES + capacityBytes() - offsetOf(start);
        final long skipped = frameBytes <= toEnd ? 0 : toEnd;
        final long end = start + skipped + frameBytes;
        if (!hasCredit(end) || !hasRoom(skipped == 0 ? 2 : 3)) {
            return false;
        }
        final long offset = offsetOf(start + skipped);
        final MemorySegment memory = memory();
        MemorySegment.copy(source, offsetBytes, memory, offset + RingLayout.MESSAGE, lengthBytes);
        memory.set(ValueLayout.JAVA_LONG, offset + RingLayout.FRAME_END, end);
        memory.set(ValueLayout.JAVA_INT, offset + RingLayout.MESSAGE_LENGTH, lengthBytes);
        prepare(frame, offset, frameBytes);
        commit.write(peer(), RingLayout.PEER_POSITION, Long.BYTES).localMemory(region(), offset, Long.BYTES);
        if (skipped == 0) {
            post(frame, commit, 2, isSignalDue());
        } else {
            final long skipOffset = offsetOf(start);
            memory.set(ValueLayout.JAVA_LONG, skipOffset + RingLayout.FRAME_END, start + skipped);
            memory.set(ValueLayout.JAVA_INT, skipOffset + RingLayout.MESSAGE_LENGTH, RingLayout.SKIP);
            prepare(skip, skipOffset, RingLayout.MESSAGE);
            post(skip, commit, 3, isSignalDue());
        }
        position = end;
        return true;
    }

    /**
     * Waits until everything that was written is in the reader's memory; on iWARP, until TCP has it. Call it before the
     * connection is closed, which drops requests that have not completed.
     *
     * @param timeout how long to wait; zero or a negative time only looks.
     * @return whether everything has arrived; false when the time has passed or the thread is interrupted.
     * @throws dev.ffmverbs.RequestFailedException when the connection has failed.
     * @throws dev.ffmverbs.VerbsException         when the device refuses a request.
     * @throws IllegalStateException               when this end is not connected or closed, or the queue pair is
     *                                             closed.
     */
    public boolean flush(final Duration timeout) {
        requireConnected();
        requireSuccess();
        return awaitCompletions(timeout);
    }

    private void prepare(final SendRequest request, final long offset, final int lengthBytes) {
        request.write(peer(), offset, lengthBytes).localMemory(region(), offset, lengthBytes);
    }

    /** Whether the reader has left the ring up to a position. Looks at completions, too, if it has not. */
    private boolean hasCredit(final long end) {
        if (end - credited <= capacityBytes()) {
            return true;
        }
        final long read = readPeerPosition();
        if (read < credited || read > position) {
            throw new IllegalStateException("the reader of " + this + " claims to have read up to " + read
                + ", and it can have read from " + credited + " to " + position);
        }
        credited = read;
        if (end - credited <= capacityBytes()) {
            return true;
        }
        takeCompletions();
        requireSuccess();
        return false;
    }
}
