// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The boot-status variable of a node, as its owner writes it: 64 bytes, in the same memory that partners read.
 *
 * <p>A node has one. {@code Interconnects.statusMemory} allocates its memory at the beginning of a page, and
 * {@code VerbsPath.register} registers that memory for each partner, for RDMA READ alone, at the predetermined
 * address {@link dev.ffmverbs.ccm.value.MemoryAddresses#statusAddress}. {@code StatusPublisher} publishes in it; a
 * partner examines what it has read with {@link BootStatusView}. {@link BootStatusLayout} has the offset of each field.
 *
 * <p>One thread publishes. A reader that meets an unfinished publication finds an odd sequence number, two different
 * sequence numbers or a wrong checksum, and reads again.
 */
public final class BootStatusVariable {

    /** Length of the variable in bytes, and its alignment. */
    public static final int LENGTH_BYTES = (int) BootStatusLayout.LAYOUT.byteSize();

    /** The version of the layout this class writes. */
    public static final int LAYOUT_VERSION = BootStatusLayout.VERSION;

    private final MemorySegment block;
    private final RangeChecksum checksum;
    private long sequence;

    /**
     * Writes the fields that never change in an incarnation; readers see a torn record until the first
     * {@link #publish}.
     *
     * @param memory     {@link #LENGTH_BYTES} bytes of native memory, aligned to {@link #LENGTH_BYTES}.
     * @param bootId     this incarnation.
     * @param generation number of this start of the node, if the node counts its starts.
     * @throws IllegalArgumentException if the memory is not native, or has another length or alignment.
     */
    public BootStatusVariable(final MemorySegment memory, final BootId bootId, final long generation) {
        if (!memory.isNative() || memory.byteSize() != LENGTH_BYTES || memory.address() % LENGTH_BYTES != 0) {
            throw new IllegalArgumentException("a status block needs " + LENGTH_BYTES
                + " bytes of native memory, aligned to " + LENGTH_BYTES + " bytes; got " + memory);
        }
        this.block = memory;
        this.checksum =
            new RangeChecksum(memory, BootStatusLayout.CHECKED_FROM, BootStatusLayout.CHECKED_TO);
        this.sequence = 0;
        beginWriting();
        BootStatusLayout.MAGIC_NUMBER.set(memory, 0L, BootStatusLayout.MAGIC);
        BootStatusLayout.LAYOUT_VERSION.set(memory, 0L, BootStatusLayout.VERSION);
        BootStatusLayout.BOOT_ID_HIGH.set(memory, 0L, bootId.high());
        BootStatusLayout.BOOT_ID_LOW.set(memory, 0L, bootId.low());
        BootStatusLayout.GENERATION.set(memory, 0L, generation);
    }

    /**
     * Returns the memory that partners read.
     *
     * @return the whole variable.
     */
    public MemorySegment memory() {
        return block;
    }

    /**
     * Publishes phase and heartbeat counter. Used by one thread at a time; allocates nothing.
     *
     * @param phase     how far this node has booted.
     * @param heartbeat a number that differs from the previous one as long as this node is alive.
     */
    public void publish(final BootPhase phase, final long heartbeat) {
        final MemorySegment memory = block;
        final long published = sequence + 2;
        beginWriting();
        BootStatusLayout.HEARTBEAT.set(memory, 0L, heartbeat);
        BootStatusLayout.BOOT_PHASE.set(memory, 0L, phase.code());
        BootStatusLayout.SEQUENCE_COPY.set(memory, 0L, (int) published);
        BootStatusLayout.CHECKSUM.set(memory, 0L, checksum.compute());
        BootStatusLayout.SEQUENCE.setRelease(memory, 0L, published);
        sequence = published;
    }

    private void beginWriting() {
        BootStatusLayout.SEQUENCE.setOpaque(block, 0L, sequence + 1);
        VarHandle.storeStoreFence();
    }
}
