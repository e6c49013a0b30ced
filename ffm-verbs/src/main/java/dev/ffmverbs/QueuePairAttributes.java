// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.lang.foreign.MemorySegment;

/**
 * Attributes of a queue pair, either to change or as read ({@code struct ibv_qp_attr} with its mask).
 *
 * <p>Every setter also marks the attribute for change. A reliable connection makes these transitions, with these
 * attributes ({@code ibv_modify_qp(3)}):
 *
 * <pre>{@code
 * queuePair.modify(new QueuePairAttributes().state(INIT).port(1).partitionKeyIndex(0).access(REMOTE_READ));
 * queuePair.modify(new QueuePairAttributes().state(READY_TO_RECEIVE).pathMtu(MTU_1024)
 *     .destination(peerGid, gidIndex, 1).destinationQueuePair(peerNumber).receivePacketSequenceNumber(peerPsn)
 *     .maximumIncomingReads(1).minimumRnrTimer(12));
 * queuePair.modify(new QueuePairAttributes().state(READY_TO_SEND).sendPacketSequenceNumber(myPsn)
 *     .timeout(14).retryCount(6).rnrRetryCount(7).maximumOutgoingReads(1));
 * }</pre>
 *
 * <p>Not thread-safe. A setter with a number throws {@link IllegalArgumentException} when the number is out of range.
 */
public final class QueuePairAttributes extends QueuePairAttributeValues {

    private static final long MAXIMUM_32_BITS = 0xFFFF_FFFFL;
    private static final int MAXIMUM_24_BITS = 0xFF_FFFF;
    private static final int MAXIMUM_16_BITS = 0xFFFF;
    private static final int MAXIMUM_8_BITS = 0xFF;
    private static final int MAXIMUM_5_BITS = 31;
    private static final int MAXIMUM_RETRY_COUNT = 7;

    private final MemorySegment attributes = structure();
    private int mask;

    /** Creates attributes of which none is marked for change. */
    public QueuePairAttributes() {
    }

    /**
     * Sets the state to change to.
     *
     * @param state the new state.
     * @return this.
     */
    public QueuePairAttributes state(final QueuePairState state) {
        attributes.set(JAVA_INT, QueuePairAttributesLayout.STATE, state.value());
        return mark(QueuePairAttributeFlags.STATE);
    }

    /**
     * Sets the state that the queue pair is assumed to be in. The device refuses the change in another state.
     *
     * @param state the state before the change.
     * @return this.
     */
    public QueuePairAttributes currentState(final QueuePairState state) {
        attributes.set(JAVA_INT, QueuePairAttributesLayout.CURRENT_STATE, state.value());
        return mark(QueuePairAttributeFlags.CURRENT_STATE);
    }

