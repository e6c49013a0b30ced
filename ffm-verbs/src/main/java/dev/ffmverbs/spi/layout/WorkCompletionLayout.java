// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** A completion ({@code struct ibv_wc}). */
public final class WorkCompletionLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_LONG.withName("wr_id"),
        ValueLayout.JAVA_INT.withName("status"),
        ValueLayout.JAVA_INT.withName("opcode"),
        ValueLayout.JAVA_INT.withName("vendor_err"),
        ValueLayout.JAVA_INT.withName("byte_len"),
        ValueLayout.JAVA_INT.withName("imm_data"),
        ValueLayout.JAVA_INT.withName("qp_num"),
        ValueLayout.JAVA_INT.withName("src_qp"),
        ValueLayout.JAVA_INT.withName("wc_flags"),
        ValueLayout.JAVA_SHORT.withName("pkey_index"),
        ValueLayout.JAVA_SHORT.withName("slid"),
        ValueLayout.JAVA_BYTE.withName("sl"),
        ValueLayout.JAVA_BYTE.withName("dlid_path_bits"),
        MemoryLayout.paddingLayout(2)).withName("ibv_wc");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code wr_id}, 64 bits: the number of the request. */
    public static final int WORK_REQUEST_ID = Fields.offset(LAYOUT, "wr_id");
    /** {@code status}, 32 bits: one of {@link dev.ffmverbs.spi.constants.CompletionStatuses}. */
    public static final int STATUS = Fields.offset(LAYOUT, "status");
    /** {@code opcode}, 32 bits: one of {@link dev.ffmverbs.spi.constants.CompletionOpcodes}; valid on success only. */
    public static final int OPCODE = Fields.offset(LAYOUT, "opcode");
    /** {@code vendor_err}, 32 bits: the vendor's error code. */
    public static final int VENDOR_ERROR = Fields.offset(LAYOUT, "vendor_err");
    /** {@code byte_len}, 32 bits: bytes received or read, as an unsigned number. */
    public static final int BYTE_LENGTH = Fields.offset(LAYOUT, "byte_len");
    /** {@code imm_data}, 32 bits: immediate data, in network order. */
    public static final int IMMEDIATE_DATA = Fields.offset(LAYOUT, "imm_data");
    /** {@code invalidated_rkey}, 32 bits: the key that the peer invalidated. */
    public static final int INVALIDATED_RKEY = Fields.offset(LAYOUT, "imm_data");
    /** {@code qp_num}, 32 bits: number of the local queue pair. */
    public static final int QUEUE_PAIR_NUMBER = Fields.offset(LAYOUT, "qp_num");
    /** {@code src_qp}, 32 bits: number of the queue pair that sent a datagram. */
    public static final int SOURCE_QUEUE_PAIR = Fields.offset(LAYOUT, "src_qp");
    /** {@code wc_flags}, 32 bits: any of {@link dev.ffmverbs.spi.constants.CompletionFlags}. */
    public static final int FLAGS = Fields.offset(LAYOUT, "wc_flags");
    /** {@code pkey_index}, 16 bits: index of the partition key of a datagram on QP1. */
    public static final int PARTITION_KEY_INDEX = Fields.offset(LAYOUT, "pkey_index");
    /** {@code slid}, 16 bits: local identifier of the sender of a datagram; 0 on Ethernet. */
    public static final int SOURCE_LOCAL_IDENTIFIER = Fields.offset(LAYOUT, "slid");
    /** {@code sl}, 8 bits: service level of a datagram. */
    public static final int SERVICE_LEVEL = Fields.offset(LAYOUT, "sl");
    /** {@code dlid_path_bits}, 8 bits: path that a datagram was sent to, as an offset from the port's identifier. */
    public static final int DESTINATION_PATH_BITS = Fields.offset(LAYOUT, "dlid_path_bits");

    private WorkCompletionLayout() {
    }
}
