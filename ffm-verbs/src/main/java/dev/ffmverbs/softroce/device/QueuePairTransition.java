// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.softroce.transport.ConnectionState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The changes of state that a reliable connection's queue pair can make, with the attributes each needs and allows, as
 * {@code ibv_modify_qp(3)} lists them.
 *
 * <p>To RESET and to ERROR it can go from everywhere, with no other attribute.
 */
enum QueuePairTransition {

    /** From RESET to INIT. */
    RESET_TO_INIT(ffm_verbs_h.IBV_QPS_RESET(), ffm_verbs_h.IBV_QPS_INIT(),
        ffm_verbs_h.IBV_QP_PKEY_INDEX() | ffm_verbs_h.IBV_QP_PORT() | ffm_verbs_h.IBV_QP_ACCESS_FLAGS(), 0),

    /** Within INIT. */
    INIT_TO_INIT(ffm_verbs_h.IBV_QPS_INIT(), ffm_verbs_h.IBV_QPS_INIT(), 0,
        ffm_verbs_h.IBV_QP_PKEY_INDEX() | ffm_verbs_h.IBV_QP_PORT() | ffm_verbs_h.IBV_QP_ACCESS_FLAGS()),

    /** From INIT to ready to receive. */
    INIT_TO_READY_TO_RECEIVE(ffm_verbs_h.IBV_QPS_INIT(), ffm_verbs_h.IBV_QPS_RTR(),
        ffm_verbs_h.IBV_QP_AV() | ffm_verbs_h.IBV_QP_PATH_MTU() | ffm_verbs_h.IBV_QP_DEST_QPN()
            | ffm_verbs_h.IBV_QP_RQ_PSN() | ffm_verbs_h.IBV_QP_MAX_DEST_RD_ATOMIC()
            | ffm_verbs_h.IBV_QP_MIN_RNR_TIMER(),
        ffm_verbs_h.IBV_QP_ACCESS_FLAGS() | ffm_verbs_h.IBV_QP_PKEY_INDEX()),

    /** From ready to receive to ready to send. */
    READY_TO_RECEIVE_TO_READY_TO_SEND(ffm_verbs_h.IBV_QPS_RTR(), ffm_verbs_h.IBV_QPS_RTS(),
        ffm_verbs_h.IBV_QP_TIMEOUT() | ffm_verbs_h.IBV_QP_RETRY_CNT() | ffm_verbs_h.IBV_QP_RNR_RETRY()
            | ffm_verbs_h.IBV_QP_SQ_PSN() | ffm_verbs_h.IBV_QP_MAX_QP_RD_ATOMIC(),
        ffm_verbs_h.IBV_QP_CUR_STATE() | ffm_verbs_h.IBV_QP_ACCESS_FLAGS() | ffm_verbs_h.IBV_QP_MIN_RNR_TIMER()),

    /** Within ready to send. */
    READY_TO_SEND_TO_READY_TO_SEND(ffm_verbs_h.IBV_QPS_RTS(), ffm_verbs_h.IBV_QPS_RTS(), 0,
        ffm_verbs_h.IBV_QP_CUR_STATE() | ffm_verbs_h.IBV_QP_ACCESS_FLAGS() | ffm_verbs_h.IBV_QP_MIN_RNR_TIMER()),

    /** From ready to send to send queue drain. */
    READY_TO_SEND_TO_DRAIN(ffm_verbs_h.IBV_QPS_RTS(), ffm_verbs_h.IBV_QPS_SQD(), 0,
        ffm_verbs_h.IBV_QP_EN_SQD_ASYNC_NOTIFY()),

    /** Within send queue drain; what else could change there by the manual page, this device keeps. */
    DRAIN_TO_DRAIN(ffm_verbs_h.IBV_QPS_SQD(), ffm_verbs_h.IBV_QPS_SQD(), 0,
        ffm_verbs_h.IBV_QP_CUR_STATE() | ffm_verbs_h.IBV_QP_ACCESS_FLAGS() | ffm_verbs_h.IBV_QP_MIN_RNR_TIMER()),

    /** From send queue drain back to ready to send. */
    DRAIN_TO_READY_TO_SEND(ffm_verbs_h.IBV_QPS_SQD(), ffm_verbs_h.IBV_QPS_RTS(), 0,
        ffm_verbs_h.IBV_QP_CUR_STATE() | ffm_verbs_h.IBV_QP_ACCESS_FLAGS() | ffm_verbs_h.IBV_QP_MIN_RNR_TIMER());

    private static final Map<Integer, String> NAMES = names();

    private final int from;
    private final int to;
    private final int required;
    private final int optional;

    QueuePairTransition(final int from, final int to, final int required, final int optional) {
        this.from = from;
        this.to = to;
        this.required = required;
        this.optional = optional;
    }

