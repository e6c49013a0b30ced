// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** A request for the send queue ({@code struct ibv_send_wr}). */
public final class SendRequestLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_LONG.withName("wr_id"),
        ValueLayout.JAVA_LONG.withName("next"),
        ValueLayout.JAVA_LONG.withName("sg_list"),
        ValueLayout.JAVA_INT.withName("num_sge"),
        ValueLayout.JAVA_INT.withName("opcode"),
        ValueLayout.JAVA_INT.withName("send_flags"),
        ValueLayout.JAVA_INT.withName("imm_data"),
        MemoryLayout.unionLayout(
            MemoryLayout.structLayout(
                ValueLayout.JAVA_LONG.withName("remote_addr"),
                ValueLayout.JAVA_INT.withName("rkey"),
                MemoryLayout.paddingLayout(4)).withName("rdma"),
            MemoryLayout.structLayout(
                ValueLayout.JAVA_LONG.withName("remote_addr"),
                ValueLayout.JAVA_LONG.withName("compare_add"),
                ValueLayout.JAVA_LONG.withName("swap"),
                ValueLayout.JAVA_INT.withName("rkey"),
                MemoryLayout.paddingLayout(4)).withName("atomic"),
            MemoryLayout.structLayout(
                ValueLayout.JAVA_LONG.withName("ah"),
                ValueLayout.JAVA_INT.withName("remote_qpn"),
                ValueLayout.JAVA_INT.withName("remote_qkey")).withName("ud")).withName("wr"),
        ValueLayout.JAVA_INT.withName("qp_type"),
        MemoryLayout.paddingLayout(4),
        MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("mw"),
            ValueLayout.JAVA_INT.withName("rkey"),
            MemoryLayout.paddingLayout(4),
            MemoryLayout.structLayout(
                ValueLayout.JAVA_LONG.withName("mr"),
                ValueLayout.JAVA_LONG.withName("addr"),
                ValueLayout.JAVA_LONG.withName("length"),
                ValueLayout.JAVA_INT.withName("mw_access_flags"),
                MemoryLayout.paddingLayout(4)).withName("bind_info")).withName("bind_mw")).withName("ibv_send_wr");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code wr_id}, 64 bits: the number that the completion carries. */
    public static final int WORK_REQUEST_ID = Fields.offset(LAYOUT, "wr_id");
    /** {@code next}, 64 bits: address of the next request of the chain, or 0. */
    public static final int NEXT = Fields.offset(LAYOUT, "next");
    /** {@code sg_list}, 64 bits: address of an array of {@code struct ibv_sge}. */
    public static final int ELEMENTS = Fields.offset(LAYOUT, "sg_list");
    /** {@code num_sge}, 32 bits: elements of that array. */
    public static final int ELEMENT_COUNT = Fields.offset(LAYOUT, "num_sge");
    /** {@code opcode}, 32 bits: one of {@link dev.ffmverbs.spi.constants.WorkRequestOpcodes}. */
    public static final int OPCODE = Fields.offset(LAYOUT, "opcode");
    /** {@code send_flags}, 32 bits: any of {@link dev.ffmverbs.spi.constants.SendFlags}. */
    public static final int FLAGS = Fields.offset(LAYOUT, "send_flags");
    /** {@code imm_data}, 32 bits: immediate data, in network order. */
    public static final int IMMEDIATE_DATA = Fields.offset(LAYOUT, "imm_data");
    /** {@code invalidate_rkey}, 32 bits: the key to invalidate. */
    public static final int INVALIDATE_RKEY = Fields.offset(LAYOUT, "imm_data");
    /** {@code wr.rdma.remote_addr}, 64 bits: address in the peer's region, of a READ or WRITE. */
    public static final int RDMA_REMOTE_ADDRESS = Fields.offset(LAYOUT, "wr", "rdma", "remote_addr");
    /** {@code wr.rdma.rkey}, 32 bits: the peer's key. */
    public static final int RDMA_RKEY = Fields.offset(LAYOUT, "wr", "rdma", "rkey");
    /** {@code wr.atomic.remote_addr}, 64 bits: address in the peer's region, a multiple of 8. */
    public static final int ATOMIC_REMOTE_ADDRESS = Fields.offset(LAYOUT, "wr", "atomic", "remote_addr");
    /** {@code wr.atomic.compare_add}, 64 bits: the value expected, or the number to add. */
    public static final int ATOMIC_COMPARE_OR_ADD = Fields.offset(LAYOUT, "wr", "atomic", "compare_add");
    /** {@code wr.atomic.swap}, 64 bits: the value to store. */
    public static final int ATOMIC_SWAP = Fields.offset(LAYOUT, "wr", "atomic", "swap");
    /** {@code wr.atomic.rkey}, 32 bits: the peer's key. */
    public static final int ATOMIC_RKEY = Fields.offset(LAYOUT, "wr", "atomic", "rkey");
    /** {@code wr.ud.ah}, 64 bits: {@link dev.ffmverbs.spi.AddressHandleOperations#handle()} of the destination. */
    public static final int DATAGRAM_ADDRESS_HANDLE = Fields.offset(LAYOUT, "wr", "ud", "ah");
    /** {@code wr.ud.remote_qpn}, 32 bits: number of the peer's queue pair. */
    public static final int DATAGRAM_QUEUE_PAIR = Fields.offset(LAYOUT, "wr", "ud", "remote_qpn");
    /** {@code wr.ud.remote_qkey}, 32 bits: key of the peer's queue pair. */
    public static final int DATAGRAM_QUEUE_KEY = Fields.offset(LAYOUT, "wr", "ud", "remote_qkey");
    /** {@code bind_mw.mw}, 64 bits: {@link dev.ffmverbs.spi.MemoryWindowOperations#handle()} of the window to bind. */
    public static final int BIND_WINDOW = Fields.offset(LAYOUT, "bind_mw", "mw");
    /** {@code bind_mw.rkey}, 32 bits: the new key of the window. */
    public static final int BIND_RKEY = Fields.offset(LAYOUT, "bind_mw", "rkey");
    /**
     * {@code bind_mw.bind_info.mr}, 64 bits: {@link dev.ffmverbs.spi.MemoryRegionOperations#handle()} of the region.
     */
    public static final int BIND_REGION = Fields.offset(LAYOUT, "bind_mw", "bind_info", "mr");
    /** {@code bind_mw.bind_info.addr}, 64 bits: first byte, relative to the region's {@code iova}. */
    public static final int BIND_ADDRESS = Fields.offset(LAYOUT, "bind_mw", "bind_info", "addr");
    /** {@code bind_mw.bind_info.length}, 64 bits: bytes. */
    public static final int BIND_LENGTH = Fields.offset(LAYOUT, "bind_mw", "bind_info", "length");
    /** {@code bind_mw.bind_info.mw_access_flags}, 32 bits: any of {@link dev.ffmverbs.spi.constants.AccessFlags}. */
    public static final int BIND_ACCESS = Fields.offset(LAYOUT, "bind_mw", "bind_info", "mw_access_flags");

    private SendRequestLayout() {
    }
}
