// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_qp_init_attr;
import dev.ffmverbs.jextract.ibv_qp_init_attr_ex;
import dev.ffmverbs.jextract.ibv_recv_wr;
import dev.ffmverbs.jextract.ibv_send_wr;
import dev.ffmverbs.spi.layout.ReceiveRequestLayout;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import org.junit.jupiter.api.Test;

/** Compares handwritten constants with those generated from the headers. */
class EnumConstantsTest {

    @Test
    void eventsAreThoseOfTheHeader() {
        assertEquals(ffm_verbs_h.IBV_EVENT_CQ_ERR(), AsynchronousEventType.COMPLETION_QUEUE_ERROR.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_QP_FATAL(), AsynchronousEventType.QUEUE_PAIR_FATAL.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_QP_REQ_ERR(), AsynchronousEventType.QUEUE_PAIR_REQUEST_ERROR.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_QP_ACCESS_ERR(), AsynchronousEventType.QUEUE_PAIR_ACCESS_ERROR.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_COMM_EST(), AsynchronousEventType.COMMUNICATION_ESTABLISHED.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_SQ_DRAINED(), AsynchronousEventType.SEND_QUEUE_DRAINED.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_PATH_MIG(), AsynchronousEventType.PATH_MIGRATED.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_PATH_MIG_ERR(), AsynchronousEventType.PATH_MIGRATION_ERROR.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_DEVICE_FATAL(), AsynchronousEventType.DEVICE_FATAL.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_PORT_ACTIVE(), AsynchronousEventType.PORT_ACTIVE.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_PORT_ERR(), AsynchronousEventType.PORT_ERROR.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_LID_CHANGE(), AsynchronousEventType.LOCAL_IDENTIFIER_CHANGED.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_PKEY_CHANGE(), AsynchronousEventType.PARTITION_KEYS_CHANGED.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_SM_CHANGE(), AsynchronousEventType.SUBNET_MANAGER_CHANGED.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_SRQ_ERR(), AsynchronousEventType.SHARED_RECEIVE_QUEUE_ERROR.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_SRQ_LIMIT_REACHED(),
            AsynchronousEventType.SHARED_RECEIVE_QUEUE_LIMIT_REACHED.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_QP_LAST_WQE_REACHED(), AsynchronousEventType.LAST_REQUEST_REACHED.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_CLIENT_REREGISTER(), AsynchronousEventType.CLIENT_REREGISTER.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_GID_CHANGE(), AsynchronousEventType.GIDS_CHANGED.value());
        assertEquals(ffm_verbs_h.IBV_EVENT_WQ_FATAL(), AsynchronousEventType.WORK_QUEUE_FATAL.value());
    }

    @Test
    void everyEventIsFoundByItsValueAndOthersAreUnknown() {
        for (final AsynchronousEventType type : AsynchronousEventType.values()) {
            assertEquals(type, AsynchronousEventType.of(type.value()));
        }
        assertEquals(AsynchronousEventType.UNKNOWN, AsynchronousEventType.of(1000));
    }

    @Test
    void windowTypesAreThoseOfTheHeader() {
        assertEquals(ffm_verbs_h.IBV_MW_TYPE_1(), MemoryWindowType.TYPE_1.value());
        assertEquals(ffm_verbs_h.IBV_MW_TYPE_2(), MemoryWindowType.TYPE_2.value());
    }

    /** {@link WorkRequest} and {@link QueuePairConfiguration} use one layout for two structures. */
    @Test
    void structuresThatAreWrittenAlikeBeginAlike() {
        assertEquals(ibv_send_wr.wr_id$offset(), ibv_recv_wr.wr_id$offset());
        assertEquals(ibv_send_wr.next$offset(), ibv_recv_wr.next$offset());
        assertEquals(ibv_send_wr.sg_list$offset(), ibv_recv_wr.sg_list$offset());
        assertEquals(ibv_send_wr.num_sge$offset(), ibv_recv_wr.num_sge$offset());
        assertEquals(ibv_qp_init_attr.cap$offset(), ibv_qp_init_attr_ex.cap$offset());
        assertEquals(ibv_qp_init_attr.qp_type$offset(), ibv_qp_init_attr_ex.qp_type$offset());
        assertEquals(ibv_qp_init_attr.sq_sig_all$offset(), ibv_qp_init_attr_ex.sq_sig_all$offset());
        assertEquals(ReceiveRequestLayout.WORK_REQUEST_ID, SendRequestLayout.WORK_REQUEST_ID);
        assertEquals(ReceiveRequestLayout.NEXT, SendRequestLayout.NEXT);
        assertEquals(ReceiveRequestLayout.ELEMENTS, SendRequestLayout.ELEMENTS);
        assertEquals(ReceiveRequestLayout.ELEMENT_COUNT, SendRequestLayout.ELEMENT_COUNT);
    }
}
