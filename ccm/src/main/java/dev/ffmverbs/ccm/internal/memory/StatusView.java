// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import java.lang.foreign.MemorySegment;

/**
 * A partner's status block as an RDMA READ delivered it.
 *
 * <p>{@link #examine} first; the other methods are meaningful only as its result says. Not thread-safe, and the memory
 * must not change meanwhile: the READ that fills it has completed and no other is outstanding. Nothing allocates,
 * except {@link #bootId}.
 */
public final class StatusView {

    private final MemorySegment block;
    private final RangeChecksum checksum;

    /**
     * Views memory that READs are delivered to.
     *
     * @param memory {@link StatusBlock#LENGTH_BYTES} bytes of native memory, aligned to as many.
     */
    public StatusView(final MemorySegment memory) {
        this.block = memory;
        this.checksum =
            new RangeChecksum(memory, StatusBlockLayout.CHECKED_FROM, StatusBlockLayout.CHECKED_TO);
    }

    /**
     * Decides whether a whole status block is there.
     *
     * @return what is there.
     */
    public RecordCondition examine() {
        final MemorySegment memory = block;
        if (StatusBlockLayout.MAGIC != (int) StatusBlockLayout.MAGIC_NUMBER.get(memory, 0L)) {
            return RecordCondition.ABSENT;
        }
        if (StatusBlockLayout.VERSION != layoutVersion()) {
            return RecordCondition.WRONG_LAYOUT_VERSION;
        }
        final long sequence = (long) StatusBlockLayout.SEQUENCE.get(memory, 0L);
        final boolean whole = (sequence & 1) == 0
            && (int) sequence == (int) StatusBlockLayout.SEQUENCE_COPY.get(memory, 0L)
            && checksum.compute() == (int) StatusBlockLayout.CHECKSUM.get(memory, 0L);
        return whole ? RecordCondition.VALID : RecordCondition.TORN;
    }

    /**
     * The version of the layout the block was written in.
     *
     * @return the version; meaningful unless the record is {@link RecordCondition#ABSENT}.
     */
    public int layoutVersion() {
        return (int) StatusBlockLayout.LAYOUT_VERSION.get(block, 0L);
    }

    /**
     * Whether the block is of this incarnation.
     *
     * @param bootId     boot id agreed on before.
     * @param generation generation agreed on before.
     * @return whether both are the same.
     */
    public boolean isOf(final BootId bootId, final long generation) {
        return bootId.matches((long) StatusBlockLayout.BOOT_ID_HIGH.get(block, 0L),
            (long) StatusBlockLayout.BOOT_ID_LOW.get(block, 0L)) && generation == generation();
    }

    /**
     * The incarnation of the partner.
     *
     * @return its boot id.
     */
    public BootId bootId() {
        return new BootId((long) StatusBlockLayout.BOOT_ID_HIGH.get(block, 0L),
            (long) StatusBlockLayout.BOOT_ID_LOW.get(block, 0L));
    }

    /**
     * Which start of the partner it is, as far as the partner remembers.
     *
     * @return the generation.
     */
    public long generation() {
        return (long) StatusBlockLayout.GENERATION.get(block, 0L);
    }

    /**
     * The partner's heartbeat counter.
     *
     * @return a number that changes for as long as the partner is alive.
     */
    public long heartbeat() {
        return (long) StatusBlockLayout.HEARTBEAT.get(block, 0L);
    }

    /**
     * How far the partner has booted.
     *
     * @return the phase, or null when this layout version knows none of that number.
     */
    public BootPhase bootPhase() {
        return BootPhase.of((int) StatusBlockLayout.BOOT_PHASE.get(block, 0L));
    }
}
