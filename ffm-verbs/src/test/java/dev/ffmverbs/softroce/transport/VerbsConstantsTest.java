// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_sge;
import dev.ffmverbs.softroce.memory.AccessRights;
import org.junit.jupiter.api.Test;

/** The numbers written down here are those of {@code <infiniband/verbs.h>}. */
class VerbsConstantsTest {

    @Test
    void sendOperationsAndFlags() {
        assertEquals(ffm_verbs_h.IBV_WR_RDMA_WRITE(), SendOperation.RDMA_WRITE);
        assertEquals(ffm_verbs_h.IBV_WR_RDMA_WRITE_WITH_IMM(), SendOperation.RDMA_WRITE_WITH_IMMEDIATE);
        assertEquals(ffm_verbs_h.IBV_WR_SEND(), SendOperation.SEND);
        assertEquals(ffm_verbs_h.IBV_WR_SEND_WITH_IMM(), SendOperation.SEND_WITH_IMMEDIATE);
        assertEquals(ffm_verbs_h.IBV_WR_RDMA_READ(), SendOperation.RDMA_READ);
        assertEquals(ffm_verbs_h.IBV_WR_ATOMIC_CMP_AND_SWP(), SendOperation.ATOMIC_COMPARE_SWAP);
        assertEquals(ffm_verbs_h.IBV_WR_ATOMIC_FETCH_AND_ADD(), SendOperation.ATOMIC_FETCH_ADD);
        assertEquals(ffm_verbs_h.IBV_WR_SEND_WITH_INV(), SendOperation.SEND_WITH_INVALIDATE);
        assertEquals(ffm_verbs_h.IBV_SEND_FENCE(), SendFlags.FENCE);
        assertEquals(ffm_verbs_h.IBV_SEND_SIGNALED(), SendFlags.SIGNALED);
        assertEquals(ffm_verbs_h.IBV_SEND_SOLICITED(), SendFlags.SOLICITED);
        assertEquals(ffm_verbs_h.IBV_SEND_INLINE(), SendFlags.INLINE);
        assertEquals(ibv_sge.sizeof(), SendQueue.ELEMENT_BYTES);
    }

    @Test
    void completionOperationsAndFlags() {
        assertEquals(ffm_verbs_h.IBV_WC_SEND(), CompletionOperation.SEND);
        assertEquals(ffm_verbs_h.IBV_WC_RDMA_WRITE(), CompletionOperation.RDMA_WRITE);
        assertEquals(ffm_verbs_h.IBV_WC_RDMA_READ(), CompletionOperation.RDMA_READ);
        assertEquals(ffm_verbs_h.IBV_WC_COMP_SWAP(), CompletionOperation.COMPARE_SWAP);
        assertEquals(ffm_verbs_h.IBV_WC_FETCH_ADD(), CompletionOperation.FETCH_ADD);
        assertEquals(ffm_verbs_h.IBV_WC_RECV(), CompletionOperation.RECEIVE);
        assertEquals(ffm_verbs_h.IBV_WC_RECV_RDMA_WITH_IMM(), CompletionOperation.RECEIVE_RDMA_WITH_IMMEDIATE);
        assertEquals(ffm_verbs_h.IBV_WC_WITH_IMM(), CompletionOperation.WITH_IMMEDIATE);
        assertEquals(ffm_verbs_h.IBV_WC_WITH_INV(), CompletionOperation.WITH_INVALIDATE);
    }

    @Test
    void completionStatuses() {
        assertEquals(ffm_verbs_h.IBV_WC_SUCCESS(), CompletionStatus.SUCCESS);
        assertEquals(ffm_verbs_h.IBV_WC_LOC_LEN_ERR(), CompletionStatus.LOCAL_LENGTH_ERROR);
        assertEquals(ffm_verbs_h.IBV_WC_LOC_QP_OP_ERR(), CompletionStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR);
        assertEquals(ffm_verbs_h.IBV_WC_LOC_PROT_ERR(), CompletionStatus.LOCAL_PROTECTION_ERROR);
        assertEquals(ffm_verbs_h.IBV_WC_WR_FLUSH_ERR(), CompletionStatus.FLUSHED);
        assertEquals(ffm_verbs_h.IBV_WC_BAD_RESP_ERR(), CompletionStatus.BAD_RESPONSE);
        assertEquals(ffm_verbs_h.IBV_WC_REM_INV_REQ_ERR(), CompletionStatus.REMOTE_INVALID_REQUEST);
        assertEquals(ffm_verbs_h.IBV_WC_REM_ACCESS_ERR(), CompletionStatus.REMOTE_ACCESS_ERROR);
        assertEquals(ffm_verbs_h.IBV_WC_REM_OP_ERR(), CompletionStatus.REMOTE_OPERATION_ERROR);
        assertEquals(ffm_verbs_h.IBV_WC_RETRY_EXC_ERR(), CompletionStatus.RETRY_EXCEEDED);
        assertEquals(ffm_verbs_h.IBV_WC_RNR_RETRY_EXC_ERR(), CompletionStatus.RECEIVER_NOT_READY_RETRY_EXCEEDED);
    }

    @Test
    void statesEventsAndRights() {
        assertEquals(ffm_verbs_h.IBV_QPS_RESET(), ConnectionState.RESET.value());
        assertEquals(ffm_verbs_h.IBV_QPS_INIT(), ConnectionState.INIT.value());
        assertEquals(ffm_verbs_h.IBV_QPS_RTR(), ConnectionState.READY_TO_RECEIVE.value());
        assertEquals(ffm_verbs_h.IBV_QPS_RTS(), ConnectionState.READY_TO_SEND.value());
        assertEquals(ffm_verbs_h.IBV_QPS_SQD(), ConnectionState.SEND_QUEUE_DRAIN.value());
        assertEquals(ffm_verbs_h.IBV_QPS_ERR(), ConnectionState.ERROR.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_QP_REQ_ERR(), AsynchronousEvents.QUEUE_PAIR_REQUEST_ERROR);
        assertEquals(ffm_verbs_h.IBV_EVENT_QP_ACCESS_ERR(), AsynchronousEvents.QUEUE_PAIR_ACCESS_ERROR);
        assertEquals(ffm_verbs_h.IBV_EVENT_COMM_EST(), AsynchronousEvents.COMMUNICATION_ESTABLISHED);
        assertEquals(ffm_verbs_h.IBV_EVENT_SQ_DRAINED(), AsynchronousEvents.SEND_QUEUE_DRAINED);
        assertEquals(ffm_verbs_h.IBV_EVENT_QP_LAST_WQE_REACHED(), AsynchronousEvents.LAST_RECEIVE_REACHED);
        assertEquals(ffm_verbs_h.IBV_ACCESS_LOCAL_WRITE(), AccessRights.LOCAL_WRITE);
        assertEquals(ffm_verbs_h.IBV_ACCESS_REMOTE_WRITE(), AccessRights.REMOTE_WRITE);
        assertEquals(ffm_verbs_h.IBV_ACCESS_REMOTE_READ(), AccessRights.REMOTE_READ);
        assertEquals(ffm_verbs_h.IBV_ACCESS_REMOTE_ATOMIC(), AccessRights.REMOTE_ATOMIC);
    }
}
