// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * The attributes of a queue pair as they were set or read ({@code struct ibv_qp_attr}). An attribute that was neither
 * set nor read is 0. No getter throws, whatever a device reports.
 */
abstract class QueuePairAttributeValues {

    private final MemorySegment attributes = Arena.ofAuto().allocate(QueuePairAttributesLayout.LAYOUT);

    /**
     * Returns the state set or read.
     *
     * @return the state.
     */
    public QueuePairState state() {
        return QueuePairState.of(attributes.get(JAVA_INT, QueuePairAttributesLayout.STATE));
    }

    /**
     * Returns the state that the queue pair is assumed to be in, set or read.
     *
     * @return the state.
     */
    public QueuePairState currentState() {
        return QueuePairState.of(attributes.get(JAVA_INT, QueuePairAttributesLayout.CURRENT_STATE));
    }

    /**
     * Returns the device's port, set or read.
     *
     * @return 1 to 255; 0 before INIT.
     */
    public int port() {
        return octet(QueuePairAttributesLayout.PORT);
    }

    /**
     * Returns the index of the partition key in the port's table, set or read.
     *
     * @return 0 to 65535.
     */
    public int partitionKeyIndex() {
        return Short.toUnsignedInt(attributes.get(JAVA_SHORT, QueuePairAttributesLayout.PARTITION_KEY_INDEX));
    }

    /**
     * Returns what the peer may do through the queue pair, set or read.
     *
     * @return the remote rights, without those that this version does not know; a device may add {@link
     *     Access#LOCAL_WRITE}.
     */
    public Set<Access> remoteAccess() {
        return Access.of(attributes.get(JAVA_INT, QueuePairAttributesLayout.ACCESS_FLAGS));
    }

    /**
     * Returns the key that datagrams to the queue pair must carry, set or read.
     *
     * @return 32 bits.
     */
    public int queueKey() {
        return attributes.get(JAVA_INT, QueuePairAttributesLayout.QUEUE_KEY);
    }

    /**
     * Returns the path MTU set or read.
     *
     * @return the path MTU; {@link PathMtu#UNKNOWN} when there is none, as for datagrams.
     */
    public PathMtu pathMtu() {
        return PathMtu.of(attributes.get(JAVA_INT, QueuePairAttributesLayout.PATH_MTU));
    }

    /**
     * Returns the peer's queue pair number, set or read.
     *
     * @return the 24-bit number.
     */
    public int destinationQueuePair() {
        return attributes.get(JAVA_INT, QueuePairAttributesLayout.DESTINATION_QUEUE_PAIR);
    }

    /**
     * Returns the peer's address, set or read.
     *
     * @return the peer's GID.
     */
    public Gid destinationGid() {
        return addressVector().destination();
    }

    /**
     * Returns the path to the peer, set or read.
     *
     * @return the path; its port is 0 when there is none.
     */
    public AddressVector addressVector() {
        return AddressVector.read(QueuePairAttributesLayout.address(attributes));
    }

    /**
     * Returns the next packet sequence number expected from the peer, set or read.
     *
     * @return the 24-bit number.
     */
    public int receivePacketSequenceNumber() {
        return attributes.get(JAVA_INT, QueuePairAttributesLayout.RECEIVE_PACKET_SEQUENCE_NUMBER);
    }

    /**
     * Returns the next packet sequence number to send, set or read.
     *
     * @return the 24-bit number.
     */
    public int sendPacketSequenceNumber() {
        return attributes.get(JAVA_INT, QueuePairAttributesLayout.SEND_PACKET_SEQUENCE_NUMBER);
    }

    /**
     * Returns how many READ and atomic requests are answered at a time, set or read.
     *
     * @return 0 to 255.
     */
    public int maximumIncomingReads() {
        return octet(QueuePairAttributesLayout.MAXIMUM_INCOMING_READS);
    }

