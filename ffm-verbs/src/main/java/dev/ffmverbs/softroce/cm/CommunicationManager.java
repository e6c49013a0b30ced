// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.ConnectionParameterData;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The communication manager of one device: its listeners and its ends of connections.
 *
 * <p>What comes from the network is believed as far as its sender proves that it knows what only the peer can know, and
 * handled as far as {@link SourceBudgets} allow.
 *
 * <p>The device hands it what arrives ({@link #receive}, {@link #communicationEstablished}, {@link #peerAnswered}) and
 * wakes it in time ({@link #tick}); {@link SoftConnectionManager}s of applications listen and connect through it. It
 * sends through its {@link ManagementPort}, after its own lock is released.
 *
 * <p>Thread-safe.
 */
public final class CommunicationManager {

    private static final int PSN_BOUND = 1 << 24;

    private final ManagementPort port;
    private final CommunicationSettings settings;
    private final SecureRandom random;
    private final PortNumbers portNumbers;
    private final AtomicLongArray counts = new AtomicLongArray(CommunicationCounter.values().length);
    private final EndpointContext context;

    private final ReentrantLock lock = new ReentrantLock();
    private final EndpointTable endpoints = new EndpointTable();
    private final IncomingRequests requests;
    private final SourceBudgets budgets;
    private final TimerQueue timers = new TimerQueue();

    /** What is to be done at the port once the lock is released. */
    private List<Runnable> portWork = new ArrayList<>();

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
        this.settings = settings;
        this.random = random;
        this.portNumbers = new PortNumbers(random);
        this.context = new Context(port.guid());
        this.requests = new IncomingRequests(port, context, endpoints, random);
        this.budgets = new SourceBudgets(random.nextLong(), port.nanoTime());
    }

    /**
     * Takes a management datagram.
     *
     * @param source   address it came from, as the packet's checksum confirmed it.
     * @param datagram its bytes, from position to limit; they are copied. Whatever they are, nothing is thrown.
     */
    public void receive(final Inet4Address source, final ByteBuffer datagram) {
        increment(CommunicationCounter.RECEIVED);
        final MessageType type = ManagementMessage.typeOf(datagram);
        if (type == null) {
            increment(CommunicationCounter.DROPPED_MALFORMED);
            return;
        }
        final long nowNs = port.nanoTime();
        locked(() -> {
            if (type != MessageType.REQUEST) {
                onOther(source, ManagementMessage.parse(datagram), nowNs);
            } else if (budgets.takeRequest(source, ManagementMessage.localIdOf(datagram), nowNs)) {
                requests.handle(source, ManagementMessage.parse(datagram), nowNs);
            } else {
                increment(CommunicationCounter.DROPPED_BUDGET);
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
            final ConnectionEndpoint endpoint = endpoints.liveOfQueuePair(queuePairNumber);
            if (endpoint != null) {
                endpoint.onPeerReady();
            }
            return true;
        });
    }

    /**
     * Takes note that a packet of the peer came for a queue pair that was to {@linkplain ManagementPort#probe probe}
     * it.
     *
     * @param queuePairNumber number of our queue pair; any number does no harm.
     */
    public void peerAnswered(final int queuePairNumber) {
        locked(() -> {
            final ConnectionEndpoint endpoint = endpoints.liveOfQueuePair(queuePairNumber);
            if (endpoint != null) {
                endpoint.onSignOfLife();
            }
            return true;
        });
    }

    /** Tells all peers, once, that this device is about to close; afterwards nobody listens. */
    public void close() {
        final long nowNs = port.nanoTime();
        locked(() -> {
            requests.stopListening();
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
        return locked(() -> requests.listen(portNumber, listener));
    }

    void stopListening(final int portNumber, final RequestListener listener) {
        locked(() -> requests.stopListening(portNumber, listener));
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
            budgets.makeKnown(peer, nowNs);
            created[0] = ConnectionEndpoint.requesting(
                context, peer, endpoints.newLocalId(random), request, observer);
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

    /** Rejections that are kept to be sent again. */
    int keptRejections() {
        lock.lock();
        try {
            return requests.keptRejections();
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

    private boolean refusedAsStale(
        final Inet4Address source, final ManagementMessage reply, final long nowNs) {
        final ConnectionEndpoint stale =
            endpoints.ofPeerQueuePair(source, reply.getInt(ReplyFields.QUEUE_PAIR));
        if (stale == null) {
            return false;
        }
        context.refuseAsStale(source, reply);
        stale.supersede(nowNs);
        return true;
    }

    private void onOther(final Inet4Address source, final ManagementMessage message, final long nowNs) {
        ConnectionEndpoint endpoint = endpoints.ofLocalId(message.getInt(MessageField.REMOTE_ID));
        if (endpoint == null && message.type() == MessageType.REJECTION) {
            endpoint = withdrawn(source, message);
        }
        if (endpoint == null) {
            onStray(source, message, nowNs);
        } else if (!endpoint.peer().equals(source)) {
            increment(CommunicationCounter.DROPPED_PEER);
        } else {
            dispatch(endpoint, message, nowNs);
        }
    }

    /** The end of a connection whose peer gives up before it has learned our id; null when there is none. */
    private ConnectionEndpoint withdrawn(final Inet4Address source, final ManagementMessage rejection) {
        final ConnectionEndpoint endpoint = endpoints.ofPeerId(source, rejection.getInt(MessageField.LOCAL_ID));
        return endpoint != null && endpoint.isWithdrawnBy(rejection) ? endpoint : null;
    }

    /** Answers a message to a connection that is not, or no more, so that its sender learns it and stops. */
    private void onStray(final Inet4Address source, final ManagementMessage message, final long nowNs) {
        if (!budgets.take(source, nowNs)) {
            increment(CommunicationCounter.DROPPED_BUDGET);
            return;
        }
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
                if (!first || !refusedAsStale(endpoint.peer(), message, nowNs)) {
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

    /** Does something under the lock, then what it left to be done at the port, with no lock held. */
    private boolean locked(final BooleanSupplier action) {
        final boolean result;
        final List<Runnable> work;
        final boolean sooner;
        lock.lock();
        try {
            final boolean waited = !timers.isEmpty();
            final long deadlineNs = waited ? timers.firstNs() : 0;
            result = action.getAsBoolean();
            sooner = !timers.isEmpty() && (!waited || timers.firstNs() - deadlineNs < 0);
            work = takePortWork();
        } finally {
            lock.unlock();
        }
        work.forEach(Runnable::run);
        if (sooner) {
            port.deadlineMoved();
        }
        return result;
    }

    private List<Runnable> takePortWork() {
        if (portWork.isEmpty()) {
            return List.of();
        }
        final List<Runnable> taken = portWork;
        portWork = new ArrayList<>();
        return taken;
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
            portWork.add(() -> {
                increment(CommunicationCounter.SENT);
                port.send(peer, message.datagram());
            });
        }

        @Override
        public void refuseAsStale(final Inet4Address peer, final ManagementMessage message) {
            increment(CommunicationCounter.REFUSED_STALE);
            send(peer, Messages.refusal(message, RejectReason.STALE_CONNECTION));
        }

        @Override
        public void keepRejection(
            final Inet4Address peer, final int peerId, final ManagementMessage rejection, final long nowNs) {
            requests.keepRejection(peer, peerId, rejection, nowNs);
        }

        @Override
        public void probe(final int queuePair) {
            portWork.add(() -> port.probe(queuePair));
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
            if (endpoint.state() == EndpointState.ESTABLISHED) {
                budgets.makeKnown(endpoint.peer(), port.nanoTime());
            }
        }

        @Override
        public void count(final CommunicationCounter counter) {
            increment(counter);
        }
    }
}
