// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_ah_attr;
import dev.ffmverbs.jextract.ibv_global_route;
import dev.ffmverbs.jextract.ibv_qp_attr;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Queue pair attributes in words: those marked for change, or all when none is. */
final class AttributeText {

    private final MemorySegment attributes;
    private final int mask;
    private final StringJoiner text = new StringJoiner(", ", "QueuePairAttributes[", "]");

    private AttributeText(final MemorySegment attributes, final int mask) {
        this.attributes = attributes;
        this.mask = mask;
    }

    static String of(final MemorySegment attributes, final int mask) {
        return new AttributeText(attributes, mask).described();
    }

    private String described() {
        add(ffm_verbs_h.IBV_QP_STATE(), "state", () -> name(QueuePairState::of, ibv_qp_attr.qp_state(attributes)));
        add(ffm_verbs_h.IBV_QP_PORT(), "port", () -> ibv_qp_attr.port_num(attributes));
        add(ffm_verbs_h.IBV_QP_PKEY_INDEX(), "partitionKeyIndex",
            () -> Short.toUnsignedInt(ibv_qp_attr.pkey_index(attributes)));
        add(ffm_verbs_h.IBV_QP_ACCESS_FLAGS(), "access", () -> access(ibv_qp_attr.qp_access_flags(attributes)));
        add(ffm_verbs_h.IBV_QP_PATH_MTU(), "pathMtu", () -> name(PathMtu::of, ibv_qp_attr.path_mtu(attributes)));
        add(ffm_verbs_h.IBV_QP_AV(), "destination", this::destination);
        add(ffm_verbs_h.IBV_QP_DEST_QPN(), "destinationQueuePair", () -> ibv_qp_attr.dest_qp_num(attributes));
        add(ffm_verbs_h.IBV_QP_RQ_PSN(), "receivePacketSequenceNumber", () -> ibv_qp_attr.rq_psn(attributes));
        add(ffm_verbs_h.IBV_QP_SQ_PSN(), "sendPacketSequenceNumber", () -> ibv_qp_attr.sq_psn(attributes));
        add(ffm_verbs_h.IBV_QP_MAX_DEST_RD_ATOMIC(), "maximumIncomingReads",
            () -> Byte.toUnsignedInt(ibv_qp_attr.max_dest_rd_atomic(attributes)));
        add(ffm_verbs_h.IBV_QP_MAX_QP_RD_ATOMIC(), "maximumOutgoingReads",
            () -> Byte.toUnsignedInt(ibv_qp_attr.max_rd_atomic(attributes)));
        add(ffm_verbs_h.IBV_QP_MIN_RNR_TIMER(), "minimumRnrTimer", () -> ibv_qp_attr.min_rnr_timer(attributes));
        add(ffm_verbs_h.IBV_QP_TIMEOUT(), "timeout", () -> ibv_qp_attr.timeout(attributes));
        add(ffm_verbs_h.IBV_QP_RETRY_CNT(), "retryCount", () -> ibv_qp_attr.retry_cnt(attributes));
        add(ffm_verbs_h.IBV_QP_RNR_RETRY(), "rnrRetryCount", () -> ibv_qp_attr.rnr_retry(attributes));
        add(ffm_verbs_h.IBV_QP_QKEY(), "queueKey", () -> "0x" + Integer.toHexString(ibv_qp_attr.qkey(attributes)));
        add(ffm_verbs_h.IBV_QP_EN_SQD_ASYNC_NOTIFY(), "notifyWhenDrained",
            () -> ibv_qp_attr.en_sqd_async_notify(attributes) != 0);
        return text.toString();
    }

    private void add(final int flag, final String name, final Supplier<Object> value) {
        if (mask == 0 || (mask & flag) != 0) {
            text.add(name + "=" + value.get());
        }
    }

    private String destination() {
        final MemorySegment address = ibv_qp_attr.ah_attr(attributes);
        final MemorySegment route = ibv_ah_attr.grh(address);
        return "{gid=" + Gid.read(ibv_global_route.dgid(route)) + ", sourceGidIndex="
            + Byte.toUnsignedInt(ibv_global_route.sgid_index(route)) + ", port="
            + Byte.toUnsignedInt(ibv_ah_attr.port_num(address)) + "}";
    }

    private static String access(final int flags) {
        final Set<Access> access = EnumSet.noneOf(Access.class);
        for (final Access right : Access.values()) {
            if ((flags & Access.bits(right)) != 0) {
                access.add(right);
            }
        }
        return access.toString();
    }

    /** The name of an enum's value, or the number when it has none. */
    private static String name(final IntFunction<Enum<?>> names, final int value) {
        try {
            return names.apply(value).name();
        } catch (final IllegalArgumentException e) {
            return Integer.toString(value);
        }
    }
}
