// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_context_ops;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.RequestMemory;
import dev.ffmverbs.spi.SharedReceiveQueueOperations;
import dev.ffmverbs.spi.layout.SharedReceiveQueueAttributesLayout;
import dev.ffmverbs.spi.layout.SharedReceiveQueueCreationLayout;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** A shared receive queue: {@code struct ibv_srq}. */
final class IbverbsSharedReceiveQueue implements SharedReceiveQueueOperations {

    private static final ControlFunction CREATE_SRQ = new ControlFunction("ibv_create_srq",
        ffm_verbs_h::ibv_create_srq$address, ffm_verbs_h::ibv_create_srq$descriptor);
    private static final ControlFunction MODIFY_SRQ = new ControlFunction("ibv_modify_srq",
        ffm_verbs_h::ibv_modify_srq$address, ffm_verbs_h::ibv_modify_srq$descriptor);
    private static final ControlFunction QUERY_SRQ = new ControlFunction("ibv_query_srq",
        ffm_verbs_h::ibv_query_srq$address, ffm_verbs_h::ibv_query_srq$descriptor);
    private static final ControlFunction DESTROY_SRQ = new ControlFunction("ibv_destroy_srq",
        ffm_verbs_h::ibv_destroy_srq$address, ffm_verbs_h::ibv_destroy_srq$descriptor);

    private final IbverbsContext context;
    private final MemorySegment queue;
    private final long queueAddress;
    private final boolean allowsCriticalCalls;

    /** Written and read only by the thread that the queue is confined to. */
    private boolean criticalCalls;
    private final long postReceiveFunction;

    IbverbsSharedReceiveQueue(final IbverbsContext context, final MemorySegment queue, final long function) {
        this.context = context;
        this.queue = queue;
        this.queueAddress = queue.address();
        this.allowsCriticalCalls = context.allowsCriticalCalls();
        this.postReceiveFunction = function;
        context.remember(queue, this);
    }

    static IbverbsSharedReceiveQueue create(
        final IbverbsContext context, final MemorySegment domain, final MemorySegment initAttributes)
        throws ProviderException {
        final long function = HeaderDispatch.operation(
            context.structure(), ibv_context_ops.post_srq_recv$offset(), "ibv_post_srq_recv");
        final MemorySegment sizes = SharedReceiveQueueCreationLayout.attributes(initAttributes);
        // Read before the call, because drivers write to these sizes.
        final String text = "max_wr=" + sizes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS)
            + ", max_sge=" + sizes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.ELEMENTS);
        return new IbverbsSharedReceiveQueue(context, CREATE_SRQ.pointer(() -> text, domain, initAttributes), function);
    }

    MemorySegment structure() {
        return queue;
    }

    @Override
    public int postReceive(final RequestMemory first) {
        return DataPath.post(
            criticalCalls, postReceiveFunction, queueAddress, first.address(), first.badRequestAddress());
    }

    @Override
    public void modify(final MemorySegment attributes, final int mask) throws ProviderException {
        final Supplier<String> text = () -> "mask=" + mask
            + ", max_wr=" + attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS)
            + ", srq_limit=" + attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.LIMIT);
        MODIFY_SRQ.status(text, queue, attributes, mask);
    }

    @Override
    public void query(final MemorySegment attributes) throws ProviderException {
        QUERY_SRQ.status(() -> "", queue, attributes);
    }

    @Override
    public void confine() {
        criticalCalls = allowsCriticalCalls;
    }

    @Override
    public long nativeAddress() {
        return queue.address();
    }

    @Override
    public void close() throws ProviderException {
        DESTROY_SRQ.free(context, () -> "", queue);
        context.forget(queue, this);
    }
}