    /**
     * What is wrong with a change of state.
     *
     * @param from the present state, {@code enum ibv_qp_state}.
     * @param to   the state to go to.
     * @param mask {@code IBV_QP_*} flags of the attributes given.
     * @return a sentence; null when nothing is wrong.
     */
    static String flaw(final int from, final int to, final int mask) {
        final int given = mask & ~ffm_verbs_h.IBV_QP_STATE();
        if (to == ffm_verbs_h.IBV_QPS_RESET()
            || to == ffm_verbs_h.IBV_QPS_ERR() && from != ffm_verbs_h.IBV_QPS_RESET()) {
            return attributeFlaw(given, 0, 0);
        }
        for (final QueuePairTransition transition : values()) {
            if (transition.from == from && transition.to == to) {
                return attributeFlaw(given, transition.required, transition.optional);
            }
        }
        return "a queue pair of a reliable connection cannot go from " + ConnectionState.nameOf(from) + " to "
            + ConnectionState.nameOf(to);
    }

    private static String attributeFlaw(final int given, final int required, final int optional) {
        final int missing = required & ~given;
        final int surplus = given & ~(required | optional);
        if (missing == 0 && surplus == 0) {
            return null;
        }
        return (missing == 0 ? "" : "it lacks " + describe(missing))
            + (missing == 0 || surplus == 0 ? "" : "; ")
            + (surplus == 0 ? "" : "it must not have " + describe(surplus));
    }

    /** Names {@code IBV_QP_*} flags. */
    static String describe(final int flags) {
        final List<String> names = new ArrayList<>();
        for (int flag = flags; flag != 0; flag &= flag - 1) {
            final int lowest = Integer.lowestOneBit(flag);
            names.add(NAMES.getOrDefault(lowest, "0x" + Integer.toHexString(lowest)));
        }
        return String.join(", ", names);
    }

    private static Map<Integer, String> names() {
        final Map<Integer, String> names = new LinkedHashMap<>();
        names.put(ffm_verbs_h.IBV_QP_STATE(), "IBV_QP_STATE");
        names.put(ffm_verbs_h.IBV_QP_CUR_STATE(), "IBV_QP_CUR_STATE");
        names.put(ffm_verbs_h.IBV_QP_EN_SQD_ASYNC_NOTIFY(), "IBV_QP_EN_SQD_ASYNC_NOTIFY");
        names.put(ffm_verbs_h.IBV_QP_ACCESS_FLAGS(), "IBV_QP_ACCESS_FLAGS");
        names.put(ffm_verbs_h.IBV_QP_PKEY_INDEX(), "IBV_QP_PKEY_INDEX");
        names.put(ffm_verbs_h.IBV_QP_PORT(), "IBV_QP_PORT");
        names.put(ffm_verbs_h.IBV_QP_QKEY(), "IBV_QP_QKEY");
        names.put(ffm_verbs_h.IBV_QP_AV(), "IBV_QP_AV");
        names.put(ffm_verbs_h.IBV_QP_PATH_MTU(), "IBV_QP_PATH_MTU");
        names.put(ffm_verbs_h.IBV_QP_TIMEOUT(), "IBV_QP_TIMEOUT");
        names.put(ffm_verbs_h.IBV_QP_RETRY_CNT(), "IBV_QP_RETRY_CNT");
        names.put(ffm_verbs_h.IBV_QP_RNR_RETRY(), "IBV_QP_RNR_RETRY");
        names.put(ffm_verbs_h.IBV_QP_RQ_PSN(), "IBV_QP_RQ_PSN");
        names.put(ffm_verbs_h.IBV_QP_MAX_QP_RD_ATOMIC(), "IBV_QP_MAX_QP_RD_ATOMIC");
        names.put(ffm_verbs_h.IBV_QP_ALT_PATH(), "IBV_QP_ALT_PATH");
        names.put(ffm_verbs_h.IBV_QP_MIN_RNR_TIMER(), "IBV_QP_MIN_RNR_TIMER");
        names.put(ffm_verbs_h.IBV_QP_SQ_PSN(), "IBV_QP_SQ_PSN");
        names.put(ffm_verbs_h.IBV_QP_MAX_DEST_RD_ATOMIC(), "IBV_QP_MAX_DEST_RD_ATOMIC");
        names.put(ffm_verbs_h.IBV_QP_PATH_MIG_STATE(), "IBV_QP_PATH_MIG_STATE");
        names.put(ffm_verbs_h.IBV_QP_CAP(), "IBV_QP_CAP");
        names.put(ffm_verbs_h.IBV_QP_DEST_QPN(), "IBV_QP_DEST_QPN");
        return Map.copyOf(names);
    }
}
