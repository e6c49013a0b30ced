// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_ah_attr;
import dev.ffmverbs.jextract.ibv_global_route;
import dev.ffmverbs.jextract.ibv_qp_attr;
import dev.ffmverbs.softroce.wire.LongField;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.nio.ByteBuffer;

/** Writes the attributes that take the queue pair of a connection to its states ({@code ib_cm_init_qp_attr}). */
final class QueuePairAttributeWriter {

    private static final byte PORT = 1;
    private static final byte HOP_LIMIT = 64;
    private static final int GID_BYTES = 16;
    private static final LongField GID_LOW = new LongField(8);

    private QueuePairAttributeWriter() {
    }

    /**
     * Writes the attributes for INIT. The peer may write, and also read if this end answers any of its READs.
     *
     * @param attributes         receives a {@code struct ibv_qp_attr}.
     * @param connecting         false while no connection was requested yet: the peer may do nothing then.
     * @param responderResources READ and atomic requests that this end answers at a time.
     * @return the mask.
     */
    static int writeInit(
        final MemorySegment attributes, final boolean connecting, final int responderResources) {
        int access = connecting ? ffm_verbs_h.IBV_ACCESS_REMOTE_WRITE() : 0;
        if (connecting && responderResources > 0) {
            access |= ffm_verbs_h.IBV_ACCESS_REMOTE_READ() | ffm_verbs_h.IBV_ACCESS_REMOTE_ATOMIC();
        }
        ibv_qp_attr.qp_access_flags(attributes, access);
        ibv_qp_attr.pkey_index(attributes, (short) 0);
        ibv_qp_attr.port_num(attributes, PORT);
        return ffm_verbs_h.IBV_QP_STATE() | ffm_verbs_h.IBV_QP_ACCESS_FLAGS() | ffm_verbs_h.IBV_QP_PKEY_INDEX()
            | ffm_verbs_h.IBV_QP_PORT();
    }

    /** Writes the attributes for READY_TO_RECEIVE: where the peer is and what it sends. Returns the mask. */
    static int writeReadyToReceive(
        final MemorySegment attributes, final ConnectionTerms terms, final int gidIndex, final int rnrTimerCode) {
        writeAddress(ibv_qp_attr.ah_attr(attributes), terms, gidIndex);
        ibv_qp_attr.path_mtu(attributes, terms.pathMtu());
        ibv_qp_attr.dest_qp_num(attributes, terms.peerQueuePair());
        ibv_qp_attr.rq_psn(attributes, terms.receivePsn());
        ibv_qp_attr.max_dest_rd_atomic(attributes, (byte) terms.responderResources());
        ibv_qp_attr.min_rnr_timer(attributes, (byte) rnrTimerCode);
        return ffm_verbs_h.IBV_QP_STATE() | ffm_verbs_h.IBV_QP_AV() | ffm_verbs_h.IBV_QP_PATH_MTU()
            | ffm_verbs_h.IBV_QP_DEST_QPN() | ffm_verbs_h.IBV_QP_RQ_PSN()
            | ffm_verbs_h.IBV_QP_MAX_DEST_RD_ATOMIC() | ffm_verbs_h.IBV_QP_MIN_RNR_TIMER();
    }

    private static void writeAddress(final MemorySegment address, final ConnectionTerms terms, final int gidIndex) {
        address.fill((byte) 0);
        ibv_ah_attr.is_global(address, (byte) 1);
        ibv_ah_attr.port_num(address, PORT);
        final MemorySegment route = ibv_ah_attr.grh(address);
        MemorySegment.copy(MemorySegment.ofArray(gid(terms.peer())), 0, ibv_global_route.dgid(route), 0, GID_BYTES);
        ibv_global_route.flow_label(route, terms.flowLabel());
        ibv_global_route.sgid_index(route, (byte) gidIndex);
        ibv_global_route.hop_limit(route, HOP_LIMIT);
        ibv_global_route.traffic_class(route, (byte) terms.trafficClass());
    }

    private static byte[] gid(final Inet4Address address) {
        final ByteBuffer gid = ByteBuffer.allocate(GID_BYTES);
        GID_LOW.set(gid, 0, Messages.gidLow(address));
        return gid.array();
    }

    /** Writes the attributes for READY_TO_SEND: how to send, and how often to retry. Returns the mask. */
    static int writeReadyToSend(final MemorySegment attributes, final ConnectionTerms terms) {
        ibv_qp_attr.sq_psn(attributes, terms.sendPsn());
        ibv_qp_attr.retry_cnt(attributes, (byte) terms.retryCount());
        ibv_qp_attr.rnr_retry(attributes, (byte) terms.rnrRetryCount());
        ibv_qp_attr.max_rd_atomic(attributes, (byte) terms.initiatorDepth());
        ibv_qp_attr.timeout(attributes, (byte) terms.acknowledgeTimeout());
        return ffm_verbs_h.IBV_QP_STATE() | ffm_verbs_h.IBV_QP_SQ_PSN() | ffm_verbs_h.IBV_QP_RETRY_CNT()
            | ffm_verbs_h.IBV_QP_RNR_RETRY() | ffm_verbs_h.IBV_QP_MAX_QP_RD_ATOMIC() | ffm_verbs_h.IBV_QP_TIMEOUT();
    }
}
