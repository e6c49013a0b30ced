// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import java.lang.foreign.MemorySegment;

/**
 * The boot-status variable of a partner, as an RDMA READ delivered it.
 *
 * <p>Call {@link #examine} first; its result says which other methods are meaningful. Not thread-safe. The memory must
 * not change while it is viewed: the READ that filled it has completed, and no other is outstanding. No method
 * allocates, except {@link #bootId}.
 */
public final class BootStatusView {

    private final MemorySegment block;
    private final RangeChecksum checksum;

    /**
     * Creates a view of memory to which READs are delivered.
     *
     * @param memory {@link BootStatusVariable#LENGTH_BYTES} bytes of native memory, with that alignment.
     */
    public BootStatusView(final MemorySegment memory) {
        this.block = memory;
        this.checksum =
            new RangeChecksum(memory, BootStatusLayout.CHECKED_FROM, BootStatusLayout.CHECKED_TO);
    }

    /**
     * Decides whether the memory holds a complete boot-status variable.
     *
     * @return what it holds.
     */
    public RecordCondition examine() {
        final MemorySegment memory = block;
        if (BootStatusLayout.MAGIC != (int) BootStatusLayout.MAGIC_NUMBER.get(memory, 0L)) {
            return RecordCondition.ABSENT;
        }
        if (BootStatusLayout.VERSION != layoutVersion()) {
            return RecordCondition.WRONG_LAYOUT_VERSION;
        }
        final long sequence = (long) BootStatusLayout.SEQUENCE.get(memory, 0L);
        final boolean whole = (sequence & 1) == 0
            && (int) sequence == (int) BootStatusLayout.SEQUENCE_COPY.get(memory, 0L)
            && checksum.compute() == (int) BootStatusLayout.CHECKSUM.get(memory, 0L);
        return whole ? RecordCondition.VALID : RecordCondition.TORN;
    }

    /**
     * Returns the version of the layout in which the variable was written.
     *
     * @return the version; meaningful unless the record is {@link RecordCondition#ABSENT}.
     */
    public int layoutVersion() {
        return (int) BootStatusLayout.LAYOUT_VERSION.get(block, 0L);
    }

    /**
     * Whether the variable belongs to this incarnation.
     *
     * @param bootId     boot id agreed on before.
     * @param generation generation agreed on before.
     * @return whether both are the same.
     */
    public boolean isOf(final BootId bootId, final long generation) {
        return bootId.matches((long) BootStatusLayout.BOOT_ID_HIGH.get(block, 0L),
            (long) BootStatusLayout.BOOT_ID_LOW.get(block, 0L)) && generation == generation();
    }

    /**
     * Returns the incarnation of the partner.
     *
     * @return its boot id.
     */
    public BootId bootId() {
        return new BootId((long) BootStatusLayout.BOOT_ID_HIGH.get(block, 0L),
            (long) BootStatusLayout.BOOT_ID_LOW.get(block, 0L));
    }

    /**
     * Returns the number of this start of the partner, if the partner counts its starts.
     *
     * @return the generation.
     */
    public long generation() {
        return (long) BootStatusLayout.GENERATION.get(block, 0L);
    }

    /**
     * Returns the partner's heartbeat counter.
     *
     * @return a number that keeps changing while the partner is alive.
     */
    public long heartbeat() {
        return (long) BootStatusLayout.HEARTBEAT.get(block, 0L);
    }

    /**
     * Returns how far the partner has booted.
     *
     * @return the phase, or null if this layout version has none with that number.
     */
    public BootPhase bootPhase() {
        return BootPhase.of((int) BootStatusLayout.BOOT_PHASE.get(block, 0L));
    }
}
