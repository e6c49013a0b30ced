// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.memory;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Where each field of a handshake record in a mailbox lies. */
final class MailboxRecordLayout {

    /** "CC MAILS", as far as hexadecimal digits can spell it. */
    static final int MAGIC = 0xCC3A1105;

    static final int VERSION = 1;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = MemoryLayout.structLayout(
        LONG.withName("sequence"),
        INT.withName("magic"),
        INT.withName("layoutVersion"),
        LONG.withName("senderBootIdHigh"),
        LONG.withName("senderBootIdLow"),
        LONG.withName("echoedBootIdHigh"),
        LONG.withName("echoedBootIdLow"),
        LONG.withName("senderEpoch"),
        LONG.withName("echoedEpoch"),
        INT.withName("kind"),
        INT.withName("senderPhase"),
        INT.withName("sequenceCopy"),
        INT.withName("checksum"));

    /** The checksum covers all from behind the sequence number to itself, the sequence number's copy included. */
    static final long CHECKED_FROM = offset("magic");
    static final long CHECKED_TO = offset("checksum");

    static final VarHandle SEQUENCE = field("sequence");
    static final VarHandle MAGIC_NUMBER = field("magic");
    static final VarHandle LAYOUT_VERSION = field("layoutVersion");
    static final VarHandle SENDER_BOOT_ID_HIGH = field("senderBootIdHigh");
    static final VarHandle SENDER_BOOT_ID_LOW = field("senderBootIdLow");
    static final VarHandle ECHOED_BOOT_ID_HIGH = field("echoedBootIdHigh");
    static final VarHandle ECHOED_BOOT_ID_LOW = field("echoedBootIdLow");
    static final VarHandle SENDER_EPOCH = field("senderEpoch");
    static final VarHandle ECHOED_EPOCH = field("echoedEpoch");
    static final VarHandle KIND = field("kind");
    static final VarHandle SENDER_PHASE = field("senderPhase");
    static final VarHandle SEQUENCE_COPY = field("sequenceCopy");
    static final VarHandle CHECKSUM = field("checksum");

    private MailboxRecordLayout() {
    }

    private static VarHandle field(final String name) {
        return LAYOUT.varHandle(PathElement.groupElement(name)).withInvokeExactBehavior();
    }

    private static long offset(final String name) {
        return LAYOUT.byteOffset(PathElement.groupElement(name));
    }
}
