// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The layout of a record in a mailbox: a header, the payload of its slot, and a trailer. */
final class MailboxRecordLayout {

    /** Spells "CC MAILS", as far as hexadecimal digits allow. */
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
        INT.withName("senderPhase"));

    static final int HEADER_BYTES = (int) LAYOUT.byteSize();

    /** The trailer: the sequence number's lower half again, and the checksum. */
    static final int TRAILER_BYTES = 2 * Integer.BYTES;

    /** The checksum covers everything between the sequence number and itself, including the copy of that number. */
    static final long CHECKED_FROM = LAYOUT.byteOffset(PathElement.groupElement("magic"));

    static final VarHandle TRAILER_FIELD = INT.varHandle().withInvokeExactBehavior();

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

    private MailboxRecordLayout() {
    }

    private static VarHandle field(final String name) {
        return LAYOUT.varHandle(PathElement.groupElement(name)).withInvokeExactBehavior();
    }
}
