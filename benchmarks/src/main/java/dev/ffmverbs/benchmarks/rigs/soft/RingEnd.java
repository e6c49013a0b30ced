// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import dev.ffmverbs.benchmarks.device.OperationException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * An end of a ring of messages by RDMA WRITE. A message is two WRITEs posted by one call: the message, and then the
 * number of messages so far, for which the other end looks in its own memory.
 *
 * <p>One message is in flight, so that a slot is free again when its answer has arrived.
 */
final class RingEnd implements MessageEnd {

    private static final VarHandle COUNT = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final int SLOTS = 16;
    private static final int HEADER_BYTES = 64;
    private static final int SIGNAL_INTERVAL = 8;

    /** Of a slot: the length, the message. */
    private static final int LENGTH = 0;
    private static final int MESSAGE = 8;

    private final Endpoint end;
    private final MemorySegment memory;
    private final QueuePair queuePair;
    private final CompletionQueue queue;
    private final WorkCompletions completions = WorkCompletions.allocate(SLOTS);
    private final SendRequest[] slots = new SendRequest[SLOTS];
    private final SendRequest[] counts = new SendRequest[SLOTS];
    private final long slotBytes;
    private final long outwardBytes;
    private long sent;
    private long received;
    private int inFlight;

    /**
     * Prepares the requests of an end.
     *
     * @param end         an end with a buffer of {@link #bufferBytes}, connected.
     * @param peer        the peer's address.
     * @param lengthBytes length of the messages.
     */
    RingEnd(final Endpoint end, final EndpointAddress peer, final int lengthBytes) {
        this.end = end;
        memory = end.buffer().segment();
        queuePair = end.queuePair();
        queue = end.sendQueue();
        slotBytes = slotBytes(lengthBytes);
        outwardBytes = HEADER_BYTES + SLOTS * slotBytes;
        for (int i = 0; i < SLOTS; i++) {
            final long offsetBytes = HEADER_BYTES + i * slotBytes;
            counts[i] = SendRequest.allocate(1).localMemory(end.buffer(), outwardBytes, Long.BYTES)
                .signal(i % SIGNAL_INTERVAL == SIGNAL_INTERVAL - 1).write(peer.bufferAddress(), peer.rkey());
            slots[i] = SendRequest.allocate(1)
                .localMemory(end.buffer(), outwardBytes + offsetBytes, MESSAGE + lengthBytes).signal(false)
                .write(peer.bufferAddress() + offsetBytes, peer.rkey()).next(counts[i]);
        }
    }

    @Override
    public void begin() {
        end.confine();
    }

    private static long slotBytes(final int lengthBytes) {
        return (MESSAGE + lengthBytes + HEADER_BYTES - 1L) / HEADER_BYTES * HEADER_BYTES;
    }

    /** Returns the length of an end's buffer: what arrives, and what is sent. */
    static long bufferBytes(final int lengthBytes) {
        return 2 * (HEADER_BYTES + SLOTS * slotBytes(lengthBytes));
    }

    @Override
    public boolean send(final long number, final int lengthBytes) {
        final int slot = (int) (sent % SLOTS);
        final long offsetBytes = outwardBytes + HEADER_BYTES + slot * slotBytes;
        if (inFlight == SLOTS) {
            takeCompletions();
            return false;
        }
        memory.set(ValueLayout.JAVA_INT, offsetBytes + LENGTH, lengthBytes);
        memory.set(ValueLayout.JAVA_LONG, offsetBytes + MESSAGE, number);
        memory.set(ValueLayout.JAVA_LONG, outwardBytes, ++sent);
        inFlight++;
        queuePair.postSend(slots[slot]);
        return true;
    }

    @Override
    public boolean receive() {
        if ((long) COUNT.getAcquire(memory, 0L) == received) {
            takeCompletions();
            return false;
        }
        received++;
        return true;
    }

    /** Takes completions, each of which means that eight messages are there. It also drives the software device. */
    private void takeCompletions() {
        final int count = queue.poll(completions);
        for (int i = 0; i < count; i++) {
            if (completions.status(i) != WorkCompletionStatus.SUCCESS) {
                throw new OperationException("a WRITE failed: " + completions.describe(i));
            }
            inFlight -= SIGNAL_INTERVAL;
        }
    }

    private long slotOfLast() {
        return HEADER_BYTES + (received - 1) % SLOTS * slotBytes;
    }

    @Override
    public long number() {
        return memory.get(ValueLayout.JAVA_LONG, slotOfLast() + MESSAGE);
    }

    @Override
    public int lengthBytes() {
        return memory.get(ValueLayout.JAVA_INT, slotOfLast() + LENGTH);
    }
}
