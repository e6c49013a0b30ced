// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.softroce.wire.LongField;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.layout.AddressAttributesLayout;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.nio.ByteBuffer;

/** Writes the attributes that change the state of a connection's queue pair ({@code ib_cm_init_qp_attr}). */
final class QueuePairAttributeWriter {

    private static final byte PORT = 1;
    private static final byte HOP_LIMIT = 64;
    private static final int GID_BYTES = 16;
    private static final LongField GID_LOW = new LongField(8);

    private QueuePairAttributeWriter() {
    }

    /**
     * Writes the attributes for INIT. The peer may write. It may also read, if this end answers READs.
     *
     * @param attributes         receives a {@code struct ibv_qp_attr}.
     * @param connecting         false before a connection is requested; the peer then has no access.
     * @param responderResources READ and atomic requests that this end answers at a time.
     * @return the mask.
     */
    static int writeInit(
        final MemorySegment attributes, final boolean connecting, final int responderResources) {
        int access = connecting ? AccessFlags.REMOTE_WRITE : 0;
        if (connecting && responderResources > 0) {
            access |= AccessFlags.REMOTE_READ | AccessFlags.REMOTE_ATOMIC;
        }
        attributes.set(JAVA_INT, QueuePairAttributesLayout.ACCESS_FLAGS, access);
        attributes.set(JAVA_SHORT, QueuePairAttributesLayout.PARTITION_KEY_INDEX, (short) 0);
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.PORT, PORT);
        return QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.ACCESS_FLAGS
            | QueuePairAttributeFlags.PARTITION_KEY_INDEX | QueuePairAttributeFlags.PORT;
    }

    /**
     * Writes the attributes for READY_TO_RECEIVE: the peer's address and the properties of its packets. Returns the
     * mask.
     */
    static int writeReadyToReceive(
        final MemorySegment attributes, final ConnectionTerms terms, final int gidIndex, final int rnrTimerCode) {
        writeAddress(QueuePairAttributesLayout.address(attributes), terms.peer(), gidIndex, terms.flowLabel(),
            terms.trafficClass());
        attributes.set(JAVA_INT, QueuePairAttributesLayout.PATH_MTU, terms.pathMtu());
        attributes.set(JAVA_INT, QueuePairAttributesLayout.DESTINATION_QUEUE_PAIR, terms.peerQueuePair());
        attributes.set(JAVA_INT, QueuePairAttributesLayout.RECEIVE_PACKET_SEQUENCE_NUMBER, terms.receivePsn());
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.MAXIMUM_INCOMING_READS, (byte) terms.responderResources());
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.MINIMUM_RNR_TIMER, (byte) rnrTimerCode);
        return QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.ADDRESS | QueuePairAttributeFlags.PATH_MTU
            | QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR | QueuePairAttributeFlags.RECEIVE_PACKET_SEQUENCE_NUMBER
            | QueuePairAttributeFlags.MAXIMUM_INCOMING_READS | QueuePairAttributeFlags.MINIMUM_RNR_TIMER;
    }

    /** Writes the attributes for INIT of a queue pair for datagrams. Returns the mask. */
    static int writeDatagramInit(final MemorySegment attributes, final int queueKey) {
        attributes.set(JAVA_SHORT, QueuePairAttributesLayout.PARTITION_KEY_INDEX, (short) 0);
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.PORT, PORT);
        attributes.set(JAVA_INT, QueuePairAttributesLayout.QUEUE_KEY, queueKey);
        return QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.PARTITION_KEY_INDEX
            | QueuePairAttributeFlags.PORT | QueuePairAttributeFlags.QUEUE_KEY;
    }

    /** Returns the path to a peer or a group, as a {@code struct ibv_ah_attr}. */
    static byte[] path(
        final Inet4Address destination, final int gidIndex, final int flowLabel, final int trafficClass) {
        // An array of long, because the fields of the structure must be aligned.
        final MemorySegment address = MemorySegment.ofArray(
            new long[Math.toIntExact(AddressAttributesLayout.BYTES / Long.BYTES)]);
        writeAddress(address, destination, gidIndex, flowLabel, trafficClass);
        return address.toArray(JAVA_BYTE);
    }

    private static void writeAddress(
        final MemorySegment address, final Inet4Address destination, final int gidIndex, final int flowLabel,
        final int trafficClass) {
        address.fill((byte) 0);
        address.set(JAVA_BYTE, AddressAttributesLayout.IS_GLOBAL, (byte) 1);
        address.set(JAVA_BYTE, AddressAttributesLayout.PORT, PORT);
        AddressAttributesLayout.destinationGid(address).copyFrom(MemorySegment.ofArray(gid(destination)));
        address.set(JAVA_INT, AddressAttributesLayout.FLOW_LABEL, flowLabel);
        address.set(JAVA_BYTE, AddressAttributesLayout.SOURCE_GID_INDEX, (byte) gidIndex);
        address.set(JAVA_BYTE, AddressAttributesLayout.HOP_LIMIT, HOP_LIMIT);
        address.set(JAVA_BYTE, AddressAttributesLayout.TRAFFIC_CLASS, (byte) trafficClass);
    }

    private static byte[] gid(final Inet4Address address) {
        final ByteBuffer gid = ByteBuffer.allocate(GID_BYTES);
        GID_LOW.set(gid, 0, Messages.gidLow(address));
        return gid.array();
    }

    /** Writes the attributes for READY_TO_SEND: how to send, and how often to retry. Returns the mask. */
    static int writeReadyToSend(final MemorySegment attributes, final ConnectionTerms terms) {
        attributes.set(JAVA_INT, QueuePairAttributesLayout.SEND_PACKET_SEQUENCE_NUMBER, terms.sendPsn());
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.RETRY_COUNT, (byte) terms.retryCount());
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.RNR_RETRY_COUNT, (byte) terms.rnrRetryCount());
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.MAXIMUM_OUTGOING_READS, (byte) terms.initiatorDepth());
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.TIMEOUT, (byte) terms.acknowledgeTimeout());
        return QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER
            | QueuePairAttributeFlags.RETRY_COUNT | QueuePairAttributeFlags.RNR_RETRY_COUNT
            | QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS | QueuePairAttributeFlags.TIMEOUT;
    }
}
