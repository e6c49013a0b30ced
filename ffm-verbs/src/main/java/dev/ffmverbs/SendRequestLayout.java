// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_mw_bind_info;
import dev.ffmverbs.jextract.ibv_send_wr;

/** Where the fields of {@code struct ibv_send_wr} lie, and the values that say what it does. */
final class SendRequestLayout {

    static final long OPCODE = ibv_send_wr.opcode$offset();
    static final long FLAGS = ibv_send_wr.send_flags$offset();
    static final long IMMEDIATE_DATA = ibv_send_wr.imm_data$offset();
    static final long INVALIDATE_RKEY = ibv_send_wr.invalidate_rkey$offset();
    static final long STRUCT_BYTES = ibv_send_wr.sizeof();

    private static final long RDMA = ibv_send_wr.wr$offset() + ibv_send_wr.wr.rdma$offset();
    static final long RDMA_REMOTE_ADDRESS = RDMA + ibv_send_wr.wr.rdma.remote_addr$offset();
    static final long RDMA_RKEY = RDMA + ibv_send_wr.wr.rdma.rkey$offset();

    private static final long ATOMIC = ibv_send_wr.wr$offset() + ibv_send_wr.wr.atomic$offset();
    static final long ATOMIC_REMOTE_ADDRESS = ATOMIC + ibv_send_wr.wr.atomic.remote_addr$offset();
    static final long ATOMIC_COMPARE_OR_ADD = ATOMIC + ibv_send_wr.wr.atomic.compare_add$offset();
    static final long ATOMIC_SWAP = ATOMIC + ibv_send_wr.wr.atomic.swap$offset();
    static final long ATOMIC_RKEY = ATOMIC + ibv_send_wr.wr.atomic.rkey$offset();

    private static final long DATAGRAM = ibv_send_wr.wr$offset() + ibv_send_wr.wr.ud$offset();
    static final long DATAGRAM_ADDRESS_HANDLE = DATAGRAM + ibv_send_wr.wr.ud.ah$offset();
    static final long DATAGRAM_QUEUE_PAIR = DATAGRAM + ibv_send_wr.wr.ud.remote_qpn$offset();
    static final long DATAGRAM_QUEUE_KEY = DATAGRAM + ibv_send_wr.wr.ud.remote_qkey$offset();

    private static final long BIND = ibv_send_wr.bind_mw$offset();
    private static final long BIND_RANGE = BIND + ibv_send_wr.bind_mw.bind_info$offset();
    static final long BIND_WINDOW = BIND + ibv_send_wr.bind_mw.mw$offset();
    static final long BIND_RKEY = BIND + ibv_send_wr.bind_mw.rkey$offset();
    static final long BIND_REGION = BIND_RANGE + ibv_mw_bind_info.mr$offset();
    static final long BIND_ADDRESS = BIND_RANGE + ibv_mw_bind_info.addr$offset();
    static final long BIND_LENGTH = BIND_RANGE + ibv_mw_bind_info.length$offset();
    static final long BIND_ACCESS = BIND_RANGE + ibv_mw_bind_info.mw_access_flags$offset();

    static final int WRITE = ffm_verbs_h.IBV_WR_RDMA_WRITE();
    static final int WRITE_WITH_IMMEDIATE = ffm_verbs_h.IBV_WR_RDMA_WRITE_WITH_IMM();
    static final int SEND = ffm_verbs_h.IBV_WR_SEND();
    static final int SEND_WITH_IMMEDIATE = ffm_verbs_h.IBV_WR_SEND_WITH_IMM();
    static final int READ = ffm_verbs_h.IBV_WR_RDMA_READ();
    static final int COMPARE_AND_SWAP = ffm_verbs_h.IBV_WR_ATOMIC_CMP_AND_SWP();
    static final int FETCH_AND_ADD = ffm_verbs_h.IBV_WR_ATOMIC_FETCH_AND_ADD();
    static final int LOCAL_INVALIDATE = ffm_verbs_h.IBV_WR_LOCAL_INV();
    static final int BIND_MEMORY_WINDOW = ffm_verbs_h.IBV_WR_BIND_MW();
    static final int SEND_WITH_INVALIDATE = ffm_verbs_h.IBV_WR_SEND_WITH_INV();

    static final int FENCE = ffm_verbs_h.IBV_SEND_FENCE();
    static final int SIGNALED = ffm_verbs_h.IBV_SEND_SIGNALED();
    static final int SOLICITED = ffm_verbs_h.IBV_SEND_SOLICITED();
    static final int INLINE = ffm_verbs_h.IBV_SEND_INLINE();

    private SendRequestLayout() {
    }

    /** The C constant of an opcode, for messages. */
    static String name(final int opcode) {
        final String[] names = {
            "IBV_WR_RDMA_WRITE", "IBV_WR_RDMA_WRITE_WITH_IMM", "IBV_WR_SEND", "IBV_WR_SEND_WITH_IMM",
            "IBV_WR_RDMA_READ", "IBV_WR_ATOMIC_CMP_AND_SWP", "IBV_WR_ATOMIC_FETCH_AND_ADD", "IBV_WR_LOCAL_INV",
            "IBV_WR_BIND_MW", "IBV_WR_SEND_WITH_INV"};
        return opcode >= 0 && opcode < names.length ? names[opcode] : "opcode " + opcode;
    }
}
