// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_context_ops;
import dev.ffmverbs.jextract.ibv_cq;
import dev.ffmverbs.jextract.verbs_context;
import dev.ffmverbs.spi.CompletionMemory;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.layout.CompletionQueueAttributesLayout;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** A completion queue: {@code struct ibv_cq}. */
@SuppressWarnings("restricted")
class IbverbsCompletionQueue implements CompletionQueueOperations {

    private static final ControlFunction CREATE_CQ = new ControlFunction("ibv_create_cq",
        ffm_verbs_h::ibv_create_cq$address, ffm_verbs_h::ibv_create_cq$descriptor);
    private static final ControlFunction RESIZE_CQ = new ControlFunction("ibv_resize_cq",
        ffm_verbs_h::ibv_resize_cq$address, ffm_verbs_h::ibv_resize_cq$descriptor);
    private static final ControlFunction DESTROY_CQ = new ControlFunction("ibv_destroy_cq",
        ffm_verbs_h::ibv_destroy_cq$address, ffm_verbs_h::ibv_destroy_cq$descriptor);

    private final IbverbsContext context;
    private final MemorySegment queue;
    private final boolean allowsCriticalCalls;

    /** Written and read only by the thread that the queue is confined to. */
    private boolean criticalCalls;
    private final long queueAddress;
    private final long pollFunction;
    private final long notifyFunction;

    /**
     * Wraps a queue.
     *
     * @param context       the context it was created from.
     * @param queue         the {@code struct ibv_cq}.
     * @param allowsCriticalCalls whether polling may keep the thread from safepoints.
     * @throws ProviderException when the driver cannot poll.
     */
    IbverbsCompletionQueue(final IbverbsContext context, final MemorySegment queue, final boolean allowsCriticalCalls)
        throws ProviderException {
        this.context = context;
        this.queue = queue.reinterpret(ibv_cq.sizeof());
        this.queueAddress = queue.address();
        this.allowsCriticalCalls = allowsCriticalCalls;
        this.pollFunction = HeaderDispatch.operation(
            context.structure(), ibv_context_ops.poll_cq$offset(), "ibv_poll_cq");
        this.notifyFunction = HeaderDispatch.operation(
            context.structure(), ibv_context_ops.req_notify_cq$offset(), "ibv_req_notify_cq");
        context.remember(queue, this);
    }

    static IbverbsCompletionQueue create(
        final IbverbsContext context, final int minimumEntries, final IbverbsCompletionChannel channel,
        final int completionVector) throws ProviderException {
        final MemorySegment queue = CREATE_CQ.pointer(
            () -> "entries=" + minimumEntries + ", vector=" + completionVector, context.structure(), minimumEntries,
            MemorySegment.NULL, channel == null ? MemorySegment.NULL : channel.structure(), completionVector);
        return new IbverbsCompletionQueue(context, queue, context.allowsCriticalCalls());
    }

    final MemorySegment structure() {
        return queue;
    }

    static void destroy(final IbverbsContext context, final MemorySegment queue, final Supplier<String> text)
        throws ProviderException {
        DESTROY_CQ.free(context, text, queue);
    }

    @Override
    public int capacity() {
        return ibv_cq.cqe(queue);
    }

    @Override
    public int poll(final int maximum, final CompletionMemory completions) {
        return DataPath.poll(criticalCalls, pollFunction, queueAddress, maximum, completions.address());
    }

    @Override
    public int requestNotification(final boolean solicitedOnly) {
        return DataPath.requestNotification(notifyFunction, queueAddress, solicitedOnly);
    }

    @Override
    public void resize(final int minimumEntries) throws ProviderException {
        RESIZE_CQ.status(() -> "entries=" + minimumEntries, queue, minimumEntries);
    }

    @Override
    public void modify(final MemorySegment attributes) throws ProviderException {
        final Supplier<String> text = () -> CompletionQueueAttributesLayout.describe(attributes);
        HeaderDispatch.requireExtended(context.structure(), verbs_context.modify_cq$offset(),
            verbs_context.modify_cq::descriptor, "ibv_modify_cq", text).status(text, queue, attributes);
    }

    @Override
    public void confine() {
        criticalCalls = allowsCriticalCalls;
    }

    @Override
    public final long nativeAddress() {
        return queue.address();
    }

    @Override
    public void close() throws ProviderException {
        destroy(context, queue, () -> "entries=" + capacity());
        context.forget(queue, this);
    }
}
