// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_qp_attr;
import dev.ffmverbs.jextract.ibv_qp_init_attr;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.softroce.port.PortQueuePair;
import dev.ffmverbs.softroce.port.QueuePairOwner;
import dev.ffmverbs.softroce.transport.AsynchronousEvents;
import dev.ffmverbs.softroce.transport.ConnectionState;
import dev.ffmverbs.softroce.transport.ReceiveQueue;
import dev.ffmverbs.softroce.transport.ReliableConnection;
import dev.ffmverbs.softroce.transport.SendQueue;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.RequestMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

/** A queue pair of a reliable connection: its queues, and its place at the port. */
final class SoftQueuePair implements QueuePairOperations, QueuePairOwner {

    private final SoftContext context;
    private final Port port;
    private final SoftCompletionQueue sendCompletions;
    private final SoftCompletionQueue receiveCompletions;
    private final SoftSharedReceiveQueue sharedReceives;
    private final boolean signalAll;

    private final Arena arena = Arena.ofShared();
    private final SendQueue sends;
    private final ReceiveQueue receives;
    private final ReentrantLock postingSends = new ReentrantLock();
    private final ReentrantLock postingReceives = new ReentrantLock();
    private final PortQueuePair place;
    private final ReliableConnection connection;

    /** Guarded by the dispatch lock, like the next. */
    private final QueuePairSettings settings;
    private boolean tellsWhenDrained;

    SoftQueuePair(
        final SoftProtectionDomain domain, final MemorySegment initAttributes,
        final SoftCompletionQueue sendCompletions, final SoftCompletionQueue receiveCompletions,
        final SoftSharedReceiveQueue sharedReceives) {
        this.context = domain.context();
        this.port = context.port();
        this.sendCompletions = sendCompletions;
        this.receiveCompletions = receiveCompletions;
        this.sharedReceives = sharedReceives;
        this.signalAll = ibv_qp_init_attr.sq_sig_all(initAttributes) != 0;
        final MemorySegment sizes = ibv_qp_init_attr.cap(initAttributes);
        this.sends = QueueSizes.sendQueue(arena, sizes);
        this.receives = sharedReceives == null ? QueueSizes.receiveQueue(arena, sizes) : sharedReceives.queue();
        this.settings = new QueuePairSettings(arena, port.local());
        this.place = port.add(this, number -> new ReliableConnection(arena, number, domain.number(),
            port.transport(), sends, receives, sendCompletions, receiveCompletions, signalAll));
        this.connection = place.connection();
        QueueSizes.write(sizes, sends, receives);
        join();
    }

    private void join() {
        port.lock();
        try {
            sendCompletions.add(place);
            receiveCompletions.add(place);
        } finally {
            port.unlock();
        }
    }

    @Override
    public int number() {
        return connection.number();
    }

    @Override
    public void modify(final MemorySegment attributes, final int mask) throws ProviderException {
        final boolean changesState = (mask & ffm_verbs_h.IBV_QP_STATE()) != 0;
        // What is posted at the same time is posted either before the change or after it.
        postingSends.lock();
        postingReceives.lock();
        port.lock();
        try {
            final int present = connection.state().value();
            final int target = changesState ? ibv_qp_attr.qp_state(attributes) : present;
            check(attributes, mask, present, target);
            change(attributes, mask, present, target);
            port.markReady(place);
        } catch (final IllegalArgumentException | IllegalStateException e) {
            final int state = ibv_qp_attr.qp_state(attributes);
            throw new ProviderException("ibv_modify_qp", "number=" + number()
                + (changesState ? ", qp_state=" + state + " (" + ConnectionState.nameOf(state) + ")" : "")
                + ", mask=" + QueuePairTransition.describe(mask).replace(", ", "|"), Errno.EINVAL, e.getMessage());
        } finally {
            port.unlock();
            postingReceives.unlock();
            postingSends.unlock();
        }
    }

    private void check(final MemorySegment attributes, final int mask, final int present, final int target) {
        if ((mask & ffm_verbs_h.IBV_QP_CUR_STATE()) != 0 && ibv_qp_attr.cur_qp_state(attributes) != present) {
            throw new IllegalArgumentException("cur_qp_state is "
                + ConnectionState.nameOf(ibv_qp_attr.cur_qp_state(attributes)) + ", but the queue pair is in state "
                + ConnectionState.nameOf(present));
        }
        final String flaw = QueuePairTransition.flaw(present, target, mask);
        if (flaw != null) {
            throw new IllegalArgumentException(flaw);
        }
        settings.check(attributes, mask);
    }

