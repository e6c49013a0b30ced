// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/**
 * A way to a copy that is memory of this process. WRITEs are executed in order and complete when the random numbers say
 * so. When the port breaks, the WRITE in progress has changed any part of its bytes.
 */
final class SimulatedCopyPort implements CopyPort {

    private static final int DEPTH = 12;

    /** A WRITE that was posted: what, where, and the last record that it carries. */
    private record Write(byte[] bytes, long offset, long sequence) {
    }

    private final MemorySegment copy;
    private final int slotBytes;
    private final Random random;
    private final Deque<Write> posted = new ArrayDeque<>();
    private final Deque<Write> executed = new ArrayDeque<>();
    private int requestsLeft;
    private boolean broken;
    private long held;

    /** Breaks at a request after a number of them. */
    SimulatedCopyPort(final MemorySegment copy, final int slotBytes, final int requestsLeft, final Random random) {
        this.copy = copy;
        this.slotBytes = slotBytes;
        this.requestsLeft = requestsLeft;
        this.random = random;
    }

    /** Ends the port. What was posted and not executed is lost, except for a part of the first WRITE. */
    void breakNow() {
        broken = true;
        final Write partial = posted.poll();
        if (partial != null) {
            // By bytes, by words or by whole records: nothing is known about the order within a WRITE.
            final int chunkBytes = 1 << random.nextInt(7);
            final MemorySegment bytes = MemorySegment.ofArray(partial.bytes);
            for (int at = 0; at < partial.bytes.length; at += chunkBytes) {
                if (random.nextBoolean()) {
                    final int lengthBytes = Math.min(chunkBytes, partial.bytes.length - at);
                    MemorySegment.copy(bytes, at, copy, partial.offset + at, lengthBytes);
                }
            }
        }
        posted.clear();
    }

    private void execute() {
        final Write write = posted.remove();
        MemorySegment.copy(MemorySegment.ofArray(write.bytes), 0, copy, write.offset, write.bytes.length);
        executed.add(write);
    }

    private void complete() {
        held = Math.max(held, executed.remove().sequence);
    }

    private boolean spend() {
        requestsLeft--;
        if (requestsLeft < 0 && !broken) {
            breakNow();
        }
        return !broken;
    }

    private void post(final byte[] bytes, final long offset, final long sequence) {
        if (spend()) {
            posted.add(new Write(bytes, offset, sequence));
        }
    }

    @Override
    public String partnerName() {
        return "B";
    }

    @Override
    public boolean isUsable() {
        return !broken;
    }

    @Override
    public void reconnect() {
        if (!broken) {
            breakNow();
        }
    }

    @Override
    public void open() {
    }

    @Override
    public int slotBytes() {
        return slotBytes;
    }

    @Override
    public long outstandingWrites() {
        return posted.size() + executed.size();
    }

    @Override
    public boolean hasRoom() {
        return outstandingWrites() < DEPTH;
    }

    @Override
    public boolean awaitRoom(final long waitNs) {
        while (waitNs > 0 && !broken && !hasRoom()) {
            poll();
        }
        return !broken && hasRoom();
    }

    @Override
    public boolean poll() {
        boolean progress = false;
        while (!broken && !posted.isEmpty() && random.nextInt(3) > 0) {
            execute();
        }
        while (!broken && !executed.isEmpty() && random.nextInt(3) > 0) {
            complete();
            progress = true;
        }
        return progress;
    }

    @Override
    public boolean drain() {
        while (!broken && !posted.isEmpty()) {
            execute();
        }
        while (!broken && !executed.isEmpty()) {
            complete();
        }
        return !broken;
    }

    @Override
    public long heldSequence() {
        return held;
    }

    @Override
    public void startBehind(final long sequence) {
        held = sequence;
    }

    @Override
    public void write(final MemorySegment records, final long start, final long lengthBytes, final long lastSequence) {
        if (lengthBytes > slotBytes) {
            throw new AssertionError("a WRITE of " + lengthBytes + " bytes from slots of " + slotBytes);
        }
        post(records.asSlice(start, lengthBytes).toArray(ValueLayout.JAVA_BYTE), LogHeader.LENGTH_BYTES + start,
            lastSequence);
    }

    @Override
    public void writeHeader(final LogHeader header, final long lastSequence) {
        final byte[] bytes = new byte[LogHeader.SLOT_BYTES];
        final MemorySegment slot = MemorySegment.ofArray(bytes);
        post(bytes, header.writeSlot(slot, 0), lastSequence);
    }

    @Override
    public void wipe(final long start, final long lengthBytes) {
        write(MemorySegment.ofArray(new long[(int) (start + lengthBytes) / Long.BYTES + 1]), start, lengthBytes, held);
    }

    @Override
    public boolean readHeader(final LogHeader header) {
        if (spend()) {
            header.read(copy);
        }
        return !broken;
    }

    @Override
    public boolean read(final MemorySegment records, final long start, final long lengthBytes) {
        if (spend()) {
            MemorySegment.copy(copy, LogHeader.LENGTH_BYTES + start, records, start, lengthBytes);
        }
        return !broken;
    }

    @Override
    public long findMismatch(final MemorySegment records, final long start, final long lengthBytes) {
        if (!spend()) {
            return FAILED;
        }
        final long from = LogHeader.LENGTH_BYTES + start;
        final long mismatch =
            MemorySegment.mismatch(copy, from, from + lengthBytes, records, start, start + lengthBytes);
        return mismatch < 0 ? lengthBytes : mismatch;
    }
}
