// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.lang.foreign.MemorySegment;
import java.util.StringJoiner;
import java.util.function.Supplier;

/** Describes queue pair attributes as text: those marked for change, or all when none is marked. */
final class AttributeText {

    private final MemorySegment attributes;
    private final int mask;
    private final StringJoiner text = new StringJoiner(", ", "QueuePairAttributes[", "]");

    private AttributeText(final MemorySegment attributes, final int mask) {
        this.attributes = attributes;
        this.mask = mask;
    }

    static String of(final MemorySegment attributes, final int mask) {
        return new AttributeText(attributes, mask).describe();
    }

    private String describe() {
        add(QueuePairAttributeFlags.STATE, "state",
            () -> QueuePairStates.name(integer(QueuePairAttributesLayout.STATE)));
        add(QueuePairAttributeFlags.CURRENT_STATE, "currentState",
            () -> QueuePairStates.name(integer(QueuePairAttributesLayout.CURRENT_STATE)));
        add(QueuePairAttributeFlags.PORT, "port", () -> octet(QueuePairAttributesLayout.PORT));
        add(QueuePairAttributeFlags.PARTITION_KEY_INDEX, "partitionKeyIndex",
            () -> Short.toUnsignedInt(attributes.get(JAVA_SHORT, QueuePairAttributesLayout.PARTITION_KEY_INDEX)));
        add(QueuePairAttributeFlags.ACCESS_FLAGS, "access",
            () -> Access.describe(integer(QueuePairAttributesLayout.ACCESS_FLAGS)));
        add(QueuePairAttributeFlags.PATH_MTU, "pathMtu", this::pathMtu);
        add(QueuePairAttributeFlags.ADDRESS, "addressVector",
            () -> AddressVector.read(QueuePairAttributesLayout.address(attributes)));
        add(QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR, "destinationQueuePair",
            () -> integer(QueuePairAttributesLayout.DESTINATION_QUEUE_PAIR));
        add(QueuePairAttributeFlags.RECEIVE_PACKET_SEQUENCE_NUMBER, "receivePacketSequenceNumber",
            () -> integer(QueuePairAttributesLayout.RECEIVE_PACKET_SEQUENCE_NUMBER));
        add(QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER, "sendPacketSequenceNumber",
            () -> integer(QueuePairAttributesLayout.SEND_PACKET_SEQUENCE_NUMBER));
        add(QueuePairAttributeFlags.MAXIMUM_INCOMING_READS, "maximumIncomingReads",
            () -> octet(QueuePairAttributesLayout.MAXIMUM_INCOMING_READS));
        add(QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS, "maximumOutgoingReads",
            () -> octet(QueuePairAttributesLayout.MAXIMUM_OUTGOING_READS));
        add(QueuePairAttributeFlags.MINIMUM_RNR_TIMER, "minimumRnrTimer",
            () -> octet(QueuePairAttributesLayout.MINIMUM_RNR_TIMER));
        add(QueuePairAttributeFlags.TIMEOUT, "timeout", () -> octet(QueuePairAttributesLayout.TIMEOUT));
        add(QueuePairAttributeFlags.RETRY_COUNT, "retryCount", () -> octet(QueuePairAttributesLayout.RETRY_COUNT));
        add(QueuePairAttributeFlags.RNR_RETRY_COUNT, "rnrRetryCount",
            () -> octet(QueuePairAttributesLayout.RNR_RETRY_COUNT));
        add(QueuePairAttributeFlags.QUEUE_KEY, "queueKey",
            () -> "0x" + Integer.toHexString(integer(QueuePairAttributesLayout.QUEUE_KEY)));
        add(QueuePairAttributeFlags.NOTIFY_WHEN_DRAINED, "notifyWhenDrained",
            () -> octet(QueuePairAttributesLayout.NOTIFY_WHEN_DRAINED) != 0);
        add(QueuePairAttributeFlags.PATH_MIGRATION_STATE, "pathMigrationState", this::pathMigrationState);
        addAlternatePath();
        if ((mask & QueuePairAttributeFlags.RATE_LIMIT) != 0) {
            text.add("rateLimitKilobitsPerSecond="
                + Integer.toUnsignedString(integer(QueuePairAttributesLayout.RATE_LIMIT)));
        }
        return text.toString();
    }

    private int integer(final int offset) {
        return attributes.get(JAVA_INT, offset);
    }

    private int octet(final int offset) {
        return Byte.toUnsignedInt(attributes.get(JAVA_BYTE, offset));
    }

    private void add(final int flag, final String name, final Supplier<Object> value) {
        if (mask == 0 || (mask & flag) != 0) {
            text.add(name + "=" + value.get());
        }
    }

    private String pathMtu() {
        final int value = integer(QueuePairAttributesLayout.PATH_MTU);
        return EnumText.of(PathMtu.of(value), PathMtu.UNKNOWN, value);
    }

    private String pathMigrationState() {
        final int value = integer(QueuePairAttributesLayout.PATH_MIGRATION_STATE);
        return EnumText.of(PathMigrationState.of(value), PathMigrationState.UNKNOWN, value);
    }

    /** Describes the alternate path, unless it was read and there is none. */
    private void addAlternatePath() {
        final AddressVector path = AddressVector.read(QueuePairAttributesLayout.alternateAddress(attributes));
        if ((mask & QueuePairAttributeFlags.ALTERNATE_PATH) != 0 || mask == 0 && path.port() != 0) {
            text.add("alternatePath={" + path + ", partitionKeyIndex=" + Short.toUnsignedInt(
                attributes.get(JAVA_SHORT, QueuePairAttributesLayout.ALTERNATE_PARTITION_KEY_INDEX))
                + ", timeout=" + octet(QueuePairAttributesLayout.ALTERNATE_TIMEOUT) + "}");
        }
    }
}
