// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The layout of the boot-status variable. It fits one cache line and, at any path MTU, one packet. */
final class BootStatusLayout {

    /** Spells "CC STATUS", as far as hexadecimal digits allow. */
    static final int MAGIC = 0xCC57A705;

    static final int VERSION = 1;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = MemoryLayout.structLayout(
        LONG.withName("sequence"),
        INT.withName("magic"),
        INT.withName("layoutVersion"),
        LONG.withName("bootIdHigh"),
        LONG.withName("bootIdLow"),
        LONG.withName("generation"),
        LONG.withName("heartbeat"),
        INT.withName("bootPhase"),
        INT.withName("reserved"),
        INT.withName("sequenceCopy"),
        INT.withName("checksum")).withByteAlignment(64);

    /** The checksum covers everything between the sequence number and itself, including the copy of that number. */
    static final long CHECKED_FROM = offset("magic");
    static final long CHECKED_TO = offset("checksum");

    static final VarHandle SEQUENCE = field("sequence");
    static final VarHandle MAGIC_NUMBER = field("magic");
    static final VarHandle LAYOUT_VERSION = field("layoutVersion");
    static final VarHandle BOOT_ID_HIGH = field("bootIdHigh");
    static final VarHandle BOOT_ID_LOW = field("bootIdLow");
    static final VarHandle GENERATION = field("generation");
    static final VarHandle HEARTBEAT = field("heartbeat");
    static final VarHandle BOOT_PHASE = field("bootPhase");
    static final VarHandle SEQUENCE_COPY = field("sequenceCopy");
    static final VarHandle CHECKSUM = field("checksum");

    private BootStatusLayout() {
    }

    private static VarHandle field(final String name) {
        return LAYOUT.varHandle(PathElement.groupElement(name)).withInvokeExactBehavior();
    }

    private static long offset(final String name) {
        return LAYOUT.byteOffset(PathElement.groupElement(name));
    }
}
