// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.port.Notification;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.softroce.port.PortQueuePair;
import dev.ffmverbs.softroce.transport.CompletionSink;
import dev.ffmverbs.spi.CompletionMemory;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.layout.CompletionQueueAttributesLayout;
import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A completion queue. Polling an empty queue runs the port, unless another thread does.
 *
 * <p>A completion that arrives when the queue is full is lost. The queue has then failed, an event reports this, and
 * its queue pairs go to ERROR.
 */
class SoftCompletionQueue implements CompletionQueueOperations, CompletionSink {

    private static final int NOT_ARMED = 0;
    private static final int ARMED_FOR_SOLICITED = 1;
    private static final int ARMED = 2;

    /** Source of a completion that is not that of a datagram. */
    private static final int NO_SOURCE = 0;

    private static final VarHandle NOTIFICATION;

    static {
        try {
            NOTIFICATION = MethodHandles.lookup()
                .findVarHandle(SoftCompletionQueue.class, "notification", int.class).withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SoftContext context;
    private final Port port;
    private final SoftCompletionChannel channel;
    private final BooleanSupplier hasCompletions = () -> !ring().isEmpty();

    private final Announcement announcement = new Announcement();
    private final OverrunEvent overrunEvent = new OverrunEvent();
    /** Its monitor is held while the ring is replaced. */
    private final RingMemory memory = new RingMemory();

    /** Guarded by the dispatch lock. */
    private final Set<PortQueuePair> users = new HashSet<>();

    private final boolean timestamps;
    private volatile CompletionRing ring;
    private volatile int notification = NOT_ARMED;
    private volatile boolean overrun;

    SoftCompletionQueue(final SoftContext context, final int minimumEntries, final SoftCompletionChannel channel) {
        this(context, minimumEntries, channel, false);
    }

    SoftCompletionQueue(
        final SoftContext context, final int minimumEntries, final SoftCompletionChannel channel,
        final boolean timestamps) {
        this.context = context;
        this.port = context.port();
        this.channel = channel;
        this.timestamps = timestamps;
        this.ring = new CompletionRing(memory, minimumEntries, timestamps);
    }

    private CompletionRing ring() {
        return ring;
    }

    /** Records that a connection reports completions here, under the dispatch lock. */
    void add(final PortQueuePair user) {
        users.add(user);
    }

    void remove(final PortQueuePair user) {
        users.remove(user);
    }

    @Override
    public int capacity() {
        return ring.capacity();
    }

    @Override
    public int poll(final int maximum, final CompletionMemory completions) {
        return poll(maximum, completions.segment(), WorkCompletionLayout.BYTES);
    }

    /**
     * Polls into memory, which receives one {@code struct ibv_wc} after the other, at a distance that is given. The
     * result is that of a poll.
     */
    final int poll(final int maximum, final MemorySegment target, final long stride) {
        int taken = take(maximum, target, stride);
        if (taken == 0) {
            port.poll(hasCompletions);
            taken = take(maximum, target, stride);
        } else {
            port.countPoll();
        }
        return taken == 0 && overrun ? -Errno.EOVERFLOW : taken;
    }

    /** Takes completions that are already there. */
    final int take(final int maximum, final MemorySegment target, final long stride) {
        int taken = ring.take(maximum, target, stride);
        while (taken == CompletionRing.REPLACED) {
            Thread.onSpinWait();
            taken = ring.take(maximum, target, stride);
        }
        return taken;
    }

    @Override
    public int requestNotification(final boolean solicitedOnly) {
        if (channel == null) {
            return Errno.EINVAL;
        }
        if (!solicitedOnly) {
            notification = ARMED;
        } else {
            NOTIFICATION.compareAndSet(this, NOT_ARMED, ARMED_FOR_SOLICITED);
        }
        return 0;
    }

    @Override
    public void complete(
        final long workRequestId, final int status, final int vendorError, final int operation, final int byteLength,
        final int immediate, final int flags, final int queuePair, final boolean solicited) {
        final CompletionRing ring = this.ring;
        if (ring.isFull()) {
            overrun();
            return;
        }
        ring.add(workRequestId, status, vendorError, operation, byteLength, immediate, flags, queuePair, NO_SOURCE);
        announceIfArmed(solicited || status != CompletionStatuses.SUCCESS);
    }

    @Override
    public void completeDatagram(
        final long workRequestId, final int byteLength, final int immediate, final int flags, final int queuePair,
        final int sourceQueuePair, final boolean solicited) {
        final CompletionRing ring = this.ring;
        if (ring.isFull()) {
            overrun();
            return;
        }
        ring.add(workRequestId, CompletionStatuses.SUCCESS, 0, CompletionOpcodes.RECEIVE, byteLength, immediate, flags,
            queuePair, sourceQueuePair);
        announceIfArmed(solicited);
    }

    private void announceIfArmed(final boolean solicited) {
        if (channel != null) {
            // Between the completion and the check of the notification, because the reader first arms and then checks.
            VarHandle.fullFence();
            announce(solicited);
        }
    }

    private void announce(final boolean solicited) {
        final int armed = notification;
        if (armed == ARMED || armed == ARMED_FOR_SOLICITED && solicited) {
            notification = NOT_ARMED;
            announcement.owed = true;
            port.deliver(announcement);
        }
    }

    /** The announcement on the channel. Guarded by the dispatch lock. */
    private final class Announcement extends Notification {

        private boolean owed;

        @Override
        protected void deliver() {
            if (owed) {
                channel.announce(SoftCompletionQueue.this);
                owed = false;
            }
        }
    }

    /** The event for a lost completion. Guarded by the dispatch lock. */
    private final class OverrunEvent extends Notification {

        private boolean owed;

        @Override
        protected void deliver() {
            if (owed) {
                context.report(EventTypes.COMPLETION_QUEUE_ERROR, SoftCompletionQueue.this);
                owed = false;
            }
        }
    }

    private void overrun() {
        if (!overrun) {
            overrun = true;
            overrunEvent.owed = true;
            port.deliver(overrunEvent);
            for (final PortQueuePair user : users) {
                port.requestError(user);
            }
            if (channel != null) {
                announce(true);
            }
        }
    }

    @Override
    public void resize(final int minimumEntries) throws ProviderException {
        requireEntries("ibv_resize_cq", minimumEntries);
        synchronized (memory) {
            final CompletionRing former = ring;
            final CompletionRing replacement = new CompletionRing(memory, minimumEntries, timestamps);
            try {
                moveTo(replacement);
            } finally {
                memory.giveBack(ring == former ? replacement.memory() : former.memory());
            }
            if (ring == former) {
                throw new ProviderException("ibv_resize_cq", "entries=" + minimumEntries, Errno.EINVAL,
                    "the queue holds more completions than that");
            }
        }
    }

    private void moveTo(final CompletionRing replacement) {
        port.lock();
        try {
            if (ring.moveTo(replacement)) {
                ring = replacement;
            }
        } finally {
            port.unlock();
        }
    }

    /** Returns for how many rings there is memory. */
    int ringBlocks() {
        return memory.blocks();
    }

    @Override
    public void modify(final MemorySegment attributes) throws ProviderException {
        throw new ProviderException("ibv_modify_cq", CompletionQueueAttributesLayout.describe(attributes),
            Errno.EOPNOTSUPP, "software devices raise no interrupts that they could save, NICs do");
    }

    static void requireEntries(final String verb, final int minimumEntries) throws ProviderException {
        if (minimumEntries < 1 || minimumEntries > DeviceLimits.MAX_COMPLETIONS) {
            throw new ProviderException(verb, "entries=" + minimumEntries, Errno.EINVAL,
                "a completion queue holds 1 to " + DeviceLimits.MAX_COMPLETIONS);
        }
    }

    @Override
    public void close() {
        port.lock();
        try {
            announcement.owed = false;
            overrunEvent.owed = false;
        } finally {
            port.unlock();
        }
        if (channel != null) {
            channel.forget(this);
        }
        context.forget(this);
        memory.close();
    }

    @Override
    public String toString() {
        final CompletionRing present = ring;
        return "SoftCompletionQueue" + (present == null ? "" : " of " + present.capacity() + " entries")
            + (overrun ? ", overrun" : "");
    }
}
