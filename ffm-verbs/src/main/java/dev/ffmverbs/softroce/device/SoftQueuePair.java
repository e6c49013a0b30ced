// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.softroce.memory.AllocatedWindow;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.softroce.port.PortQueuePair;
import dev.ffmverbs.softroce.port.QueuePairOwner;
import dev.ffmverbs.softroce.transport.ConnectionState;
import dev.ffmverbs.softroce.transport.QueuePairQueues;
import dev.ffmverbs.softroce.transport.ReceiveQueue;
import dev.ffmverbs.softroce.transport.SendQueue;
import dev.ffmverbs.softroce.transport.TransportService;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.MemoryWindowOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.QueuePairTransition;
import dev.ffmverbs.spi.RequestMemory;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

/** A queue pair: its queues, and its place at the port. */
class SoftQueuePair implements QueuePairOperations, QueuePairOwner {

    /** Attributes that can change in SEND_QUEUE_DRAIN on other devices. */
    private static final int FIXED_IN_DRAIN = QueuePairAttributeFlags.PORT | QueuePairAttributeFlags.ADDRESS
        | QueuePairAttributeFlags.TIMEOUT | QueuePairAttributeFlags.RETRY_COUNT
        | QueuePairAttributeFlags.RNR_RETRY_COUNT | QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS
        | QueuePairAttributeFlags.MAXIMUM_INCOMING_READS | QueuePairAttributeFlags.PARTITION_KEY_INDEX;

    private final SoftContext context;
    private final Port port;
    private final SoftCompletionQueue sendCompletions;
    private final SoftCompletionQueue receiveCompletions;
    private final SoftSharedReceiveQueue sharedReceives;
    private final boolean signalAll;
    private final int type;

    /** The handles that datagrams name; null for a connection. */
    private final AddressHandles addressHandles;

    private final Arena arena;
    private final SendQueue sends;
    private final ReceiveQueue receives;
    private final ReentrantLock postingSends = new ReentrantLock();
    private final ReentrantLock postingReceives = new ReentrantLock();
    private final PortQueuePair place;
    private final TransportService service;

    /** Guarded by the dispatch lock, like the next three fields. */
    private final QueuePairSettings settings;
    private final QueuePairChange change;
    private boolean tellsWhenDrained;
    private boolean closed;

    SoftQueuePair(
        final SoftProtectionDomain domain, final MemorySegment initAttributes,
        final SoftCompletionQueue sendCompletions, final SoftCompletionQueue receiveCompletions,
        final SoftSharedReceiveQueue sharedReceives) {
        this.context = domain.context();
        this.port = context.port();
        this.sendCompletions = sendCompletions;
        this.receiveCompletions = receiveCompletions;
        this.sharedReceives = sharedReceives;
        this.signalAll = initAttributes.get(JAVA_INT, QueuePairCreationLayout.SIGNAL_ALL) != 0;
        this.type = initAttributes.get(JAVA_INT, QueuePairCreationLayout.TYPE);
        this.addressHandles = type == QueuePairTypes.UNRELIABLE_DATAGRAM ? domain.addressHandles() : null;
        final MemorySegment sizes = QueuePairCreationLayout.capacities(initAttributes);
        this.arena = context.queueMemory().newArena();
        this.sends = QueueSizes.sendQueue(arena, sizes, QueuePairFactory.operations(type));
        this.receives = sharedReceives == null ? QueueSizes.receiveQueue(arena, sizes) : sharedReceives.queue();
        this.settings = new QueuePairSettings(arena, context.addresses());
        final QueuePairFactory factory = new QueuePairFactory(arena, domain.number(), port,
            new QueuePairQueues(sends, receives, sendCompletions, receiveCompletions, signalAll));
        // Taken once: on a busy device, each call waits for the lock.
        port.lock();
        try {
            this.place = port.add(this, number -> factory.create(type, number));
            sendCompletions.add(place);
            receiveCompletions.add(place);
        } finally {
            port.unlock();
        }
        this.service = place.service();
        this.change = new QueuePairChange(service, settings);
        QueueSizes.write(sizes, sends, receives);
    }

    @Override
    public int number() {
        return service.number();
    }

