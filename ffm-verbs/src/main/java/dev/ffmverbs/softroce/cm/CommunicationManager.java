// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.spi.Closing;
import dev.ffmverbs.spi.ConnectionParameterData;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The communication manager of one device: its listeners and the endpoints of its connections.
 *
 * <p>The device passes on arriving datagrams and packets ({@link #receive}, {@link #onFirstPacket}, {@link
 * #onSignOfLife}) and calls {@link #tick} in time. The {@link SoftConnectionManager}s of applications listen and
 * connect through this object. It sends through its {@link ManagementDevice}, and only after it has released its own
 * lock.
 *
 * <p>Thread-safe.
 */
public final class CommunicationManager {

    private final ManagementDevice device;
    private final CommunicationSettings settings;
    private final Map<PortSpace, PortNumbers> portNumbers = new EnumMap<>(PortSpace.class);
    private final CommunicationCounters counters = new CommunicationCounters();

    private final EndpointContext context;
    private final CommunicationLock lock;
    private final DatagramServices datagrams;
    private final IncomingRequests requests;
    private final IncomingMessages messages;

    /**
     * Creates the communication manager of a device.
     *
     * @param device   the device; its identifier and address are read once, here.
     * @param settings time limits and retries.
     * @param random   source of communication ids, transaction ids and starting packet sequence numbers.
     */
    public CommunicationManager(
        final ManagementDevice device, final CommunicationSettings settings, final SecureRandom random) {
        this.device = device;
        this.settings = settings;
        for (final PortSpace portSpace : PortSpace.values()) {
            portNumbers.put(portSpace, new PortNumbers(random));
        }
        this.context = new EndpointContext(device, settings, random, counters);
        this.lock = new CommunicationLock(device, context);
        this.datagrams = new DatagramServices(device, context, lock);
        final PeerMessages peerMessages = new PeerMessages(context);
        this.requests = new IncomingRequests(device, context, peerMessages);
        this.messages = new IncomingMessages(context, requests, datagrams, peerMessages);
    }

    /**
     * Handles a management datagram.
     *
     * @param source   address it came from, as the packet's checksum confirmed it.
     * @param datagram its bytes, from position to limit; they are copied. Any bytes are accepted without an exception.
     */
    public void receive(final InetAddress source, final ByteBuffer datagram) {
        counters.increment(CommunicationCounter.RECEIVED);
        final MessageType type = ManagementMessage.typeOf(datagram);
        if (type == null) {
            counters.increment(CommunicationCounter.DROPPED_MALFORMED);
            return;
        }
        final long nowNs = device.nanoTime();
        lock.lock();
        try {
            messages.handle(type, source, datagram, nowNs);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Performs the actions that are due: retransmits messages, gives up, and forgets ended connections. The device must
     * call it when {@link #untilNextDeadlineNs} has passed. More frequent calls are harmless.
     */
    public void tick() {
        final long nowNs = device.nanoTime();
        lock.lock();
        try {
            Timed due = context.timers().firstDue(nowNs);
            while (due != null) {
                due.expire(nowNs);
                due = context.timers().firstDue(nowNs);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns how long the device may wait before it calls {@link #tick}.
     *
     * @return nanoseconds, 0 if something is due now; {@link Long#MAX_VALUE} if there is no deadline.
     */
    public long untilNextDeadlineNs() {
        final long nowNs = device.nanoTime();
        lock.lockToRead();
        try {
            final TimerQueue timers = context.timers();
            return timers.isEmpty() ? Long.MAX_VALUE : Math.max(0, timers.firstNs() - nowNs);
        } finally {
            lock.unlockAfterReading();
        }
    }

    /**
     * Handles the arrival of the first packet for a queue pair. It replaces the last message of the handshake if that
     * was lost ({@code IBV_EVENT_COMM_EST}).
     *
     * @param queuePairNumber number of a queue pair of this device; one without a connection is ignored.
     */
    public void onFirstPacket(final int queuePairNumber) {
        lock.lock();
        try {
            final ConnectionEndpoint endpoint = context.endpoints().liveOfQueuePair(queuePairNumber);
            if (endpoint != null) {
                endpoint.completeReply();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Handles the arrival of a packet from the peer of a queue pair that was {@linkplain ManagementDevice#probe
     * probed}.
     *
     * @param queuePairNumber number of a queue pair of this device; one without a connection is ignored.
     */
    public void onSignOfLife(final int queuePairNumber) {
        lock.lock();
        try {
            final ConnectionEndpoint endpoint = context.endpoints().liveOfQueuePair(queuePairNumber);
            if (endpoint != null) {
                endpoint.onSignOfLife();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Notifies all peers, once, that this device is about to close. Afterwards no listener exists. */
    public void close() {
        Closing.closeAll(List.<Runnable>of(this::abandonAll, lock::makeRemainingCalls), Runnable::run);
    }

    private void abandonAll() {
        final long nowNs = device.nanoTime();
        lock.lock();
        try {
            Closing.closeAll(List.<Runnable>of(requests::stopListening, datagrams::end, () ->
                Closing.closeAll(context.endpoints().all(), endpoint -> endpoint.abandon(nowNs))), Runnable::run);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the value of a counter.
     *
     * @param counter the counter.
     * @return its value.
     */
    public long get(final CommunicationCounter counter) {
        return counters.get(counter);
    }

    ManagementDevice device() {
        return device;
    }

    CommunicationSettings settings() {
        return settings;
    }

    PortNumbers portNumbers(final PortSpace portSpace) {
        return portNumbers.get(portSpace);
    }

    /** Returns the services for datagrams of the device, and of its peers. */
    DatagramServices datagrams() {
        return datagrams;
    }

    /** Adds a listener. Returns false if the port number already has one. */
    boolean listen(final int portNumber, final RequestListener listener) {
        lock.lock();
        try {
            return requests.listen(portNumber, listener);
        } finally {
            lock.unlock();
        }
    }

    void stopListening(final int portNumber, final RequestListener listener) {
        lock.lock();
        try {
            requests.stopListening(portNumber, listener);
        } finally {
            lock.unlock();
        }
    }

    /** Sends a request. The owner receives its endpoint first, and must abandon it if this fails. */
    void connect(
        final InetSocketAddress local, final InetSocketAddress remote, final ConnectionParameterData parameters,
        final int trafficClass, final int acknowledgeTimeout, final EndpointObserver observer,
        final Consumer<ConnectionEndpoint> owner) {
        final InetAddress peer = remote.getAddress();
        final ManagementMessage request = Messages.request(
            local, remote, device.pathMtu(peer), parameters, settings, context.newTransactionId())
            .set(RequestFields.STARTING_PSN, context.newStartingPsn())
            .set(RequestFields.TRAFFIC_CLASS, trafficClass)
            .set(RequestFields.CHANNEL_ADAPTER_GUID, context.guid());
        if (acknowledgeTimeout != 0) {
            request.set(RequestFields.ACKNOWLEDGE_TIMEOUT, acknowledgeTimeout);
        }
        final long nowNs = device.nanoTime();
        lock.lock();
        try {
            context.budgets().makeKnown(peer, nowNs);
            final ConnectionEndpoint endpoint = ConnectionEndpoint.ofOwnRequest(
                context, peer, context.newLocalId(), request, observer);
            owner.accept(endpoint);
            endpoint.start(nowNs);
        } finally {
            lock.unlock();
        }
    }

    boolean accept(final ConnectionEndpoint endpoint, final ConnectionParameterData parameters) {
        final long nowNs = device.nanoTime();
        lock.lock();
        try {
            return endpoint.accept(parameters, nowNs);
        } finally {
            lock.unlock();
        }
    }

    boolean establish(final ConnectionEndpoint endpoint) {
        lock.lock();
        try {
            return endpoint.establish();
        } finally {
            lock.unlock();
        }
    }

    /** Completes a reply by a packet of the peer, if that has not happened yet. */
    void completeReply(final ConnectionEndpoint endpoint) {
        lock.lock();
        try {
            endpoint.completeReply();
        } finally {
            lock.unlock();
        }
    }

    boolean reject(final ConnectionEndpoint endpoint, final byte[] privateData) {
        final long nowNs = device.nanoTime();
        lock.lock();
        try {
            return endpoint.reject(privateData, nowNs);
        } finally {
            lock.unlock();
        }
    }

    boolean disconnect(final ConnectionEndpoint endpoint) {
        final long nowNs = device.nanoTime();
        lock.lock();
        try {
            return endpoint.disconnect(nowNs);
        } finally {
            lock.unlock();
        }
    }

    void abandon(final ConnectionEndpoint endpoint) {
        final long nowNs = device.nanoTime();
        lock.lock();
        try {
            endpoint.abandon(nowNs);
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many endpoints exist, including ended ones that are not forgotten yet. */
    int endpointCount() {
        lock.lockToRead();
        try {
            return context.endpoints().size();
        } finally {
            lock.unlockAfterReading();
        }
    }

    /** Returns how many rejections are kept for retransmission. */
    int keptRejections() {
        lock.lockToRead();
        try {
            return context.rejectedRequests().size();
        } finally {
            lock.unlockAfterReading();
        }
    }

    /** Returns the state and the terms of an endpoint at one moment. */
    ConnectionEndpoint.View view(final ConnectionEndpoint endpoint) {
        lock.lockToRead();
        try {
            return endpoint.view();
        } finally {
            lock.unlockAfterReading();
        }
    }

    @Override
    public String toString() {
        return "CommunicationManager of " + device.deviceName();
    }
}
