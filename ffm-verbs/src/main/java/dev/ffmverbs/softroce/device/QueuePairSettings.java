// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.softroce.port.LocalAddress;
import dev.ffmverbs.softroce.port.Paths;
import dev.ffmverbs.softroce.transport.ReceiveAttributes;
import dev.ffmverbs.softroce.transport.SendAttributes;
import dev.ffmverbs.softroce.wire.PacketSequenceNumber;
import dev.ffmverbs.softroce.wire.QueuePairNumbers;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.PathMigrationStates;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/**
 * The attributes of a queue pair as last set, which {@code ibv_query_qp(3)} returns. They are checked before they are
 * kept.
 *
 * <p>Guarded by the dispatch lock.
 */
final class QueuePairSettings {

    private static final int MAX_RETRY_COUNT = 7;
    private static final int MAX_TIMER_CODE = 31;
    private static final int ONLY_PORT = 1;
    private static final long MAX_8_BITS = 0xFF;
    private static final long MAX_16_BITS = 0xFFFF;
    private static final long MAX_32_BITS = 0xFFFF_FFFFL;

    private final LocalAddress local;
    private final AddressAttributes addresses;
    private final MemorySegment kept;

    QueuePairSettings(final Arena arena, final AddressAttributes addresses) {
        this.local = addresses.local();
        this.addresses = addresses;
        this.kept = arena.allocate(QueuePairAttributesLayout.LAYOUT);
    }

    /**
     * Checks attributes.
     *
     * @param given a {@code struct ibv_qp_attr}.
     * @param mask  which attributes to check.
     * @return a sentence that names the invalid attribute and the reason; null when all are valid.
     */
    String flaw(final MemorySegment given, final int mask) {
        String flaw = null;
        if ((mask & QueuePairAttributeFlags.PARTITION_KEY_INDEX) != 0
            && given.get(JAVA_SHORT, QueuePairAttributesLayout.PARTITION_KEY_INDEX) != 0) {
            flaw = "pkey_index must be 0; there is one partition key";
        } else if ((mask & QueuePairAttributeFlags.PORT) != 0
            && octet(given, QueuePairAttributesLayout.PORT) != ONLY_PORT) {
            flaw = "port_num must be 1; there is one port";
        } else if ((mask & QueuePairAttributeFlags.PATH_MTU) != 0) {
            flaw = pathMtuFlaw(given.get(JAVA_INT, QueuePairAttributesLayout.PATH_MTU));
        }
        if (flaw == null && (mask & QueuePairAttributeFlags.ADDRESS) != 0) {
            flaw = addresses.flawOfHost(QueuePairAttributesLayout.address(given));
        }
        if (flaw == null && (mask & QueuePairAttributeFlags.ALTERNATE_PATH) != 0) {
            flaw = "alternate paths exist on InfiniBand only, not on RoCE";
        }
        return flaw != null ? flaw : rangeFlaw(given, mask);
    }

    private static int octet(final MemorySegment structure, final int offset) {
        return Byte.toUnsignedInt(structure.get(JAVA_BYTE, offset));
    }

    private String pathMtuFlaw(final int code) {
        final int bytes = DeviceLimits.mtuBytes(code);
        if (bytes == 0) {
            return "path_mtu is " + code + "; it may be IBV_MTU_256 (1) to IBV_MTU_4096 (5)";
        }
        return bytes <= local.pathMtuBytes() ? null : "path_mtu " + bytes + " is too large: interface "
            + local.interfaceName() + " with its MTU of " + local.mtuBytes() + " bytes carries at most "
            + local.pathMtuBytes();
    }

    /** Checks the range of the attributes that are plain numbers. */
    private static String rangeFlaw(final MemorySegment given, final int mask) {
        for (final NumberAttribute attribute : NumberAttribute.values()) {
            final String flaw = (mask & attribute.flag) == 0 ? null : attribute.flaw(given);
            if (flaw != null) {
                return flaw;
            }
        }
        return null;
    }

    /** The attributes that are plain numbers, each from 0 to a limit. */
    private enum NumberAttribute {

        PKEY_INDEX(QueuePairAttributeFlags.PARTITION_KEY_INDEX, MAX_16_BITS,
            QueuePairAttributesLayout.PARTITION_KEY_INDEX, JAVA_SHORT),
        PORT_NUM(QueuePairAttributeFlags.PORT, MAX_8_BITS, QueuePairAttributesLayout.PORT, JAVA_BYTE),
        QP_ACCESS_FLAGS(QueuePairAttributeFlags.ACCESS_FLAGS, MAX_32_BITS, QueuePairAttributesLayout.ACCESS_FLAGS,
            JAVA_INT),
        QKEY(QueuePairAttributeFlags.QUEUE_KEY, MAX_32_BITS, QueuePairAttributesLayout.QUEUE_KEY, JAVA_INT),
        PATH_MTU(QueuePairAttributeFlags.PATH_MTU, MAX_32_BITS, QueuePairAttributesLayout.PATH_MTU, JAVA_INT),
        RQ_PSN(QueuePairAttributeFlags.RECEIVE_PACKET_SEQUENCE_NUMBER, PacketSequenceNumber.MASK,
            QueuePairAttributesLayout.RECEIVE_PACKET_SEQUENCE_NUMBER, JAVA_INT),
        DEST_QP_NUM(QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR, QueuePairNumbers.HIGHEST,
            QueuePairAttributesLayout.DESTINATION_QUEUE_PAIR, JAVA_INT),
        MAX_DEST_RD_ATOMIC(QueuePairAttributeFlags.MAXIMUM_INCOMING_READS, DeviceLimits.MAX_READ_ATOMIC,
            QueuePairAttributesLayout.MAXIMUM_INCOMING_READS, JAVA_BYTE),
        MIN_RNR_TIMER(QueuePairAttributeFlags.MINIMUM_RNR_TIMER, MAX_TIMER_CODE,
            QueuePairAttributesLayout.MINIMUM_RNR_TIMER, JAVA_BYTE),
        SQ_PSN(QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER, PacketSequenceNumber.MASK,
            QueuePairAttributesLayout.SEND_PACKET_SEQUENCE_NUMBER, JAVA_INT),
        TIMEOUT(QueuePairAttributeFlags.TIMEOUT, MAX_TIMER_CODE, QueuePairAttributesLayout.TIMEOUT, JAVA_BYTE),
        RETRY_CNT(QueuePairAttributeFlags.RETRY_COUNT, MAX_RETRY_COUNT, QueuePairAttributesLayout.RETRY_COUNT,
            JAVA_BYTE),
        RNR_RETRY(QueuePairAttributeFlags.RNR_RETRY_COUNT, MAX_RETRY_COUNT, QueuePairAttributesLayout.RNR_RETRY_COUNT,
            JAVA_BYTE),
        MAX_RD_ATOMIC(QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS, DeviceLimits.MAX_READ_ATOMIC,
            QueuePairAttributesLayout.MAXIMUM_OUTGOING_READS, JAVA_BYTE),
        PATH_MIG_STATE(QueuePairAttributeFlags.PATH_MIGRATION_STATE, PathMigrationStates.ARMED,
            QueuePairAttributesLayout.PATH_MIGRATION_STATE, JAVA_INT);