    @Override
    public void modify(final MemorySegment attributes, final int mask) throws ProviderException {
        // A concurrent posting happens either before the change or after it.
        postingSends.lock();
        try {
            postingReceives.lock();
            try {
                modifyBetweenPostings(attributes, mask);
            } finally {
                postingReceives.unlock();
            }
        } finally {
            postingSends.unlock();
        }
    }

    private void modifyBetweenPostings(final MemorySegment attributes, final int mask) throws ProviderException {
        port.lock();
        try {
            requireOpen();
            requireSupport(attributes, mask);
            final int present = service.state().value();
            final int target = (mask & QueuePairAttributeFlags.STATE) != 0
                ? attributes.get(JAVA_INT, QueuePairAttributesLayout.STATE) : present;
            final String flaw = flaw(attributes, mask, present, target);
            if (flaw != null) {
                throw refuse(attributes, mask, Errno.EINVAL, flaw);
            }
            final UdpPath path = (mask & QueuePairAttributeFlags.ADDRESS) != 0 ? openPath(attributes, mask) : null;
            if (target == QueuePairStates.SEND_QUEUE_DRAIN && present != target) {
                tellsWhenDrained = (mask & QueuePairAttributeFlags.NOTIFY_WHEN_DRAINED) != 0
                    && attributes.get(JAVA_BYTE, QueuePairAttributesLayout.NOTIFY_WHEN_DRAINED) != 0;
            }
            change.apply(attributes, mask, present, target, path);
            port.markReady(place);
        } finally {
            port.unlock();
        }
    }

    private UdpPath openPath(final MemorySegment attributes, final int mask) throws ProviderException {
        try {
            return settings.path(port.paths(), attributes, number());
        } catch (final IOException e) {
            throw refuse(
                attributes, mask, Errno.EADDRNOTAVAIL, "no socket can be opened for this path: " + e.getMessage());
        }
    }

    /** Refuses a closed queue pair, whose memory may belong to another. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("queue pair " + number() + " of " + port + " is closed");
        }
    }

    private void requireSupport(final MemorySegment attributes, final int mask) throws ProviderException {
        if ((mask & QueuePairAttributeFlags.RATE_LIMIT) != 0) {
            throw refuse(attributes, mask, Errno.EOPNOTSUPP, "software devices do not limit the rate");
        }
    }

    /** Returns what is wrong with a requested change; null for a valid change, which then succeeds. */
    private String flaw(final MemorySegment attributes, final int mask, final int present, final int target) {
        if ((mask & QueuePairAttributeFlags.CURRENT_STATE) != 0) {
            final int expected = attributes.get(JAVA_INT, QueuePairAttributesLayout.CURRENT_STATE);
            if (expected != present) {
                return "cur_qp_state is " + QueuePairStates.name(expected) + ", but the queue pair is in state "
                    + QueuePairStates.name(present);
            }
        }
        final String flaw = QueuePairTransition.flaw(type, present, target, mask);
        if (flaw != null) {
            return flaw;
        }
        final int unchangeable = present == QueuePairStates.SEND_QUEUE_DRAIN ? mask & FIXED_IN_DRAIN : 0;
        return unchangeable == 0 ? settings.flaw(attributes, mask)
            : "software devices do not change " + QueuePairAttributeFlags.describe(unchangeable) + " in "
                + QueuePairStates.name(present);
    }

    private ProviderException refuse(
        final MemorySegment attributes, final int mask, final int errno, final String flaw) {
        return new ProviderException(
            "ibv_modify_qp", QueuePairTransition.describe(number(), attributes, mask), errno, flaw);
    }

    @Override
    public void query(final MemorySegment attributes, final int mask, final MemorySegment initAttributes) {
        port.lock();
        try {
            requireOpen();
            settings.copyTo(attributes);
            final int state = service.state().value();
            attributes.set(JAVA_INT, QueuePairAttributesLayout.STATE, state);
            attributes.set(JAVA_INT, QueuePairAttributesLayout.CURRENT_STATE, state);
            attributes.set(JAVA_BYTE, QueuePairAttributesLayout.DRAINING, (byte) (service.isDraining() ? 1 : 0));
        } finally {
            port.unlock();
        }
        QueueSizes.write(QueuePairAttributesLayout.capacities(attributes), sends, receives);
        initAttributes.set(JAVA_INT, QueuePairCreationLayout.TYPE, type);
        initAttributes.set(JAVA_INT, QueuePairCreationLayout.SIGNAL_ALL, signalAll ? 1 : 0);
        QueueSizes.write(QueuePairCreationLayout.capacities(initAttributes), sends, receives);
    }