    /**
     * Sets the device's port.
     *
     * @param port port number, from 1 to 255.
     * @return this.
     */
    public QueuePairAttributes port(final int port) {
        Ranges.check("port", port, 1, MAXIMUM_8_BITS);
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.PORT, (byte) port);
        return mark(QueuePairAttributeFlags.PORT);
    }

    /**
     * Sets the partition key by its index in the port's table.
     *
     * @param index index from 0 to 65535; always 0 on Ethernet.
     * @return this.
     */
    public QueuePairAttributes partitionKeyIndex(final int index) {
        Ranges.check("index", index, 0, MAXIMUM_16_BITS);
        attributes.set(JAVA_SHORT, QueuePairAttributesLayout.PARTITION_KEY_INDEX, (short) index);
        return mark(QueuePairAttributeFlags.PARTITION_KEY_INDEX);
    }

    /**
     * Sets what the peer may do through this queue pair. Memory regions limit this further.
     *
     * @param access remote rights.
     * @return this.
     */
    public QueuePairAttributes access(final Access... access) {
        attributes.set(JAVA_INT, QueuePairAttributesLayout.ACCESS_FLAGS, Access.bits(access));
        return mark(QueuePairAttributeFlags.ACCESS_FLAGS);
    }

    /**
     * Sets the largest packet payload on the path. Both ends must use the same.
     *
     * @param mtu at most the port's active MTU.
     * @return this.
     * @throws IllegalArgumentException for {@link PathMtu#UNKNOWN}.
     */
    public QueuePairAttributes pathMtu(final PathMtu mtu) {
        Ranges.requireKnown("mtu", mtu, PathMtu.UNKNOWN);
        attributes.set(JAVA_INT, QueuePairAttributesLayout.PATH_MTU, mtu.value());
        return mark(QueuePairAttributeFlags.PATH_MTU);
    }

    /**
     * Sets the peer's network address.
     *
     * @param gid            the peer's GID.
     * @param sourceGidIndex index of the local GID in the port's GID table, 0 to 255; its type must match the peer's.
     * @param port           local port number, from 1 to 255.
     * @return this.
     */
    public QueuePairAttributes destination(final Gid gid, final int sourceGidIndex, final int port) {
        return addressVector(AddressVector.of(gid, sourceGidIndex, port));
    }

    /**
     * Sets the path to the peer.
     *
     * @param path the peer's address, and how packets reach it.
     * @return this.
     */
    public QueuePairAttributes addressVector(final AddressVector path) {
        path.write(QueuePairAttributesLayout.address(attributes));
        return mark(QueuePairAttributeFlags.ADDRESS);
    }

    /**
     * Sets the path to which the connection can move when the first one fails ({@code IBV_QP_ALT_PATH}). Only
     * InfiniBand has alternate paths. Linux refuses them on RoCE with {@code EINVAL} ({@code _ib_modify_qp} of {@code
     * drivers/infiniband/core/verbs.c}), and so do software devices.
     *
     * @param path              the peer's address on the alternate path, whose port is that of the path.
     * @param partitionKeyIndex index of its partition key in the port's table, 0 to 65535.
     * @param timeout           exponent of its retransmission timer, 0 to 31; see {@link #timeout(int)}.
     * @return this.
     */
    public QueuePairAttributes alternatePath(
        final AddressVector path, final int partitionKeyIndex, final int timeout) {
        Ranges.check("partitionKeyIndex", partitionKeyIndex, 0, MAXIMUM_16_BITS);
        Ranges.check("timeout", timeout, 0, MAXIMUM_5_BITS);
        path.write(QueuePairAttributesLayout.alternateAddress(attributes));
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.ALTERNATE_PORT, (byte) path.port());
        attributes.set(
            JAVA_SHORT, QueuePairAttributesLayout.ALTERNATE_PARTITION_KEY_INDEX, (short) partitionKeyIndex);
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.ALTERNATE_TIMEOUT, (byte) timeout);
        return mark(QueuePairAttributeFlags.ALTERNATE_PATH);
    }

    /**
     * Sets whether the connection can move to its alternate path.
     *
     * @param state the state to request.
     * @return this.
     * @throws IllegalArgumentException for {@link PathMigrationState#UNKNOWN}.
     */
    public QueuePairAttributes pathMigrationState(final PathMigrationState state) {
        Ranges.requireKnown("state", state, PathMigrationState.UNKNOWN);
        attributes.set(JAVA_INT, QueuePairAttributesLayout.PATH_MIGRATION_STATE, state.value());
        return mark(QueuePairAttributeFlags.PATH_MIGRATION_STATE);
    }

    /**
     * Sets the number of the peer's queue pair.
     *
     * @param number 0 to 2^24-1.
     * @return this.
     */
    public QueuePairAttributes destinationQueuePair(final int number) {
        Ranges.check("number", number, 0, MAXIMUM_24_BITS);
        attributes.set(JAVA_INT, QueuePairAttributesLayout.DESTINATION_QUEUE_PAIR, number);
        return mark(QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR);
    }

    /**
     * Sets the peer's first packet sequence number.
     *
     * @param number 0 to 2^24-1.
     * @return this.
     */
    public QueuePairAttributes receivePacketSequenceNumber(final int number) {
        Ranges.check("number", number, 0, MAXIMUM_24_BITS);
        attributes.set(JAVA_INT, QueuePairAttributesLayout.RECEIVE_PACKET_SEQUENCE_NUMBER, number);
        return mark(QueuePairAttributeFlags.RECEIVE_PACKET_SEQUENCE_NUMBER);
    }

    /**
     * Sets the first packet sequence number of this end.
     *
     * @param number 0 to 2^24-1.
     * @return this.
     */
    public QueuePairAttributes sendPacketSequenceNumber(final int number) {
        Ranges.check("number", number, 0, MAXIMUM_24_BITS);
        attributes.set(JAVA_INT, QueuePairAttributesLayout.SEND_PACKET_SEQUENCE_NUMBER, number);
        return mark(QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER);
    }

    /**
     * Sets how many READ and atomic requests of the peer this end answers at a time.
     *
     * @param count 0 to 255; at most the device's limit.
     * @return this.
     */
    public QueuePairAttributes maximumIncomingReads(final int count) {
        Ranges.check("count", count, 0, MAXIMUM_8_BITS);
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.MAXIMUM_INCOMING_READS, (byte) count);
        return mark(QueuePairAttributeFlags.MAXIMUM_INCOMING_READS);
    }

    /**
     * Sets how many READ and atomic requests this end has outstanding at the peer.
     *
     * @param count 0 to 255; at most the number the peer answers at a time.
     * @return this.
     */
    public QueuePairAttributes maximumOutgoingReads(final int count) {
        Ranges.check("count", count, 0, MAXIMUM_8_BITS);
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.MAXIMUM_OUTGOING_READS, (byte) count);
        return mark(QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS);
    }

    /**
     * Sets how long a peer waits before it retries, when this end has no receive posted.
     *
     * @param code 0 to 31, as in IBTA 9.7.5.2.8: 1 is 0.01 ms, 12 is 0.64 ms, 31 is 491.52 ms, 0 is 655.36 ms.
     * @return this.
     */
    public QueuePairAttributes minimumRnrTimer(final int code) {
        Ranges.check("code", code, 0, MAXIMUM_5_BITS);
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.MINIMUM_RNR_TIMER, (byte) code);
        return mark(QueuePairAttributeFlags.MINIMUM_RNR_TIMER);
    }

    /**
     * Sets how long to wait for a response before a retransmission.
     *
     * @param exponent 0 to 31; the time is 4.096 microseconds times 2 to this power, and 0 waits without limit.
     * @return this.
     */
    public QueuePairAttributes timeout(final int exponent) {
        Ranges.check("exponent", exponent, 0, MAXIMUM_5_BITS);
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.TIMEOUT, (byte) exponent);
        return mark(QueuePairAttributeFlags.TIMEOUT);
    }

    /**
     * Sets how many retransmissions may remain unanswered before a request fails.
     *
     * @param count 0 to 7; {@link QueuePair#modify} refuses 7 when {@link Device#retriesForEverAtSeven()} is true.
     * @return this.
     */
    public QueuePairAttributes retryCount(final int count) {
        Ranges.check("count", count, 0, MAXIMUM_RETRY_COUNT);
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.RETRY_COUNT, (byte) count);
        return mark(QueuePairAttributeFlags.RETRY_COUNT);
    }

    /**
     * Sets how often a request is retried at a peer that has no receive posted, before it fails.
     *
     * @param count 0 to 7; 7 retries without limit.
     * @return this.
     */
    public QueuePairAttributes rnrRetryCount(final int count) {
        Ranges.check("count", count, 0, MAXIMUM_RETRY_COUNT);
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.RNR_RETRY_COUNT, (byte) count);
        return mark(QueuePairAttributeFlags.RNR_RETRY_COUNT);
    }

    /**
     * Sets the key that datagrams to this queue pair must carry.
     *
     * @param key 32 bits.
     * @return this.
     */
    public QueuePairAttributes queueKey(final int key) {
        attributes.set(JAVA_INT, QueuePairAttributesLayout.QUEUE_KEY, key);
        return mark(QueuePairAttributeFlags.QUEUE_KEY);
    }

    /**
     * Sets whether an event follows when the send queue is drained, in the transition to {@link
     * QueuePairState#SEND_QUEUE_DRAIN}.
     *
     * @param notify true for {@link AsynchronousEventType#SEND_QUEUE_DRAINED}.
     * @return this.
     */
    public QueuePairAttributes notifyWhenDrained(final boolean notify) {
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.NOTIFY_WHEN_DRAINED, (byte) (notify ? 1 : 0));
        return mark(QueuePairAttributeFlags.NOTIFY_WHEN_DRAINED);
    }

    /**
     * Sets a limit on what is sent ({@code IBV_QP_RATE_LIMIT}).
     *
     * @param rate kilobits per second, 0 to 2^32-1; 0 for no limit.
     * @return this.
     */
    public QueuePairAttributes rateLimitKilobitsPerSecond(final long rate) {
        Ranges.check("rate", rate, 0, MAXIMUM_32_BITS);
        attributes.set(JAVA_INT, QueuePairAttributesLayout.RATE_LIMIT, (int) rate);
        return mark(QueuePairAttributeFlags.RATE_LIMIT);
    }

    private QueuePairAttributes mark(final int flag) {
        mask |= flag;
        return this;
    }

    /** Takes the values and marks of other attributes. */
    QueuePairAttributes copyFrom(final QueuePairAttributes other) {
        attributes.copyFrom(other.attributes);
        mask = other.mask;
        return this;
    }

    /** Removes all marks but these. */
    QueuePairAttributes keepMarked(final int flags) {
        mask &= flags;
        return this;
    }

    /** Whether one of these attributes is marked for change. */
    boolean isMarked(final int flags) {
        return (mask & flags) != 0;
    }

    /**
     * Marks attributes written to {@link #structure()} for change.
     *
     * @param flags {@code IBV_QP_*} flags.
     * @return this.
     */
    public QueuePairAttributes markChanged(final int flags) {
        return mark(flags);
    }

    /**
     * Returns the attributes marked for change.
     *
     * @return {@code IBV_QP_*} flags.
     */
    public int mask() {
        return mask;
    }

    @Override
    public String toString() {
        return AttributeText.of(attributes, mask);
    }
}
