// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.TransportType;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.Port;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * Accesses the partner's copy as long as a session's ports last. Up to {@link #DEPTH} WRITEs are outstanding at a time;
 * READs are issued while no WRITE is.
 *
 * <p>Payloads are sent from slots of registered memory, one for each WRITE that may be outstanding. The slots take a
 * few megabytes at most, however large the log is; with long entries there are fewer of them. Used by one thread at a
 * time. Writing and polling allocate nothing.
 *
 * <p>On iWARP a WRITE is complete when TCP has it. There, the partner holds a record when a READ of no bytes behind it
 * has completed, because the partner answers a READ after it has placed everything before.
 */
final class MirrorPort {

    static final int DEPTH = 64;

    /** Returned by {@link #findMismatch} if the port has failed. */
    static final long FAILED = -1;

    /** Polls without a completion before the processor is yielded to other threads. */
    static final int LOOKS_BEFORE_YIELDING = 2_000;

    /** A port on which nothing completes for this long has failed, whatever the device reports. */
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int SLOTS_BYTES = 4 << 20;
    private static final int FEWEST_SLOTS = 2;

    /** No short entry crosses a page. siw sends a short message that does from wrong memory ({@code siw_try_1seg}). */
    private static final int SLOT_UNIT_BYTES = 64;

    /** In place of a number, for a request whose completion does not tell that the partner holds a record. */
    private static final long TELLS_NOTHING = -1;

    private final ClientSession session;
    private final Port port;
    private final MemoryRegion slots;
    private final int slotBytes;
    private final int depth;
    private final long[] sequences;
    private final SendRequest request = SendRequest.allocate(1);
    private final WorkCompletions completions = WorkCompletions.allocate(DEPTH);
    private final boolean confirms;
    private long posted;
    private long completed;
    private long held;

    /** The last record posted, and the one behind which a READ was last posted that confirms it. */
    private long written;
    private long asked;
    private long progressNs;
    private boolean failed;

    MirrorPort(final ClientSession session, final int longestEntryBytes) {
        this.session = session;
        this.port = session.port(0);
        this.slotBytes = Math.ceilDiv(Math.max(longestEntryBytes, CopyHeader.LENGTH_BYTES), SLOT_UNIT_BYTES)
            * SLOT_UNIT_BYTES;
        this.depth = Math.clamp(SLOTS_BYTES / slotBytes, FEWEST_SLOTS, DEPTH);
        this.sequences = new long[depth];
        this.confirms = port.queuePair().device().transportType() == TransportType.IWARP;
        this.slots = session.allocate((long) slotBytes * depth);
    }

    /** Whether requests that were posted may still complete. */
    boolean isUsable() {
        return !failed && session.isOpen();
    }

    ClientSession session() {
        return session;
    }

    /** Returns the number of the last record that the partner holds, along with all before it. */
    long heldSequence() {
        return held;
    }

    /** Sets which records the partner already has, without a WRITE over this port. */
    void startBehind(final long sequence) {
        held = sequence;
        written = sequence;
        asked = sequence;
    }

    /** Whether another WRITE can be posted before one completes. */
    boolean hasRoom() {
        return posted - completed < depth;
    }

    /** Waits at most this long until another WRITE can be posted. Returns false if none can be. */
    boolean awaitRoom(final long waitNs) {
        final long startNs = System.nanoTime();
        int looks = 0;
        while (isUsable() && !hasRoom() && System.nanoTime() - startNs < waitNs) {
            looks = poll() ? 0 : pause(looks);
        }
        return isUsable() && hasRoom();
    }

    /**
     * Pauses briefly between two polls. Completions are not announced here, because a client may have ports with more
     * partners than a process may have descriptors.
     *
     * @param looks polls without a completion so far.
     * @return that number, plus one.
     */
    @SuppressWarnings("ThreadPriorityCheck") // any sleep would take longer than a WRITE
    static int pause(final int looks) {
        if (looks < LOOKS_BEFORE_YIELDING) {
            Thread.onSpinWait();
            return looks + 1;
        }
        Thread.yield();
        return looks;
    }

    /** WRITEs a record of the log, at most a slot long, to the same offset of the partner's copy. */
    void write(final MemorySegment log, final LogEntries record) {
        final long lengthBytes = record.endOffset() - record.offset();
        MemorySegment.copy(log, record.offset(), slots.segment(), slotOffset(), lengthBytes);
        writeSlot(CopyHeader.LENGTH_BYTES + record.offset(), lengthBytes, record.sequence());
    }

    /** WRITEs the copy's header. */
    void writeHeader(final long lackedUpTo) {
        CopyHeader.write(slots.segment().asSlice(slotOffset(), slotBytes), lackedUpTo);
        writeSlot(0, CopyHeader.LENGTH_BYTES, Math.max(written, held));
    }