    @Override
    public int postSend(final RequestMemory first) {
        final int errno;
        postingSends.lock();
        try {
            errno = service.state().acceptsSends() ? WorkRequests.postSends(sends, addressHandles, first)
                : WorkRequests.refuse(first, first, Errno.EINVAL);
        } finally {
            postingSends.unlock();
        }
        port.sendPosted(place);
        return errno;
    }

    @Override
    public int bindMemoryWindow(final MemoryWindowOperations window, final MemorySegment bind) {
        final int newKey = AllocatedWindow.nextKey(window.rkey());
        final int errno;
        postingSends.lock();
        try {
            errno = acceptsSends() ? WorkRequests.postBind(sends, window.handle(), newKey, bind) : Errno.EINVAL;
        } finally {
            postingSends.unlock();
        }
        if (errno == 0) {
            window.setRkey(newKey);
            sendPosted();
        }
        return errno;
    }

    /**
     * Takes the lock of the send queue, for a batch. The thread claims and publishes requests in {@link #sends()}. It
     * then calls {@link #unlockSends()} and {@link #sendPosted()}.
     */
    final void lockSends() {
        postingSends.lock();
    }

    final void unlockSends() {
        postingSends.unlock();
    }

    /** Returns the handles that datagrams name; null for a connection. */
    final AddressHandles addressHandles() {
        return addressHandles;
    }

    final SendQueue sends() {
        return sends;
    }

    final boolean acceptsSends() {
        return service.state().acceptsSends();
    }

    /** Sends what was posted, unless another thread does. */
    final void sendPosted() {
        port.sendPosted(place);
    }

    @Override
    public int postReceive(final RequestMemory first) {
        final int errno;
        postingReceives.lock();
        try {
            errno = service.state().acceptsReceives() && sharedReceives == null
                ? WorkRequests.postReceives(receives, first)
                : WorkRequests.refuse(first, first, Errno.EINVAL);
        } finally {
            postingReceives.unlock();
        }
        // Between the posting and the check of the state, as there is a fence between the state and the flush.
        VarHandle.fullFence();
        if (service.state() == ConnectionState.ERROR) {
            port.sendPosted(place);
        }
        return errno;
    }

    @Override
    public void attachMulticast(final MemorySegment gid, final int lid) throws ProviderException {
        multicast().attach(gid, lid);
    }

    @Override
    public void detachMulticast(final MemorySegment gid, final int lid) throws ProviderException {
        multicast().detach(gid, lid);
    }

    private MulticastAttachment multicast() {
        return new MulticastAttachment(port, place, type);
    }

    @Override
    public void onEvent(final int type) {
        if (type != EventTypes.SEND_QUEUE_DRAINED || tellsWhenDrained) {
            context.report(type, this);
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
        if (type == QueuePairTypes.UNRELIABLE_DATAGRAM) {
            multicast().detachAll();
        }
        final boolean left;
        postingSends.lock();
        try {
            postingReceives.lock();
            try {
                left = leave();
            } finally {
                postingReceives.unlock();
            }
        } finally {
            postingSends.unlock();
        }
        if (left) {
            // Without the locks, because freeing large queues stops every thread for a moment.
            arena.close();
        }
        context.forget(this);
    }

    /**
     * Leaves the port. The state is then RESET, in which nothing can be posted, and the memory is no longer used.
     * Returns false if the queue pair had already left.
     */
    private boolean leave() {
        port.lock();
        try {
            if (closed) {
                return false;
            }
            port.remove(place);
            port.memory().windows().unbindAllOf(number());
            sendCompletions.remove(place);
            receiveCompletions.remove(place);
            closed = true;
            return true;
        } finally {
            port.unlock();
        }
    }

    @Override
    public String toString() {
        return "SoftQueuePair, " + service;
    }
}
