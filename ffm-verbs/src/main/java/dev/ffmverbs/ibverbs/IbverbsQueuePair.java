// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_context_ops;
import dev.ffmverbs.jextract.ibv_qp;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.MemoryWindowOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.QueuePairTransition;
import dev.ffmverbs.spi.RequestMemory;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** A queue pair: {@code struct ibv_qp}. */
@SuppressWarnings("restricted")
class IbverbsQueuePair implements QueuePairOperations {

    private static final ControlFunction MODIFY_QP = new ControlFunction("ibv_modify_qp",
        ffm_verbs_h::ibv_modify_qp$address, ffm_verbs_h::ibv_modify_qp$descriptor);
    private static final ControlFunction QUERY_QP = new ControlFunction("ibv_query_qp",
        ffm_verbs_h::ibv_query_qp$address, ffm_verbs_h::ibv_query_qp$descriptor);
    private static final ControlFunction QUERY_QP_DATA_IN_ORDER = new ControlFunction("ibv_query_qp_data_in_order",
        ffm_verbs_h::ibv_query_qp_data_in_order$address, ffm_verbs_h::ibv_query_qp_data_in_order$descriptor);
    private static final ControlFunction DESTROY_QP = new ControlFunction("ibv_destroy_qp",
        ffm_verbs_h::ibv_destroy_qp$address, ffm_verbs_h::ibv_destroy_qp$descriptor);

    private static final ControlFunction ATTACH_MCAST = new ControlFunction("ibv_attach_mcast",
        ffm_verbs_h::ibv_attach_mcast$address, ffm_verbs_h::ibv_attach_mcast$descriptor);
    private static final ControlFunction DETACH_MCAST = new ControlFunction("ibv_detach_mcast",
        ffm_verbs_h::ibv_detach_mcast$address, ffm_verbs_h::ibv_detach_mcast$descriptor);

    private final IbverbsContext context;
    private final MemorySegment queuePair;
    private final long queuePairAddress;
    private final boolean allowsCriticalCalls;

    /** Written and read only by the thread that the queue pair is confined to. */
    private boolean criticalCalls;
    private final long postSendFunction;
    private final long postReceiveFunction;

    /**
     * Wraps a queue pair.
     *
     * @param context       the context it was created from.
     * @param created       the {@code struct ibv_qp}.
     * @param allowsCriticalCalls whether posting may keep the thread from safepoints.
     * @throws ProviderException when the driver cannot post.
     */
    IbverbsQueuePair(final IbverbsContext context, final MemorySegment created, final boolean allowsCriticalCalls)
        throws ProviderException {
        this.context = context;
        this.queuePair = created.reinterpret(ibv_qp.sizeof());
        this.queuePairAddress = created.address();
        this.allowsCriticalCalls = allowsCriticalCalls;
        this.postSendFunction = HeaderDispatch.operation(
            context.structure(), ibv_context_ops.post_send$offset(), "ibv_post_send");
        this.postReceiveFunction = HeaderDispatch.operation(
            context.structure(), ibv_context_ops.post_recv$offset(), "ibv_post_recv");
        context.remember(queuePair, this);
    }

    static void destroy(
        final IbverbsContext context, final MemorySegment queuePair, final Supplier<String> text)
        throws ProviderException {
        DESTROY_QP.free(context, text, queuePair);
    }

    @Override
    public int number() {
        return ibv_qp.qp_num(queuePair);
    }

    @Override
    public void modify(final MemorySegment attributes, final int mask) throws ProviderException {
        MODIFY_QP.status(() -> QueuePairTransition.describe(number(), attributes, mask), queuePair, attributes, mask);
    }

    @Override
    public void query(final MemorySegment attributes, final int mask, final MemorySegment initAttributes)
        throws ProviderException {
        QUERY_QP.status(() -> "number=" + number(), queuePair, attributes, mask, initAttributes);
    }

    @Override
    public int postSend(final RequestMemory first) {
        return DataPath.post(
            criticalCalls, postSendFunction, queuePairAddress, first.address(), first.badRequestAddress());
    }

    @Override
    public int postReceive(final RequestMemory first) {
        return DataPath.post(
            criticalCalls, postReceiveFunction, queuePairAddress, first.address(), first.badRequestAddress());
    }

    @Override
    public int bindMemoryWindow(final MemoryWindowOperations window, final MemorySegment bind) {
        return ((IbverbsMemoryWindow) window).bind(queuePair, bind);
    }

    @Override
    public void attachMulticast(final MemorySegment gid, final int lid) throws ProviderException {
        ATTACH_MCAST.status(() -> groupText(gid, lid), queuePair, gid, (short) lid);
    }

    @Override
    public void detachMulticast(final MemorySegment gid, final int lid) throws ProviderException {
        DETACH_MCAST.free(context, () -> groupText(gid, lid), queuePair, gid, (short) lid);
    }

    private String groupText(final MemorySegment gid, final int lid) {
        return "number=" + number() + ", gid=" + AddressText.ofGid(gid) + ", lid=" + lid;
    }

    @Override
    public boolean isDataInOrder(final int opcode) throws ProviderException {
        return QUERY_QP_DATA_IN_ORDER.number(
            () -> "number=" + number() + ", op=" + WorkRequestOpcodes.name(opcode), queuePair, opcode, 0) != 0;
    }

    @Override
    public void confine() {
        criticalCalls = allowsCriticalCalls;
    }

    @Override
    public final long nativeAddress() {
        return queuePair.address();
    }

    @Override
    public void close() throws ProviderException {
        destroy(context, queuePair, () -> "number=" + number());
        context.forget(queuePair, this);
    }
}
