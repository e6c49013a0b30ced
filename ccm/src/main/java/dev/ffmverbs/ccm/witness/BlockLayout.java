// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.internal.memory.Names;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The layout of the block that a witness keeps for a pair of nodes.
 *
 * <p>Nodes READ the first {@link #READ_BYTES} bytes. The witness writes magic number, version, pair and incarnation
 * before it registers the memory. The nodes change the rest. Magic number and version keep their places in all
 * versions.
 */
final class BlockLayout {

    /** Spells "CC WITNESS", as far as hexadecimal digits allow. */
    static final int MAGIC = 0xCC17_4E55;

    static final int VERSION = 1;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final SequenceLayout NAME = MemoryLayout.sequenceLayout(Names.LONGEST_BYTES, ValueLayout.JAVA_BYTE);

    static final StructLayout LAYOUT = MemoryLayout.structLayout(
        LONG.withName("word"),
        LONG.withName("renewals"),
        INT.withName("magic"),
        INT.withName("layoutVersion"),
        LONG.withName("pairHigh"),
        LONG.withName("pairLow"),
        LONG.withName("incarnationHigh"),
        LONG.withName("incarnationLow"),
        LONG.withName("voices"),
        NAME.withName("firstName"),
        NAME.withName("secondName"),
        NAME.withName("ownershipName")).withByteAlignment(64);

    static final long LENGTH_BYTES = LAYOUT.byteSize();

    /** What a node READs: one cache line, which ends with the digest of the list of witnesses. */
    static final long READ_BYTES = 64;

    static final long WORD_OFFSET = offset("word");
    static final long RENEWALS_OFFSET = offset("renewals");
    static final long VOICES_OFFSET = offset("voices");
    static final long NAMES_OFFSET = offset("firstName");

    static final VarHandle WORD = field("word");
    static final VarHandle RENEWALS = field("renewals");
    static final VarHandle MAGIC_NUMBER = field("magic");
    static final VarHandle LAYOUT_VERSION = field("layoutVersion");
    static final VarHandle PAIR_HIGH = field("pairHigh");
    static final VarHandle PAIR_LOW = field("pairLow");
    static final VarHandle INCARNATION_HIGH = field("incarnationHigh");
    static final VarHandle INCARNATION_LOW = field("incarnationLow");

    private BlockLayout() {
    }

    private static VarHandle field(final String name) {
        return LAYOUT.varHandle(PathElement.groupElement(name)).withInvokeExactBehavior();
    }

    private static long offset(final String name) {
        return LAYOUT.byteOffset(PathElement.groupElement(name));
    }
}
