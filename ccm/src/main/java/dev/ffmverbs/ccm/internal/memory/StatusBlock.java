// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The boot-status variable, as its owner writes it: the very memory that partners read.
 *
 * <p>One thread publishes. A reader that meets a publication half done finds an odd sequence number, two sequence
 * numbers that differ or a wrong checksum, and reads again.
 */
public final class StatusBlock {

    /** Length of the block in bytes, and its alignment. */
    public static final int LENGTH_BYTES = (int) StatusBlockLayout.LAYOUT.byteSize();

    /** The version of the layout this class writes. */
    public static final int LAYOUT_VERSION = StatusBlockLayout.VERSION;

    private final MemorySegment block;
    private final RangeChecksum checksum;
    private long sequence;

    /**
     * Writes what never changes in an incarnation; readers see a torn record until the first {@link #publish}.
     *
     * @param memory     {@link #LENGTH_BYTES} bytes of native memory, aligned to as many.
     * @param bootId     this incarnation.
     * @param generation which start of the node this is, as far as the node remembers.
     * @throws IllegalArgumentException when the memory is not native, of that length and so aligned.
     */
    public StatusBlock(final MemorySegment memory, final BootId bootId, final long generation) {
        if (!memory.isNative() || memory.byteSize() != LENGTH_BYTES || memory.address() % LENGTH_BYTES != 0) {
            throw new IllegalArgumentException("a status block needs " + LENGTH_BYTES
                + " bytes of native memory, aligned to as many; got " + memory);
        }
        this.block = memory;
        this.checksum =
            new RangeChecksum(memory, StatusBlockLayout.CHECKED_FROM, StatusBlockLayout.CHECKED_TO);
        this.sequence = 0;
        beginWriting();
        StatusBlockLayout.MAGIC_NUMBER.set(memory, 0L, StatusBlockLayout.MAGIC);
        StatusBlockLayout.LAYOUT_VERSION.set(memory, 0L, StatusBlockLayout.VERSION);
        StatusBlockLayout.BOOT_ID_HIGH.set(memory, 0L, bootId.high());
        StatusBlockLayout.BOOT_ID_LOW.set(memory, 0L, bootId.low());
        StatusBlockLayout.GENERATION.set(memory, 0L, generation);
    }

    /**
     * The memory to register for partners to read.
     *
     * @return the block.
     */
    public MemorySegment memory() {
        return block;
    }

    /**
     * Publishes phase and heartbeat counter. One thread at a time; allocates nothing.
     *
     * @param phase     how far this node has booted.
     * @param heartbeat a number that differs from the one before for as long as this node is alive.
     */
    public void publish(final BootPhase phase, final long heartbeat) {
        final MemorySegment memory = block;
        final long published = sequence + 2;
        beginWriting();
        StatusBlockLayout.HEARTBEAT.set(memory, 0L, heartbeat);
        StatusBlockLayout.BOOT_PHASE.set(memory, 0L, phase.code());
        StatusBlockLayout.SEQUENCE_COPY.set(memory, 0L, (int) published);
        StatusBlockLayout.CHECKSUM.set(memory, 0L, checksum.compute());
        StatusBlockLayout.SEQUENCE.setRelease(memory, 0L, published);
        sequence = published;
    }

    private void beginWriting() {
        StatusBlockLayout.SEQUENCE.setOpaque(block, 0L, sequence + 1);
        VarHandle.storeStoreFence();
    }
}
