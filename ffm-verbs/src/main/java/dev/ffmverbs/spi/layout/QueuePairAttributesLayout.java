// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** Attributes of a queue pair ({@code struct ibv_qp_attr}). */
public final class QueuePairAttributesLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_INT.withName("qp_state"),
        ValueLayout.JAVA_INT.withName("cur_qp_state"),
        ValueLayout.JAVA_INT.withName("path_mtu"),
        ValueLayout.JAVA_INT.withName("path_mig_state"),
        ValueLayout.JAVA_INT.withName("qkey"),
        ValueLayout.JAVA_INT.withName("rq_psn"),
        ValueLayout.JAVA_INT.withName("sq_psn"),
        ValueLayout.JAVA_INT.withName("dest_qp_num"),
        ValueLayout.JAVA_INT.withName("qp_access_flags"),
        QueuePairCapacitiesLayout.LAYOUT.withName("cap"),
        AddressAttributesLayout.LAYOUT.withName("ah_attr"),
        AddressAttributesLayout.LAYOUT.withName("alt_ah_attr"),
        ValueLayout.JAVA_SHORT.withName("pkey_index"),
        ValueLayout.JAVA_SHORT.withName("alt_pkey_index"),
        ValueLayout.JAVA_BYTE.withName("en_sqd_async_notify"),
        ValueLayout.JAVA_BYTE.withName("sq_draining"),
        ValueLayout.JAVA_BYTE.withName("max_rd_atomic"),
        ValueLayout.JAVA_BYTE.withName("max_dest_rd_atomic"),
        ValueLayout.JAVA_BYTE.withName("min_rnr_timer"),
        ValueLayout.JAVA_BYTE.withName("port_num"),
        ValueLayout.JAVA_BYTE.withName("timeout"),
        ValueLayout.JAVA_BYTE.withName("retry_cnt"),
        ValueLayout.JAVA_BYTE.withName("rnr_retry"),
        ValueLayout.JAVA_BYTE.withName("alt_port_num"),
        ValueLayout.JAVA_BYTE.withName("alt_timeout"),
        MemoryLayout.paddingLayout(1),
        ValueLayout.JAVA_INT.withName("rate_limit"),
        MemoryLayout.paddingLayout(4)).withName("ibv_qp_attr");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /**
     * {@code qp_state}, 32 bits: one of {@link dev.ffmverbs.spi.constants.QueuePairStates}: the state to change to, or
     * the current one.
     */
    public static final int STATE = Fields.offset(LAYOUT, "qp_state");
    /** {@code cur_qp_state}, 32 bits: the state that the caller assumes the queue pair to be in. */
    public static final int CURRENT_STATE = Fields.offset(LAYOUT, "cur_qp_state");
    /** {@code path_mtu}, 32 bits: one of {@link dev.ffmverbs.spi.constants.PathMtus}. */
    public static final int PATH_MTU = Fields.offset(LAYOUT, "path_mtu");
    /** {@code path_mig_state}, 32 bits: one of {@link dev.ffmverbs.spi.constants.PathMigrationStates}. */
    public static final int PATH_MIGRATION_STATE = Fields.offset(LAYOUT, "path_mig_state");
    /** {@code qkey}, 32 bits: key that datagrams to this queue pair must carry. */
    public static final int QUEUE_KEY = Fields.offset(LAYOUT, "qkey");
    /** {@code rq_psn}, 32 bits: first packet sequence number expected, 24 bits. */
    public static final int RECEIVE_PACKET_SEQUENCE_NUMBER = Fields.offset(LAYOUT, "rq_psn");
    /** {@code sq_psn}, 32 bits: first packet sequence number to send, 24 bits. */
    public static final int SEND_PACKET_SEQUENCE_NUMBER = Fields.offset(LAYOUT, "sq_psn");
    /** {@code dest_qp_num}, 32 bits: number of the peer's queue pair, 24 bits. */
    public static final int DESTINATION_QUEUE_PAIR = Fields.offset(LAYOUT, "dest_qp_num");
    /**
     * {@code qp_access_flags}, 32 bits: any of {@link dev.ffmverbs.spi.constants.AccessFlags}: what peers may do
     * through it.
     */
    public static final int ACCESS_FLAGS = Fields.offset(LAYOUT, "qp_access_flags");
    /** {@code pkey_index}, 16 bits: index in the port's table of partition keys. */
    public static final int PARTITION_KEY_INDEX = Fields.offset(LAYOUT, "pkey_index");
    /** {@code alt_pkey_index}, 16 bits: {@link #PARTITION_KEY_INDEX} of the alternate path. */
    public static final int ALTERNATE_PARTITION_KEY_INDEX = Fields.offset(LAYOUT, "alt_pkey_index");
    /** {@code en_sqd_async_notify}, 8 bits: 1 for an event when the send queue is drained. */
    public static final int NOTIFY_WHEN_DRAINED = Fields.offset(LAYOUT, "en_sqd_async_notify");
    /** {@code sq_draining}, 8 bits: 1 while sends that have started are being finished. */
    public static final int DRAINING = Fields.offset(LAYOUT, "sq_draining");
    /** {@code max_rd_atomic}, 8 bits: READ and atomic requests that may be outstanding. */
    public static final int MAXIMUM_OUTGOING_READS = Fields.offset(LAYOUT, "max_rd_atomic");
    /** {@code max_dest_rd_atomic}, 8 bits: READ and atomic requests answered at a time. */
    public static final int MAXIMUM_INCOMING_READS = Fields.offset(LAYOUT, "max_dest_rd_atomic");
    /** {@code min_rnr_timer}, 8 bits: code of IBTA 9.7.5.2.8 for the delay requested when no receive is posted. */
    public static final int MINIMUM_RNR_TIMER = Fields.offset(LAYOUT, "min_rnr_timer");
    /** {@code port_num}, 8 bits: number of the local port, from 1. */
    public static final int PORT = Fields.offset(LAYOUT, "port_num");
    /** {@code timeout}, 8 bits: retransmission time: 4.096 microseconds times 2 to this power; 0 for none. */
    public static final int TIMEOUT = Fields.offset(LAYOUT, "timeout");
    /** {@code retry_cnt}, 8 bits: retransmissions before a request fails, 0 to 7. */
    public static final int RETRY_COUNT = Fields.offset(LAYOUT, "retry_cnt");
    /** {@code rnr_retry}, 8 bits: retries at a peer without a posted receive, 0 to 7; 7 has no limit. */
    public static final int RNR_RETRY_COUNT = Fields.offset(LAYOUT, "rnr_retry");
    /** {@code alt_port_num}, 8 bits: {@link #PORT} of the alternate path. */
    public static final int ALTERNATE_PORT = Fields.offset(LAYOUT, "alt_port_num");
    /** {@code alt_timeout}, 8 bits: {@link #TIMEOUT} of the alternate path. */
    public static final int ALTERNATE_TIMEOUT = Fields.offset(LAYOUT, "alt_timeout");
    /** {@code rate_limit}, 32 bits: most kilobits to send in a second; 0 for no limit. */
    public static final int RATE_LIMIT = Fields.offset(LAYOUT, "rate_limit");

    private static final int CAPACITIES = Fields.offset(LAYOUT, "cap");
    private static final int ADDRESS = Fields.offset(LAYOUT, "ah_attr");
    private static final int ALTERNATE_ADDRESS = Fields.offset(LAYOUT, "alt_ah_attr");

    private QueuePairAttributesLayout() {
    }

    /**
     * Returns the sizes of the queues ({@code cap}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, laid out as in {@link QueuePairCapacitiesLayout}.
     */
    public static MemorySegment capacities(final MemorySegment structure) {
        return structure.asSlice(CAPACITIES, QueuePairCapacitiesLayout.BYTES);
    }

    /**
     * Returns the peer's address ({@code ah_attr}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, laid out as in {@link AddressAttributesLayout}.
     */
    public static MemorySegment address(final MemorySegment structure) {
        return structure.asSlice(ADDRESS, AddressAttributesLayout.BYTES);
    }

    /**
     * Returns the peer's address on the alternate path ({@code alt_ah_attr}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, laid out as in {@link AddressAttributesLayout}.
     */
    public static MemorySegment alternateAddress(final MemorySegment structure) {
        return structure.asSlice(ALTERNATE_ADDRESS, AddressAttributesLayout.BYTES);
    }
}
