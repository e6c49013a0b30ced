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
 * <p>Records are sent from slots of registered memory, one for each WRITE that may be outstanding. The slots take
 * four megabytes at most, however large the log is; with long entries there are fewer of them. Used by one
 * thread at a time. Writing and polling allocate nothing.
 *
 * <p>On iWARP a WRITE is complete when TCP has it. There, the partner holds a record when a READ of no bytes behind it
 * has completed, because the partner answers a READ after it has placed everything before.
 */
final class MirrorPort implements CopyPort {

    static final int DEPTH = 64;

    /** Bytes that one WRITE carries, unless an entry is longer. Short enough that an append waits little for it. */
    static final int LONGEST_WRITE_BYTES = 16 << 10;

    /** Polls without a completion before the processor is yielded to other threads. */
    static final int LOOKS_BEFORE_YIELDING = 2_000;

    /** A port on which nothing completes for this long has failed, whatever the device reports. */
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int SLOTS_BYTES = 4 << 20;
    private static final int FEWEST_SLOTS = 2;

    /** Slots begin with a page: siw sends a short message that crosses one from wrong memory ({@code siw_try_1seg}). */
    private static final int SLOT_UNIT_BYTES = 4096;

    /** In place of a number, for a request whose completion does not tell that the partner holds a record. */
    private static final long TELLS_NOTHING = -1;

    private final ClientSession session;
    private final Port port;
    private final int slotBytes;
    private final int depth;
    private final long[] sequences;
    private final SendRequest request = SendRequest.allocate(1);
    private final WorkCompletions completions = WorkCompletions.allocate(DEPTH);
    private final boolean confirms;
    private MemoryRegion slots;
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
        this.slotBytes =
            Math.ceilDiv(Math.max(longestEntryBytes, LONGEST_WRITE_BYTES), SLOT_UNIT_BYTES) * SLOT_UNIT_BYTES;
        this.depth = Math.clamp(SLOTS_BYTES / slotBytes, FEWEST_SLOTS, DEPTH);
        this.sequences = new long[depth];
        this.confirms = port.queuePair().device().transportType() == TransportType.IWARP;
    }

    @Override
    public void open() {
        slots = session.allocate((long) slotBytes * depth);
    }

    @Override
    public boolean isUsable() {
        return !failed && session.isOpen();
    }

    @Override
    public String partnerName() {
        return session.partner().name();
    }

    @Override
    public void reconnect() {
        if (session.isOpen()) {
            session.reconnect();
        }
    }

    @Override
    public long heldSequence() {
        return held;
    }

    @Override
    public void startBehind(final long sequence) {
        held = sequence;
        written = sequence;
        asked = sequence;
    }

    @Override
    public boolean hasRoom() {
        return posted - completed < depth;
    }

    @Override
    public long outstandingWrites() {
        return posted - completed;
    }

    @Override
    public boolean awaitRoom(final long waitNs) {
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

    @Override
    public int slotBytes() {
        return slotBytes;
    }

    @Override
    public void write(final MemorySegment records, final long start, final long lengthBytes, final long lastSequence) {
        MemorySegment.copy(records, start, slots.segment(), slotOffset(), lengthBytes);
        writeSlot(LogHeader.LENGTH_BYTES + start, lengthBytes, lastSequence);
    }

    @Override
    public void writeHeader(final LogHeader header, final long lastSequence) {
        final long offset = header.writeSlot(slots.segment(), slotOffset());
        writeSlot(offset, LogHeader.SLOT_BYTES, lastSequence);
    }

    private long slotOffset() {
        return posted % depth * slotBytes;
    }

    private void writeSlot(final long offset, final long lengthBytes, final long sequence) {
        request.write(port.partnerMemory(), offset, lengthBytes).localMemory(slots, slotOffset(), lengthBytes);
        written = Math.max(written, sequence);
        post(confirms ? TELLS_NOTHING : sequence);
    }

    /** Asks on iWARP whether the partner holds what was written, unless an answer is awaited. */
    private void confirm() {
        if (confirms && !failed && asked == held && written > held && hasRoom()) {
            asked = written;
            request.read(port.partnerMemory(), 0, 0).localMemory(slots, 0, 0);
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

    @Override
    public boolean poll() {
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

    @Override
    public boolean drain() {
        int looks = 0;
        while (isUsable() && posted != completed) {
            looks = poll() ? 0 : pause(looks);
        }
        return isUsable();
    }

    @Override
    public boolean readHeader(final LogHeader header) {
        final boolean done = readIntoSlots(0, LogHeader.LENGTH_BYTES);
        if (done) {
            header.read(slots.segment());
        }
        return done;
    }

    @Override
    public boolean read(final MemorySegment records, final long start, final long lengthBytes) {
        for (long done = 0; done < lengthBytes; done += slots.lengthBytes()) {
            final long part = Math.min(lengthBytes - done, slots.lengthBytes());
            if (!readIntoSlots(LogHeader.LENGTH_BYTES + start + done, part)) {
                return false;
            }
            MemorySegment.copy(slots.segment(), 0, records, start + done, part);
        }
        return true;
    }

    @Override
    public long findMismatch(final MemorySegment records, final long start, final long lengthBytes) {
        for (long done = 0; done < lengthBytes; done += slots.lengthBytes()) {
            final long part = Math.min(lengthBytes - done, slots.lengthBytes());
            final long from = start + done;
            if (!readIntoSlots(LogHeader.LENGTH_BYTES + from, part)) {
                return FAILED;
            }
            final long mismatch = MemorySegment.mismatch(slots.segment(), 0, part, records, from, from + part);
            if (mismatch >= 0) {
                return done + mismatch;
            }
        }
        return lengthBytes;
    }

    private boolean readIntoSlots(final long copyOffset, final long lengthBytes) {
        request.read(port.partnerMemory(), copyOffset, lengthBytes).localMemory(slots, 0, lengthBytes);
        post(held);
        return drain();
    }

    @Override
    public void wipe(final long start, final long lengthBytes) {
        slots.segment().asSlice(slotOffset(), lengthBytes).fill((byte) 0);
        writeSlot(LogHeader.LENGTH_BYTES + start, lengthBytes, held);
    }

    @Override
    public String toString() {
        return "MirrorPort[posted=" + posted + ", completed=" + completed + ", failed=" + failed + "]";
    }
}
