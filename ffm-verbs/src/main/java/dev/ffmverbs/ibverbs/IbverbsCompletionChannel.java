// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_comp_channel;
import dev.ffmverbs.spi.CompletionChannelOperations;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;

/** A completion channel: {@code struct ibv_comp_channel}. */
@SuppressWarnings("restricted")
final class IbverbsCompletionChannel implements CompletionChannelOperations {

    private static final ControlFunction CREATE_COMP_CHANNEL = new ControlFunction("ibv_create_comp_channel",
        ffm_verbs_h::ibv_create_comp_channel$address, ffm_verbs_h::ibv_create_comp_channel$descriptor);
    private static final ControlFunction DESTROY_COMP_CHANNEL = new ControlFunction("ibv_destroy_comp_channel",
        ffm_verbs_h::ibv_destroy_comp_channel$address, ffm_verbs_h::ibv_destroy_comp_channel$descriptor);
    private static final ControlFunction GET_CQ_EVENT = new ControlFunction("ibv_get_cq_event",
        ffm_verbs_h::ibv_get_cq_event$address, ffm_verbs_h::ibv_get_cq_event$descriptor);

    private final IbverbsContext context;
    private final MemorySegment channel;
    private final EventDescriptor events;

    /** The memory of the last wait. A thread that waits repeatedly takes it and puts it back. */
    private final AtomicReference<ChannelWait> spare = new AtomicReference<>();

    /** Address of the queue that last made an announcement. */
    private volatile Long lastAnnounced = 0L;

    /** Whether the structure is destroyed. A second attempt to close this object must not destroy it again. */
    private boolean destroyed;

    IbverbsCompletionChannel(final IbverbsContext context, final MemorySegment channel)
        throws ProviderException {
        this.context = context;
        this.channel = channel;
        this.events = new EventDescriptor(ibv_comp_channel.fd(channel));
    }

    static IbverbsCompletionChannel create(final IbverbsContext context) throws ProviderException {
        final MemorySegment channel = CREATE_COMP_CHANNEL.pointer(() -> "", context.structure())
            .reinterpret(ibv_comp_channel.sizeof());
        boolean complete = false;
        try {
            final IbverbsCompletionChannel created = new IbverbsCompletionChannel(context, channel);
            complete = true;
            return created;
        } finally {
            if (!complete) {
                ffm_verbs_h.ibv_destroy_comp_channel(channel);
            }
        }
    }

    MemorySegment structure() {
        return channel;
    }

    @Override
    public OptionalInt fileDescriptor() {
        return OptionalInt.of(events.descriptor());
    }

    @Override
    public CompletionQueueOperations awaitEvent(final long timeoutNs) throws ProviderException {
        if (timeoutNs <= 0 || Thread.currentThread().isVirtual()) {
            return awaitAnyEvent(timeoutNs);
        }
        final ChannelWait former = spare.getAndSet(null);
        final ChannelWait wait =
            former == null ? new ChannelWait(events.descriptor(), events.wakeUpDescriptor()) : former;
        try {
            return awaitEvent(wait, timeoutNs);
        } finally {
            spare.set(wait);
        }
    }

    private CompletionQueueOperations awaitEvent(final ChannelWait wait, final long timeoutNs)
        throws ProviderException {
        final long startNs = System.nanoTime();
        for (long leftNs = timeoutNs; leftNs > 0; leftNs = timeoutNs - (System.nanoTime() - startNs)) {
            if (!wait.await(Math.min(leftNs, EventDescriptor.INTERRUPT_CHECK_NS))) {
                return awaitAnyEvent(leftNs);
            }
            if (wait.hasEvent()) {
                final long announced = wait.takeEvent(channel.address());
                final CompletionQueueOperations known = announced == 0 ? takeEvent() : acknowledge(announced);
                if (known != null) {
                    return known;
                }
            } else if (wait.takeWakeUp() || Thread.currentThread().isInterrupted()) {
                return null;
            }
        }
        return null;
    }

    /** Finds the queue before the event is acknowledged. Afterwards, another queue may be at its address. */
    private CompletionQueueOperations acknowledge(final long queueAddress) {
        try {
            return find(queueAddress);
        } finally {
            ChannelCalls.acknowledge(queueAddress);
        }
    }

    private CompletionQueueOperations find(final long queueAddress) {
        Long key = lastAnnounced;
        if (key != queueAddress) {
            key = queueAddress;
            lastAnnounced = key;
        }
        return context.completionQueue(key);
    }

    /** Does the same for any thread and timeout. */
    private CompletionQueueOperations awaitAnyEvent(final long timeoutNs) throws ProviderException {
        final long startNs = System.nanoTime();
        long remainingNs = timeoutNs;
        while (events.await(remainingNs)) {
            final CompletionQueueOperations announced = takeEvent();
            if (announced != null) {
                return announced;
            }
            remainingNs = Math.max(0, timeoutNs - (System.nanoTime() - startNs));
        }
        return null;
    }

    /** Returns the queue of the pending event; null when another thread took it, or the queue has been closed. */
    private CompletionQueueOperations takeEvent() throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment queue = arena.allocate(ValueLayout.ADDRESS);
            final MemorySegment userContext = arena.allocate(ValueLayout.ADDRESS);
            GET_CQ_EVENT.status(() -> "", channel, queue, userContext);
            final MemorySegment announced = queue.get(ValueLayout.ADDRESS, 0);
            final CompletionQueueOperations known = context.completionQueue(announced);
            ffm_verbs_h.ibv_ack_cq_events(announced, 1);
            return known;
        } catch (final ProviderException e) {
            if (e.errno() == Errno.EAGAIN) {
                return null;
            }
            throw e;
        }
    }

    /** Without the device, the library still counts the queues of the channel, and does not close its descriptor. */
    private void destroy() throws ProviderException {
        try {
            DESTROY_COMP_CHANNEL.status(() -> "", channel);
        } catch (final ProviderException e) {
            context.requireRemoved(e);
            final int ignored = ffm_verbs_h.close(events.descriptor());
        }
    }

    @Override
    public void wakeUp() {
        events.wakeUp();
    }

    @Override
    public long nativeAddress() {
        return channel.address();
    }

    @Override
    public void close() throws ProviderException {
        if (!destroyed) {
            destroy();
            destroyed = true;
        }
        events.close();
    }
}