        private final int flag;
        private final long limit;
        private final int offset;
        // A layout is immutable, though its type does not say so.
        @SuppressWarnings("ImmutableEnumChecker")
        private final ValueLayout width;

        NumberAttribute(final int flag, final long limit, final int offset, final ValueLayout width) {
            this.flag = flag;
            this.limit = limit;
            this.offset = offset;
            this.width = width;
        }

        private long value(final MemorySegment given) {
            return width == JAVA_BYTE ? octet(given, offset)
                : width == JAVA_SHORT ? Short.toUnsignedLong(given.get(JAVA_SHORT, offset))
                : Integer.toUnsignedLong(given.get(JAVA_INT, offset));
        }

        private String flaw(final MemorySegment given) {
            final long value = value(given);
            return value <= limit ? null
                : name().toLowerCase(Locale.ROOT) + " is " + value + "; it may be 0 to " + limit;
        }
    }

    /**
     * Makes the path to the peer, under the lock of the port.
     *
     * @param paths  makes it.
     * @param given  a {@code struct ibv_qp_attr} for READY_TO_RECEIVE, without a {@linkplain #flaw flaw}.
     * @param number number of the queue pair.
     * @return the path.
     * @throws IOException if the system refuses a socket.
     */
    UdpPath path(final Paths paths, final MemorySegment given, final int number) throws IOException {
        return addresses.path(paths, QueuePairAttributesLayout.address(given), number,
            given.get(JAVA_INT, QueuePairAttributesLayout.DESTINATION_QUEUE_PAIR));
    }

    /**
     * Returns the attributes for the responder of a reliable connection.
     *
     * @param given a {@code struct ibv_qp_attr} for READY_TO_RECEIVE, without a {@linkplain #flaw flaw}.
     * @param path  path to the peer.
     */
    ReceiveAttributes receiveAttributes(final MemorySegment given, final UdpPath path) {
        return new ReceiveAttributes(
            path,
            DeviceLimits.mtuBytes(given.get(JAVA_INT, QueuePairAttributesLayout.PATH_MTU)),
            given.get(JAVA_INT, QueuePairAttributesLayout.DESTINATION_QUEUE_PAIR),
            given.get(JAVA_INT, QueuePairAttributesLayout.RECEIVE_PACKET_SEQUENCE_NUMBER),
            octet(given, QueuePairAttributesLayout.MAXIMUM_INCOMING_READS),
            octet(given, QueuePairAttributesLayout.MINIMUM_RNR_TIMER));
    }

    /**
     * Returns the attributes for the requester of a reliable connection.
     *
     * @param given a {@code struct ibv_qp_attr} for READY_TO_SEND, without a {@linkplain #flaw flaw}.
     */
    SendAttributes sendAttributes(final MemorySegment given) {
        return new SendAttributes(
            given.get(JAVA_INT, QueuePairAttributesLayout.SEND_PACKET_SEQUENCE_NUMBER),
            octet(given, QueuePairAttributesLayout.TIMEOUT),
            octet(given, QueuePairAttributesLayout.RETRY_COUNT),
            octet(given, QueuePairAttributesLayout.RNR_RETRY_COUNT),
            octet(given, QueuePairAttributesLayout.MAXIMUM_OUTGOING_READS));
    }

    /** Keeps attributes that took effect. */
    void keep(final MemorySegment given, final int mask) {
        for (final NumberAttribute attribute : NumberAttribute.values()) {
            if ((mask & attribute.flag) != 0) {
                MemorySegment.copy(given, attribute.offset, kept, attribute.offset, attribute.width.byteSize());
            }
        }
        if ((mask & QueuePairAttributeFlags.ADDRESS) != 0) {
            QueuePairAttributesLayout.address(kept).copyFrom(QueuePairAttributesLayout.address(given));
        }
    }

    /** Clears all attributes, as RESET does. */
    void clear() {
        kept.fill((byte) 0);
    }

    void copyTo(final MemorySegment attributes) {
        MemorySegment.copy(kept, 0, attributes, 0, QueuePairAttributesLayout.BYTES);
    }
}
