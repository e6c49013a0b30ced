// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.Port;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * The way to the partner's copy for as long as a session's ports last: WRITEs with up to {@link #DEPTH} outstanding,
 * and READs while none is.
 *
 * <p>Payload goes through slots of registered memory, one for each WRITE that may be outstanding. Used by one thread at
 * a time; writing and polling allocate nothing.
 */
final class MirrorPort {

    static final int DEPTH = 64;

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(10);

    private final ClientSession session;
    private final Port port;
    private final MemoryRegion slots;
    private final int slotBytes;
    private final SendRequest request = SendRequest.allocate(1);
    private final WorkCompletions completions = WorkCompletions.allocate(DEPTH);
    private long posted;
    private long completed;
    private boolean failed;

    MirrorPort(final ClientSession session, final int slotBytes) {
        this.session = session;
        this.port = session.port(0);
        this.slotBytes = slotBytes;
        this.slots = session.allocate((long) slotBytes * DEPTH);
    }

    /** Whether what was posted may still complete. */
    boolean isUsable() {
        return !failed && session.isOpen();
    }

    ClientSession session() {
        return session;
    }

    /** How many of the WRITEs posted have completed with success, all those before them included. */
    long completed() {
        return completed;
    }

    /** Whether another WRITE can be posted before one completes. */
    boolean hasRoom() {
        return posted - completed < DEPTH;
    }

    /** Whether nothing is outstanding. */
    boolean isIdle() {
        return posted == completed;
    }

    /** WRITEs a part of this node's memory, at most a slot long, to the same offset of the partner's. */
    void write(final MemorySegment memory, final long offset, final long lengthBytes) {
        final long slot = posted % DEPTH * slotBytes;
        MemorySegment.copy(memory, offset, slots.segment(), slot, lengthBytes);
        request.write(port.partnerMemory().address(offset, lengthBytes), port.partnerMemory().rkey())
            .localMemory(slots, slot, lengthBytes);
        post();
    }

    private void post() {
        if (port.queuePair().postSend(request) == 1) {
            posted++;
        } else {
            failed = true;
        }
    }

    /** Takes completions; returns whether there were any. */
    boolean poll() {
        final int count = port.completionQueue().poll(completions);
        for (int i = 0; i < count && !failed; i++) {
            if (completions.succeeded(i)) {
                completed++;
            } else {
                failed = true;
            }
        }
        return count > 0;
    }

    /** Waits until nothing is outstanding; false when the port has failed. */
    boolean drain() {
        final long startNs = System.nanoTime();
        while (isUsable() && !isIdle()) {
            if (!poll()) {
                Thread.onSpinWait();
            }
            if (System.nanoTime() - startNs > LIMIT_NS) {
                failed = true;
            }
        }
        return isUsable();
    }

    /** READs a part of the partner's copy into this node's memory; false when the port has failed. */
    boolean read(final MemorySegment memory, final long offset, final long lengthBytes) {
        long done = 0;
        while (done < lengthBytes && isUsable()) {
            final long part = Math.min(lengthBytes - done, slots.lengthBytes());
            request.read(port.partnerMemory().address(offset + done, part), port.partnerMemory().rkey())
                .localMemory(slots, 0, part);
            post();
            if (drain()) {
                MemorySegment.copy(slots.segment(), 0, memory, offset + done, part);
            }
            done += part;
        }
        return isUsable();
    }

    /** Makes the partner's copy zeros there, at most a slot long; false when the port has failed. */
    boolean wipe(final long offset, final long lengthBytes) {
        slots.segment().fill((byte) 0);
        request.write(port.partnerMemory().address(offset, lengthBytes), port.partnerMemory().rkey())
            .localMemory(slots, 0, lengthBytes);
        post();
        return drain();
    }
}
