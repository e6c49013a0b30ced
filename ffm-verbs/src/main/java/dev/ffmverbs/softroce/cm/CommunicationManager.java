// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.ConnectionParameterData;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The communication manager of one device: its listeners and its ends of connections.
 *
 * <p>The device hands it what arrives ({@link #receive}, {@link #communicationEstablished}) and wakes it in time
 * ({@link #tick}); {@link SoftConnectionManager}s of applications listen and connect through it. It sends through its
 * {@link ManagementPort}, after its own lock is released.
 *
 * <p>Thread-safe.
 */
public final class CommunicationManager {

    private static final int PSN_BOUND = 1 << 24;

    private record Outgoing(Inet4Address peer, ManagementMessage message) {
    }

    private final ManagementPort port;
    private final Inet4Address localAddress;
    private final CommunicationSettings settings;
    private final SecureRandom random;
    private final PortNumbers portNumbers;
    private final AtomicLongArray counts = new AtomicLongArray(CommunicationCounter.values().length);
    private final EndpointContext context;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, RequestListener> listeners = new HashMap<>();
    private final EndpointTable endpoints = new EndpointTable();
    private final TimerQueue timers = new TimerQueue();
    private List<Outgoing> outgoing = new ArrayList<>();

    /**
     * Creates the communication manager of a device.
     *
     * @param port     the device; its identifier and address are asked for once, here.
     * @param settings how patient to be.
     * @param random   source of communication ids, transaction ids and starting packet sequence numbers.
     */
    public CommunicationManager(
        final ManagementPort port, final CommunicationSettings settings, final SecureRandom random) {
        this.port = port;
        this.localAddress = port.localAddress();
        this.settings = settings;
        this.random = random;
        this.portNumbers = new PortNumbers(random);
        this.context = new Context(port.guid());
    }

    /**
     * Takes a management datagram.
     *
     * @param source   address it came from, as the packet's checksum confirmed it.
     * @param datagram its bytes, from position to limit; they are copied. Whatever they are, nothing is thrown.
     */
    public void receive(final Inet4Address source, final ByteBuffer datagram) {
        increment(CommunicationCounter.RECEIVED);
        final ManagementMessage message = ManagementMessage.parse(datagram);
        if (message == null) {
            increment(CommunicationCounter.DROPPED_MALFORMED);
            return;
        }
        final long nowNs = port.nanoTime();
        final int maximumMtu = message.type() == MessageType.REQUEST ? port.pathMtu(source) : 0;
        locked(() -> {
            if (message.type() == MessageType.REQUEST) {
                onRequest(source, message, maximumMtu, nowNs);
            } else {
                onOther(source, message, nowNs);
            }
            return true;
        });
    }

    /**
     * Does what time asks for: sends again, gives up, forgets. To be called when {@link #untilNextDeadlineNs} is up;
     * calling more often does no harm.
     */
    public void tick() {
        final long nowNs = port.nanoTime();
        locked(() -> {
            ConnectionEndpoint due = timers.pollDue(nowNs);
            while (due != null) {
                due.expire(nowNs);
                due = timers.pollDue(nowNs);
            }
            return true;
        });
    }

    /**
     * How long the device may wait before it calls {@link #tick}.
     *
     * @return nanoseconds, 0 when it is time; {@link Long#MAX_VALUE} when nothing waits for time to pass.
     */
    public long untilNextDeadlineNs() {
        final long nowNs = port.nanoTime();
        lock.lock();
        try {
            return timers.isEmpty() ? Long.MAX_VALUE : Math.max(0, timers.firstNs() - nowNs);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes note that the first packet came for a queue pair: as good as the last message of the handshake, should that
     * be lost ({@code IBV_EVENT_COMM_EST}).
     *
     * @param queuePairNumber number of our queue pair; any number does no harm.
     */
    public void communicationEstablished(final int queuePairNumber) {
        locked(() -> {
            final ConnectionEndpoint endpoint = endpoints.awaitingPeer(queuePairNumber);
            if (endpoint != null) {
                endpoint.onPeerReady();
            }
            return true;
        });
    }

    /** Tells all peers, once, that this device is about to close; afterwards nobody listens. */
    public void close() {
        final long nowNs = port.nanoTime();
        locked(() -> {
            listeners.clear();
            endpoints.all().forEach(endpoint -> endpoint.abandon(nowNs));
            return true;
        });
    }

    /**
     * Reads a counter.
     *
     * @param counter which one.
     * @return its count so far.
     */
    public long get(final CommunicationCounter counter) {
        return counts.get(counter.ordinal());
    }

    private void increment(final CommunicationCounter counter) {
        counts.incrementAndGet(counter.ordinal());
    }

    ManagementPort port() {
        return port;
    }

    CommunicationSettings settings() {
        return settings;
    }

    PortNumbers portNumbers() {
        return portNumbers;
    }

    boolean listen(final int portNumber, final RequestListener listener) {
        return locked(() -> listeners.putIfAbsent(portNumber, listener) == null);
    }

    void stopListening(final int portNumber, final RequestListener listener) {
        locked(() -> listeners.remove(portNumber, listener));
    }

    ConnectionEndpoint connect(
        final InetSocketAddress local, final InetSocketAddress remote, final ConnectionParameterData parameters,
        final int trafficClass, final int acknowledgeTimeout, final EndpointObserver observer) {
        final Inet4Address peer = (Inet4Address) remote.getAddress();
        final ManagementMessage request = Messages.request(
            local, remote, port.pathMtu(peer), parameters, settings, random.nextLong())
            .set(RequestFields.STARTING_PSN, random.nextInt(PSN_BOUND))
            .set(RequestFields.TRAFFIC_CLASS, trafficClass)
            .set(RequestFields.CHANNEL_ADAPTER_GUID, context.guid());
        if (acknowledgeTimeout != 0) {
            request.set(RequestFields.ACKNOWLEDGE_TIMEOUT, acknowledgeTimeout);
        }
        final long nowNs = port.nanoTime();
        final ConnectionEndpoint[] created = new ConnectionEndpoint[1];
        locked(() -> {
            created[0] = ConnectionEndpoint.requesting(context, peer, newLocalId(), request, observer);
            created[0].start(nowNs);
            return true;
        });
        return created[0];
    }

    boolean accept(final ConnectionEndpoint endpoint, final ConnectionParameterData parameters) {
        final long nowNs = port.nanoTime();
        return locked(() -> endpoint.accept(parameters, nowNs));
    }

    boolean establish(final ConnectionEndpoint endpoint) {
        return locked(endpoint::establish);
    }

    boolean reject(final ConnectionEndpoint endpoint, final byte[] privateData) {
        final long nowNs = port.nanoTime();
        return locked(() -> endpoint.reject(privateData, nowNs));
    }

    boolean disconnect(final ConnectionEndpoint endpoint) {
        final long nowNs = port.nanoTime();
        return locked(() -> endpoint.disconnect(nowNs));
    }

    void abandon(final ConnectionEndpoint endpoint) {
        final long nowNs = port.nanoTime();
        locked(() -> {
            endpoint.abandon(nowNs);
            return true;
        });
    }

    /** Ends of connections that are not yet forgotten. */
    int endpointCount() {
        lock.lock();
        try {
            return endpoints.size();
        } finally {
            lock.unlock();
        }
    }

    /** State and terms of an endpoint at one moment. */
    EndpointView view(final ConnectionEndpoint endpoint) {
        lock.lock();
        try {
            return new EndpointView(endpoint.state(), endpoint.terms());
        } finally {
            lock.unlock();
        }
    }

    private void onRequest(
        final Inet4Address source, final ManagementMessage request, final int maximumMtu, final long nowNs) {
        final ConnectionEndpoint known = endpoints.ofPeerId(source, request.getInt(MessageField.LOCAL_ID));
        if (known != null) {
            known.onRequestAgain();
            return;
        }
        final AddressHeader addresses = AddressHeader.read(request);
        final int reason =
            RequestAdmission.reasonToRefuse(request, addresses, source, localAddress, maximumMtu);
        if (reason != RequestAdmission.ADMITTED) {
            increment(CommunicationCounter.REFUSED_INVALID);
            context.send(source, reason == RejectReason.INVALID_PATH_MTU
                ? Messages.refusal(request, reason).set(AnswerFields.INFORMATION_BYTES, 1)
                    .set(AnswerFields.INFORMATION_BYTE, maximumMtu)
                : Messages.refusal(request, reason));
        } else {
            endpoints.requesting(source).forEach(ConnectionEndpoint::onPeerAlive);
            if (!refusedAsStale(source, request, request.getInt(RequestFields.QUEUE_PAIR), nowNs)) {
                offer(source, request, addresses);
            }
        }
    }

    private void offer(
        final Inet4Address source, final ManagementMessage request, final AddressHeader addresses) {
        final RequestListener listener =
            listeners.get(ServiceId.port(request.get(RequestFields.SERVICE_ID)));
        if (listener == null) {
            increment(CommunicationCounter.REFUSED_NO_LISTENER);
            context.send(source, Messages.refusal(request, RejectReason.INVALID_SERVICE_ID));
            return;
        }
        final ConnectionEndpoint endpoint = ConnectionEndpoint.requested(
            context, source, newLocalId(), request, random.nextInt(PSN_BOUND));
        if (!endpoints.isFull() && listener.requested(endpoint, addresses, request)) {
            endpoints.file(endpoint);
        } else {
            increment(CommunicationCounter.DROPPED_BACKLOG);
        }
    }

    private boolean refusedAsStale(
        final Inet4Address source, final ManagementMessage message, final int queuePair, final long nowNs) {
        final ConnectionEndpoint stale = endpoints.ofPeerQueuePair(source, queuePair);
        if (stale == null) {
            return false;
        }
        increment(CommunicationCounter.REFUSED_STALE);
        context.send(source, Messages.refusal(message, RejectReason.STALE_CONNECTION));
        stale.supersede(nowNs);
        return true;
    }

    private void onOther(final Inet4Address source, final ManagementMessage message, final long nowNs) {
        ConnectionEndpoint endpoint = endpoints.ofLocalId(message.getInt(MessageField.REMOTE_ID));
        if (endpoint == null && message.type() == MessageType.REJECTION) {
            endpoint = endpoints.ofPeerId(source, message.getInt(MessageField.LOCAL_ID));
        }
        if (endpoint == null) {
            onStray(source, message);
        } else if (!endpoint.peer().equals(source)) {
            increment(CommunicationCounter.DROPPED_PEER);
        } else {
            dispatch(endpoint, message, nowNs);
        }
    }

    /** Answers a message to a connection that is not, or no more, so that its sender learns it and stops. */
    private void onStray(final Inet4Address source, final ManagementMessage message) {
        increment(CommunicationCounter.DROPPED_UNKNOWN);
        if (message.type() == MessageType.DISCONNECT_REQUEST) {
            context.send(source, Messages.disconnectReply(message));
        } else if (message.type() == MessageType.REPLY) {
            context.send(source, Messages.refusal(message, RejectReason.INVALID_COMMUNICATION_ID));
        }
    }

    private void dispatch(final ConnectionEndpoint endpoint, final ManagementMessage message, final long nowNs) {
        switch (message.type()) {
            case REPLY -> {
                final boolean first = endpoint.state() == EndpointState.REQUEST_SENT;
                if (!first || !refusedAsStale(
                    endpoint.peer(), message, message.getInt(ReplyFields.QUEUE_PAIR), nowNs)) {
                    endpoint.onReply(message);
                }
            }
            case RECEIPT -> endpoint.onReceipt(message, nowNs);
            case REJECTION -> endpoint.onRejection(message, nowNs);
            case READY_TO_USE -> endpoint.onReadyToUse(message);
            case DISCONNECT_REQUEST -> endpoint.onDisconnectRequest(message, nowNs);
            case DISCONNECT_REPLY -> endpoint.onDisconnectReply(message, nowNs);
            case REQUEST -> throw new IllegalStateException("a request belongs to no connection yet: " + message);
        }
    }

    private int newLocalId() {
        int id = random.nextInt();
        while (id == 0 || endpoints.hasLocalId(id)) {
            id = random.nextInt();
        }
        return id;
    }

    /** Does something under the lock, then sends what it left to be sent, with no lock held. */
    private boolean locked(final BooleanSupplier action) {
        final boolean result;
        final List<Outgoing> toSend;
        final boolean sooner;
        lock.lock();
        try {
            final boolean waited = !timers.isEmpty();
            final long deadlineNs = waited ? timers.firstNs() : 0;
            result = action.getAsBoolean();
            sooner = !timers.isEmpty() && (!waited || timers.firstNs() - deadlineNs < 0);
            toSend = outgoing;
            outgoing = new ArrayList<>();
        } finally {
            lock.unlock();
        }
        for (final Outgoing one : toSend) {
            increment(CommunicationCounter.SENT);
            port.send(one.peer, one.message.datagram());
        }
        if (sooner) {
            port.deadlineMoved();
        }
        return result;
    }

    /** What endpoints need; they use it under the lock. */
    private final class Context implements EndpointContext {

        private final long guid;

        Context(final long guid) {
            this.guid = guid;
        }

        @Override
        public CommunicationSettings settings() {
            return settings;
        }

        @Override
        public long guid() {
            return guid;
        }

        @Override
        public long newTransactionId() {
            return random.nextLong();
        }

        @Override
        public void send(final Inet4Address peer, final ManagementMessage message) {
            outgoing.add(new Outgoing(peer, message));
        }

        @Override
        public void wakeAt(final ConnectionEndpoint endpoint, final long deadlineNs) {
            timers.set(endpoint, deadlineNs);
        }

        @Override
        public void cancelWake(final ConnectionEndpoint endpoint) {
            timers.cancel(endpoint);
        }

        @Override
        public void stateChanged(final ConnectionEndpoint endpoint) {
            endpoints.file(endpoint);
        }

        @Override
        public void count(final CommunicationCounter counter) {
            increment(counter);
        }
    }
}
