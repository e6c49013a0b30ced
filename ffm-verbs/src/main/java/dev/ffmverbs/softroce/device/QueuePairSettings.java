// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_ah_attr;
import dev.ffmverbs.jextract.ibv_global_route;
import dev.ffmverbs.jextract.ibv_qp_attr;
import dev.ffmverbs.softroce.port.LocalAddress;
import dev.ffmverbs.softroce.transport.ReceiveAttributes;
import dev.ffmverbs.softroce.transport.SendAttributes;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The attributes of a queue pair, as last set: what {@code ibv_query_qp(3)} gives back, checked before it is kept.
 *
 * <p>Guarded by the dispatch lock.
 */
final class QueuePairSettings {

    private static final int MAX_RETRY_COUNT = 7;
    private static final int MAX_PORT = 1;

    private final LocalAddress local;
    private final MemorySegment kept;

    QueuePairSettings(final Arena arena, final LocalAddress local) {
        this.local = local;
        this.kept = ibv_qp_attr.allocate(arena);
    }

    /**
     * Checks attributes one by one.
     *
     * @param given attributes.
     * @param mask  {@code IBV_QP_*} flags that say which count.
     * @throws IllegalArgumentException when one of them is not possible; the message says which and why.
     */
    void check(final MemorySegment given, final int mask) {
        require((mask & ffm_verbs_h.IBV_QP_PKEY_INDEX()) == 0 || ibv_qp_attr.pkey_index(given) == 0,
            "pkey_index must be 0: there is one partition key");
        require((mask & ffm_verbs_h.IBV_QP_PORT()) == 0 || ibv_qp_attr.port_num(given) == MAX_PORT,
            "port_num must be 1: there is one port");
        if ((mask & ffm_verbs_h.IBV_QP_PATH_MTU()) != 0) {
            checkPathMtu(ibv_qp_attr.path_mtu(given));
        }
        if ((mask & ffm_verbs_h.IBV_QP_AV()) != 0) {
            checkAddress(ibv_qp_attr.ah_attr(given));
        }
        if ((mask & ffm_verbs_h.IBV_QP_RETRY_CNT()) != 0) {
            final int retries = Byte.toUnsignedInt(ibv_qp_attr.retry_cnt(given));
            require(retries <= MAX_RETRY_COUNT, "retry_cnt is " + retries + "; it may be 0 to 7");
        }
    }

    private void checkPathMtu(final int code) {
        final int bytes = DeviceLimits.mtuBytes(code);
        require(bytes != 0, "path_mtu is " + code + "; it may be IBV_MTU_256 (1) to IBV_MTU_4096 (5)");
        require(bytes <= local.pathMtuBytes(), "path_mtu " + bytes + " is too large: interface "
            + local.interfaceName() + " with its MTU of " + local.mtuBytes() + " bytes carries at most "
            + local.pathMtuBytes());
    }

    private static void checkAddress(final MemorySegment address) {
        require(ibv_ah_attr.is_global(address) != 0, "ah_attr.is_global must be 1: RoCE is routed by GIDs");
        final MemorySegment route = ibv_ah_attr.grh(address);
        require(ibv_global_route.sgid_index(route) == 0, "ah_attr.grh.sgid_index is "
            + Byte.toUnsignedInt(ibv_global_route.sgid_index(route)) + "; the device has one GID, at index 0");
        require(MappedGid.isMapped(ibv_global_route.dgid(route)),
            "ah_attr.grh.dgid is no IPv4 address; IPv6 is not supported");
        final int peer = MappedGid.read(ibv_global_route.dgid(route));
        require(peer != 0 && !UdpPath.toInetAddress(peer).isMulticastAddress(), "ah_attr.grh.dgid is "
            + UdpPath.toInetAddress(peer).getHostAddress() + ", which is no host's address");
    }