    private long slotOffset() {
        return posted % depth * slotBytes;
    }

    private void writeSlot(final long offset, final long lengthBytes, final long sequence) {
        request.write(port.partnerMemory().address(offset, lengthBytes), port.partnerMemory().rkey())
            .localMemory(slots, slotOffset(), lengthBytes);
        written = sequence;
        post(confirms ? TELLS_NOTHING : sequence);
    }

    /** Asks on iWARP whether the partner holds what was written, unless an answer is awaited. */
    private void confirm() {
        if (confirms && !failed && asked == held && written > held && hasRoom()) {
            asked = written;
            request.read(port.partnerMemory().address(0, 0), port.partnerMemory().rkey()).localMemory(slots, 0, 0);
            post(written);
        }
    }

    private void post(final long sequence) {
        if (posted == completed) {
            progressNs = System.nanoTime();
        }
        if (port.queuePair().postSend(request) == 1) {
            sequences[(int) (posted % depth)] = sequence;
            posted++;
        } else {
            failed = true;
        }
    }

    /** Takes completions and returns whether there were any. If none arrives for too long, the port has failed. */
    boolean poll() {
        final int count = port.completionQueue().poll(completions);
        if (posted != completed) {
            final long nowNs = System.nanoTime();
            failed |= count == 0 && nowNs - progressNs > LIMIT_NS;
            progressNs = count == 0 ? progressNs : nowNs;
        }
        for (int i = 0; i < count && !failed; i++) {
            if (completions.isSuccess(i)) {
                held = Math.max(held, sequences[(int) (completed % depth)]);
                completed++;
            } else {
                failed = true;
            }
        }
        confirm();
        return count > 0;
    }

    /** Waits until nothing is outstanding. Returns false if the port has failed. */
    private boolean drain() {
        int looks = 0;
        while (isUsable() && posted != completed) {
            looks = poll() ? 0 : pause(looks);
        }
        return isUsable();
    }

    /** READs the number in the copy's header. Returns {@link #FAILED} if the port has failed. */
    long readLackedUpTo() {
        return readIntoSlots(0, CopyHeader.LENGTH_BYTES) ? CopyHeader.readLackedUpTo(slots.segment()) : FAILED;
    }

    /**
     * READs a part of the partner's copy into the same place in this node's log. Returns false if the port has failed.
     */
    boolean read(final MemorySegment log, final long offset, final long lengthBytes) {
        for (long done = 0; done < lengthBytes; done += slots.lengthBytes()) {
            final long part = Math.min(lengthBytes - done, slots.lengthBytes());
            if (!readIntoSlots(CopyHeader.LENGTH_BYTES + offset + done, part)) {
                return false;
            }
            MemorySegment.copy(slots.segment(), 0, log, offset + done, part);
        }
        return true;
    }

    /**
     * READs the partner's copy from the first entry until it differs from this node's log.
     *
     * @return the offset of the first byte that differs, at most {@code endOffset}; {@link #FAILED} if the port has
     *     failed.
     */
    long findMismatch(final MemorySegment log, final long endOffset) {
        for (long offset = 0; offset < endOffset; offset += slots.lengthBytes()) {
            final long part = Math.min(endOffset - offset, slots.lengthBytes());
            if (!readIntoSlots(CopyHeader.LENGTH_BYTES + offset, part)) {
                return FAILED;
            }
            final long mismatch = MemorySegment.mismatch(slots.segment(), 0, part, log, offset, offset + part);
            if (mismatch >= 0) {
                return offset + mismatch;
            }
        }
        return endOffset;
    }

    private boolean readIntoSlots(final long copyOffset, final long lengthBytes) {
        request.read(port.partnerMemory().address(copyOffset, lengthBytes), port.partnerMemory().rkey())
            .localMemory(slots, 0, lengthBytes);
        post(held);
        return drain();
    }

    /**
     * Prepares the copy for what follows a record. Its header then says which entries it may lack, and zeros follow the
     * record, at most a slot long. Returns false if the port has failed.
     */
    boolean prepare(final long lackedUpTo, final long offset, final long lengthBytes) {
        writeHeader(lackedUpTo);
        if (lengthBytes > 0) {
            slots.segment().asSlice(slotOffset(), lengthBytes).fill((byte) 0);
            writeSlot(CopyHeader.LENGTH_BYTES + offset, lengthBytes, held);
        }
        return drain();
    }

    @Override
    public String toString() {
        return "MirrorPort[posted=" + posted + ", completed=" + completed + ", failed=" + failed + "]";
    }
}
