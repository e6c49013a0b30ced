// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ring;

import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.SendRequest;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Reads messages that a {@link MessageRingWriter} in another process has written into this ring. The documentation of
 * this package has the protocol.
 *
 * <pre>{@code
 * MessageRingReader reader = MessageRingReader.allocate(domain, 1 << 20);
 * // exchange reader.remoteMemory() with writer.remoteMemory(), and connect the queue pair
 * reader.connect(queuePair, writersMemory);
 * while (running) {
 *     if (reader.read(handler, 16) == 0) {
 *         Thread.onSpinWait();
 *     }
 * }
 * }</pre>
 *
 * <p>Used by one thread at a time, after which the queue pair and its completion queue may be confined to it.
 */
public final class MessageRingReader extends RingEnd {

    private final SendRequest report = SendRequest.allocate(1);

    /** Up to where this end has read. */
    private long position;

    /** Up to where all frames are whole, as far as this end has looked. */
    private long committed;

    /** What the writer knows of {@link #position}. */
    private long reported;

    /** Whether a handler is being called. */
    private boolean reading;

    private MessageRingReader(final ProtectionDomain domain, final int capacityBytes) {
        super(domain, capacityBytes, 0);
        report.localMemory(region(), RingLayout.OWN_POSITION, Long.BYTES);
    }

    /**
     * Allocates a ring.
     *
     * @param domain        open protection domain of the queue pair.
     * @param capacityBytes size of the ring in bytes, a power of two, 1024 to 2^30, as at the writer.
     * @return the reader, which owns memory of that size.
     * @throws dev.ffmverbs.VerbsException when the memory cannot be registered.
     * @throws IllegalArgumentException    when the capacity is out of range or not a power of two.
     * @throws IllegalStateException       when the protection domain is closed.
     */
    public static MessageRingReader allocate(final ProtectionDomain domain, final int capacityBytes) {
        return new MessageRingReader(domain, capacityBytes);
    }

    /**
     * Passes the messages that have arrived to a handler. Never blocks, never allocates.
     *
     * <p>Reading returns space to the writer. What the handler throws passes to the caller, and its message counts as
     * read. The handler must not call this method, which would return the space of its message.
     *
     * @param handler receives each message.
     * @param limit   most messages to pass on, at least 1.
     * @return how many were passed on; 0 when none has arrived.
     * @throws dev.ffmverbs.RequestFailedException when the connection has failed and no message is left to pass on,
     *                                             each time from then on.
     * @throws dev.ffmverbs.VerbsException         when the device refuses a request.
     * @throws IllegalArgumentException            when the limit is less than 1.
     * @throws IllegalStateException               when this end is not connected or closed, the queue pair is closed,
     *                                             the peer wrote what no writer writes, or a handler calls this method.
     */
    public int read(final MessageHandler handler, final int limit) {
        requireConnected();
        Objects.requireNonNull(handler, "handler");
        if (limit < 1) {
            throw new IllegalArgumentException("limit is " + limit + "; it must be at least 1");
        }
        if (reading) {
            throw new IllegalStateException(this + " is being read, by the caller of this handler");
        }
        if (position == committed) {
            lookForFrames();
        }
        reading = true;
        final int messages;
        try {
            messages = passOn(handler, limit);
        } finally {
            reading = false;
        }
        if (messages == 0 || !isIdle()) {
            takeCompletions();
        }
        if (messages == 0) {
            requireSuccess();
        }
        if (position - reported >= capacityBytes() / 4 && isIdle()) {
            reportPosition();
        }
        return messages;
    }

    private int passOn(final MessageHandler handler, final int limit) {
        int messages = 0;
        while (messages < limit && position != committed) {
            final long offset = offsetOf(position);
            final int lengthBytes = memory().get(ValueLayout.JAVA_INT, offset + RingLayout.MESSAGE_LENGTH);
            position = endOfFrame(offset, lengthBytes);
            if (lengthBytes != RingLayout.SKIP) {
                messages++;
                handler.onMessage(memory(), offset + RingLayout.MESSAGE, lengthBytes);
            }
        }
        return messages;
    }

    private void lookForFrames() {
        final long end = readPeerPosition();
        if (end < committed || end - position > capacityBytes()) {
            throw nonsense("its frames end at " + end);
        }
        committed = end;
    }

    private long endOfFrame(final long offset, final int lengthBytes) {
        final long end = memory().get(ValueLayout.JAVA_LONG, offset + RingLayout.FRAME_END);
        final long toEndOfRing = RingLayout.FRAMES + capacityBytes() - offset;
        final boolean valid;
        if (lengthBytes == RingLayout.SKIP) {
            valid = end - position == toEndOfRing;
        } else {
            valid = lengthBytes >= 0 && lengthBytes <= maximumMessageBytes()
                && RingLayout.frameBytes(lengthBytes) <= toEndOfRing
                && end - position == RingLayout.frameBytes(lengthBytes);
        }
        if (!valid || end > committed) {
            throw nonsense("a message of " + lengthBytes + " bytes in a frame that ends at " + end);
        }
        return end;
    }

    private IllegalStateException nonsense(final String what) {
        return new IllegalStateException("the writer of " + this + " wrote what no writer writes: " + what
            + ", read so far up to " + position + " of " + committed);
    }

    private void reportPosition() {
        memory().set(ValueLayout.JAVA_LONG, RingLayout.OWN_POSITION, position);
        post(report.write(peer(), RingLayout.PEER_POSITION, Long.BYTES), report, 1, true);
        reported = position;
    }
}