    private static void require(final boolean possible, final String otherwise) {
        if (!possible) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /**
     * What the responder must know, of attributes {@linkplain #check checked}.
     *
     * @throws IllegalArgumentException when one of them is out of range.
     */
    ReceiveAttributes receiving(final MemorySegment given) {
        final MemorySegment route = ibv_ah_attr.grh(ibv_qp_attr.ah_attr(given));
        return new ReceiveAttributes(
            new UdpPath(local.value(), local.udpPort(), MappedGid.read(ibv_global_route.dgid(route)), local.udpPort(),
                Byte.toUnsignedInt(ibv_global_route.traffic_class(route))),
            DeviceLimits.mtuBytes(ibv_qp_attr.path_mtu(given)), ibv_qp_attr.dest_qp_num(given),
            ibv_qp_attr.rq_psn(given), Byte.toUnsignedInt(ibv_qp_attr.max_dest_rd_atomic(given)),
            Byte.toUnsignedInt(ibv_qp_attr.min_rnr_timer(given)));
    }

    /**
     * What the requester must know.
     *
     * @throws IllegalArgumentException when one of them is out of range.
     */
    SendAttributes sending(final MemorySegment given) {
        return new SendAttributes(
            ibv_qp_attr.sq_psn(given), Byte.toUnsignedInt(ibv_qp_attr.timeout(given)),
            Byte.toUnsignedInt(ibv_qp_attr.retry_cnt(given)), Byte.toUnsignedInt(ibv_qp_attr.rnr_retry(given)),
            Byte.toUnsignedInt(ibv_qp_attr.max_rd_atomic(given)));
    }

    /** Keeps attributes that took effect. */
    void keep(final MemorySegment given, final int mask) {
        if ((mask & ffm_verbs_h.IBV_QP_PORT()) != 0) {
            ibv_qp_attr.port_num(kept, ibv_qp_attr.port_num(given));
        }
        if ((mask & ffm_verbs_h.IBV_QP_ACCESS_FLAGS()) != 0) {
            ibv_qp_attr.qp_access_flags(kept, ibv_qp_attr.qp_access_flags(given));
        }
        if ((mask & ffm_verbs_h.IBV_QP_MIN_RNR_TIMER()) != 0) {
            ibv_qp_attr.min_rnr_timer(kept, ibv_qp_attr.min_rnr_timer(given));
        }
        if ((mask & ffm_verbs_h.IBV_QP_AV()) != 0) {
            MemorySegment.copy(ibv_qp_attr.ah_attr(given), 0, ibv_qp_attr.ah_attr(kept), 0, ibv_ah_attr.sizeof());
            ibv_qp_attr.path_mtu(kept, ibv_qp_attr.path_mtu(given));
            ibv_qp_attr.dest_qp_num(kept, ibv_qp_attr.dest_qp_num(given));
            ibv_qp_attr.rq_psn(kept, ibv_qp_attr.rq_psn(given));
            ibv_qp_attr.max_dest_rd_atomic(kept, ibv_qp_attr.max_dest_rd_atomic(given));
        }
        if ((mask & ffm_verbs_h.IBV_QP_SQ_PSN()) != 0) {
            ibv_qp_attr.sq_psn(kept, ibv_qp_attr.sq_psn(given));
            ibv_qp_attr.timeout(kept, ibv_qp_attr.timeout(given));
            ibv_qp_attr.retry_cnt(kept, ibv_qp_attr.retry_cnt(given));
            ibv_qp_attr.rnr_retry(kept, ibv_qp_attr.rnr_retry(given));
            ibv_qp_attr.max_rd_atomic(kept, ibv_qp_attr.max_rd_atomic(given));
        }
    }

    /** Forgets everything, as RESET does. */
    void clear() {
        kept.fill((byte) 0);
    }

    void copyTo(final MemorySegment attributes) {
        MemorySegment.copy(kept, 0, attributes, 0, ibv_qp_attr.sizeof());
    }
}