    private void change(final MemorySegment attributes, final int mask, final int present, final int target) {
        if (target == ffm_verbs_h.IBV_QPS_RESET()) {
            connection.reset();
            settings.clear();
        } else if (target == ffm_verbs_h.IBV_QPS_ERR()) {
            connection.error();
        } else if (present == ffm_verbs_h.IBV_QPS_RESET()) {
            connection.initialize(ibv_qp_attr.qp_access_flags(attributes));
        } else if (target == ffm_verbs_h.IBV_QPS_RTR()) {
            connection.readyToReceive(settings.receiving(attributes));
        } else if (present == ffm_verbs_h.IBV_QPS_RTR()) {
            connection.readyToSend(settings.sending(attributes));
        } else if (target == ffm_verbs_h.IBV_QPS_SQD() && present != target) {
            tellsWhenDrained = (mask & ffm_verbs_h.IBV_QP_EN_SQD_ASYNC_NOTIFY()) != 0
                && ibv_qp_attr.en_sqd_async_notify(attributes) != 0;
            connection.drain();
        } else if (present == ffm_verbs_h.IBV_QPS_SQD() && present != target) {
            connection.resume();
        }
        if ((mask & ffm_verbs_h.IBV_QP_ACCESS_FLAGS()) != 0) {
            connection.remoteRights(ibv_qp_attr.qp_access_flags(attributes));
        }
        if ((mask & ffm_verbs_h.IBV_QP_MIN_RNR_TIMER()) != 0) {
            connection.minRnrTimer(ibv_qp_attr.min_rnr_timer(attributes));
        }
        settings.keep(attributes, mask);
    }

    @Override
    public void query(final MemorySegment attributes, final int mask, final MemorySegment initAttributes) {
        port.lock();
        try {
            settings.copyTo(attributes);
        } finally {
            port.unlock();
        }
        final int state = connection.state().value();
        ibv_qp_attr.qp_state(attributes, state);
        ibv_qp_attr.cur_qp_state(attributes, state);
        ibv_qp_attr.path_mig_state(attributes, ffm_verbs_h.IBV_MIG_MIGRATED());
        QueueSizes.write(ibv_qp_attr.cap(attributes), sends, receives);
        ibv_qp_init_attr.qp_type(initAttributes, ffm_verbs_h.IBV_QPT_RC());
        ibv_qp_init_attr.sq_sig_all(initAttributes, signalAll ? 1 : 0);
        QueueSizes.write(ibv_qp_init_attr.cap(initAttributes), sends, receives);
    }

    @Override
    public int postSend(final RequestMemory first) {
        final int errno;
        postingSends.lock();
        try {
            errno = connection.state().acceptsSends() ? WorkRequests.postSends(sends, first)
                : WorkRequests.refuse(first, first, Errno.EINVAL);
        } finally {
            postingSends.unlock();
        }
        port.sendPosted(place);
        return errno;
    }

    @Override
    public int postReceive(final RequestMemory first) {
        final int errno;
        postingReceives.lock();
        try {
            errno = connection.state().acceptsReceives() && sharedReceives == null
                ? WorkRequests.postReceives(receives, first)
                : WorkRequests.refuse(first, first, Errno.EINVAL);
        } finally {
            postingReceives.unlock();
        }
        // Between what was posted and the look at the state, as one stands between the state and the flush.
        VarHandle.fullFence();
        if (connection.state() == ConnectionState.ERROR) {
            port.sendPosted(place);
        }
        return errno;
    }

    @Override
    public void onEvent(final int type) {
        if (type != AsynchronousEvents.SEND_QUEUE_DRAINED || tellsWhenDrained) {
            context.happened(type, this);
        }
    }

    @Override
    public void onPacketProcessed() {
        if (sharedReceives != null) {
            sharedReceives.checkLimit();
        }
    }

    @Override
    public void close() {
        port.remove(place);
        port.lock();
        try {
            sendCompletions.remove(place);
            receiveCompletions.remove(place);
        } finally {
            port.unlock();
        }
        context.forget(this);
        arena.close();
    }
}