    /**
     * Returns how many READ and atomic requests may be outstanding at the peer, set or read.
     *
     * @return 0 to 255.
     */
    public int maximumOutgoingReads() {
        return octet(QueuePairAttributesLayout.MAXIMUM_OUTGOING_READS);
    }

    /**
     * Returns the exponent of the retransmission timer, set or read.
     *
     * @return 0 to 31; see {@link QueuePairAttributes#timeout(int)}.
     */
    public int timeout() {
        return octet(QueuePairAttributesLayout.TIMEOUT);
    }

    /**
     * Returns the retransmissions before failure, set or read.
     *
     * @return 0 to 7.
     */
    public int retryCount() {
        return octet(QueuePairAttributesLayout.RETRY_COUNT);
    }

    /**
     * Returns the retries at a receiver that is not ready, set or read.
     *
     * @return 0 to 7.
     */
    public int rnrRetryCount() {
        return octet(QueuePairAttributesLayout.RNR_RETRY_COUNT);
    }

    /**
     * Returns how long a peer waits before it retries when this end has no receive posted, set or read.
     *
     * @return 0 to 31; see {@link QueuePairAttributes#minimumRnrTimer(int)}.
     */
    public int minimumRnrTimer() {
        return octet(QueuePairAttributesLayout.MINIMUM_RNR_TIMER);
    }

    /**
     * Whether an event follows when the send queue is drained, as set or read.
     *
     * @return true for {@link AsynchronousEventType#SEND_QUEUE_DRAINED}.
     */
    public boolean notifiesWhenDrained() {
        return octet(QueuePairAttributesLayout.NOTIFY_WHEN_DRAINED) != 0;
    }

    /**
     * Whether sends that had started are still being finished, as read in {@link QueuePairState#SEND_QUEUE_DRAIN}.
     *
     * @return false when the send queue is drained, and in other states.
     */
    public boolean isDraining() {
        return octet(QueuePairAttributesLayout.DRAINING) != 0;
    }

    /**
     * Returns whether the connection can move to its alternate path, set or read.
     *
     * @return the state of the migration.
     */
    public PathMigrationState pathMigrationState() {
        return PathMigrationState.of(attributes.get(JAVA_INT, QueuePairAttributesLayout.PATH_MIGRATION_STATE));
    }

    /**
     * Returns the alternate path to the peer, set or read.
     *
     * @return the path; its port is 0 when there is none.
     */
    public AddressVector alternateAddressVector() {
        return AddressVector.read(QueuePairAttributesLayout.alternateAddress(attributes));
    }

    /**
     * Returns the index of the alternate path's partition key in the port's table, set or read.
     *
     * @return 0 to 65535.
     */
    public int alternatePartitionKeyIndex() {
        return Short.toUnsignedInt(
            attributes.get(JAVA_SHORT, QueuePairAttributesLayout.ALTERNATE_PARTITION_KEY_INDEX));
    }

    /**
     * Returns the exponent of the alternate path's retransmission timer, set or read.
     *
     * @return 0 to 31; see {@link QueuePairAttributes#timeout(int)}.
     */
    public int alternateTimeout() {
        return octet(QueuePairAttributesLayout.ALTERNATE_TIMEOUT);
    }

    /**
     * Returns the limit on what is sent, as set. {@link QueuePair#query} does not read it.
     *
     * @return kilobits per second; 0 for no limit.
     */
    public long rateLimitKilobitsPerSecond() {
        return Integer.toUnsignedLong(attributes.get(JAVA_INT, QueuePairAttributesLayout.RATE_LIMIT));
    }

    private int octet(final int offset) {
        return Byte.toUnsignedInt(attributes.get(JAVA_BYTE, offset));
    }

    /**
     * Returns the {@code struct ibv_qp_attr} itself, for the connection manager and other code that fills it as a
     * whole.
     *
     * @return native memory, owned by this object and valid while this object is reachable.
     */
    public MemorySegment structure() {
        return attributes;
    }
}
