// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.layout.AddressAttributesLayout;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.IntFunction;
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
            () -> name(QueuePairState::of, integer(QueuePairAttributesLayout.STATE)));
        add(QueuePairAttributeFlags.PORT, "port", () -> octet(QueuePairAttributesLayout.PORT));
        add(QueuePairAttributeFlags.PARTITION_KEY_INDEX, "partitionKeyIndex",
            () -> Short.toUnsignedInt(attributes.get(JAVA_SHORT, QueuePairAttributesLayout.PARTITION_KEY_INDEX)));
        add(QueuePairAttributeFlags.ACCESS_FLAGS, "access",
            () -> access(integer(QueuePairAttributesLayout.ACCESS_FLAGS)));
        add(QueuePairAttributeFlags.PATH_MTU, "pathMtu",
            () -> name(PathMtu::of, integer(QueuePairAttributesLayout.PATH_MTU)));
        add(QueuePairAttributeFlags.ADDRESS, "destination", this::destination);
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

    private String destination() {
        final MemorySegment address = QueuePairAttributesLayout.address(attributes);
        return "{gid=" + Gid.read(AddressAttributesLayout.destinationGid(address)) + ", sourceGidIndex="
            + Byte.toUnsignedInt(address.get(JAVA_BYTE, AddressAttributesLayout.SOURCE_GID_INDEX)) + ", port="
            + Byte.toUnsignedInt(address.get(JAVA_BYTE, AddressAttributesLayout.PORT)) + "}";
    }

    private static String access(final int flags) {
        final Set<Access> access = EnumSet.noneOf(Access.class);
        for (final Access right : Access.values()) {
            if ((flags & Access.bits(right)) != 0) {
                access.add(right);
            }
        }
        return access.toString();
    }

    /** The name of an enum's value, or the number when it has none. */
    private static String name(final IntFunction<Enum<?>> names, final int value) {
        try {
            return names.apply(value).name();
        } catch (final IllegalArgumentException e) {
            return Integer.toString(value);
        }
    }
}
