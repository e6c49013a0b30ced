// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.ProviderException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** A device on a {@link VirtualNetwork}, with an application that records events and may respond to them. */
final class VirtualDevice implements ManagementDevice {

    /** A seeded generator. It overrides only the methods that a communication manager uses. */
    private final class SeededRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final transient Random random;

        SeededRandom(final long seed) {
            random = new Random(seed);
        }

        @Override
        public int nextInt() {
            failIfToFail();
            return random.nextInt();
        }

        @Override
        public int nextInt(final int bound) {
            failIfToFail();
            return random.nextInt(bound);
        }

        @Override
        public long nextLong() {
            failIfToFail();
            return random.nextLong();
        }
    }

    /** The exception of a failing call. */
    static final class InjectedError extends Error {
        private static final long serialVersionUID = 1L;

        InjectedError() {
            super("injected");
        }
    }

    private final VirtualNetwork network;
    private final InetAddress address;
    private final CommunicationManager communication;
    private final SoftConnectionManager manager;
    private final List<ConnectionEventData> events = new ArrayList<>();
    private Consumer<ConnectionEventData> application = event -> { };
    private final List<Integer> probes = new ArrayList<>();
    private final List<InetAddress> groups = new ArrayList<>();
    private boolean answersProbes;
    private int pathMtu = 3;
    private int lastTrafficClass;
    private int earlierDeadlines;
    private int accepted;
    private int callsUntilErrors = Integer.MAX_VALUE;
    private int errorsLeft;

    VirtualDevice(final VirtualNetwork network, final String address, final long seed) {
        this(network, address, seed, CommunicationSettings.DEFAULT);
    }

    VirtualDevice(
        final VirtualNetwork network, final String address, final long seed, final CommunicationSettings settings) {
        this.network = network;
        this.address = ipv4(address);
        this.communication = new CommunicationManager(this, settings, new SeededRandom(seed));
        this.manager = managerOf(communication);
        network.add(this);
    }

    /** Opens a connection manager of one device or several, which have no routes. */
    static SoftConnectionManager managerOf(final CommunicationManager... devices) {
        return new SoftConnectionManager(List.of(devices), peer -> null, () -> { });
    }

    static Inet4Address ipv4(final String literal) {
        try {
            return (Inet4Address) InetAddress.getByName(literal);
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    static ConnectionParameterData parameters(final int queuePair, final byte... privateData) {
        return new ConnectionParameterData(queuePair, privateData, 4, 2, 6, 7);
    }

    CommunicationManager communication() {
        return communication;
    }

    SoftConnectionManager manager() {
        return manager;
    }

    /** Returns the events so far, in order. */
    List<ConnectionEventData> events() {
        return events;
    }

    List<Integer> eventTypes() {
        return events.stream().map(ConnectionEventData::type).toList();
    }

    ConnectionEventData lastEvent() {
        return events.getLast();
    }

    /** Lets the application respond to each event. */
    void onEvent(final Consumer<ConnectionEventData> newApplication) {
        application = newApplication;
    }

    void runApplication() {
        ConnectionEventData event = manager.nextEvent(0);
        while (event != null) {
            network.log().add("    " + deviceName() + " event " + event.type() + " status " + event.status());
            events.add(event);
            application.accept(event);
            event = manager.nextEvent(0);
        }
    }

    /** Listens and accepts every request, each with the next queue pair. */
    InetSocketAddress listenAndAccept(final ConnectionParameterData parameters) throws ProviderException {
        final ConnectionIdentifierOperations listener = manager.createIdentifier();
        listener.bind(new InetSocketAddress(address, 0));
        listener.listen(8);
        onEvent(event -> {
            if (event.type() == ffm_verbs_h.RDMA_CM_EVENT_CONNECT_REQUEST()) {
                unchecked(() -> event.identifier().accept(new ConnectionParameterData(
                    parameters.queuePairNumber() + accepted++, parameters.privateData(),
                    parameters.responderResources(), parameters.initiatorDepth(), parameters.retryCount(),
                    parameters.rnrRetryCount())));
            }
        });
        return listener.localAddress();
    }

    /** Connects, and establishes as soon as the peer has replied. */
    ConnectionIdentifierOperations connect(
        final InetSocketAddress remote, final ConnectionParameterData parameters) throws ProviderException {
        onEvent(event -> {
            if (event.type() == ffm_verbs_h.RDMA_CM_EVENT_CONNECT_RESPONSE()) {
                unchecked(() -> event.identifier().establish());
            }
        });
        return request(remote, parameters);
    }

    /** Connects up to the point where the request is sent. */
    ConnectionIdentifierOperations request(
        final InetSocketAddress remote, final ConnectionParameterData parameters) throws ProviderException {
        final ConnectionIdentifierOperations identifier = manager.createIdentifier();
        identifier.resolveAddress(null, remote, 1000);
        identifier.resolveRoute(1000);
        identifier.connect(parameters);
        return identifier;
    }

    /** A control operation that the test does not expect to fail. */
    interface Operation {
        void run() throws ProviderException;
    }

    static void unchecked(final Operation operation) {
        try {
            operation.run();
        } catch (final ProviderException e) {
            throw new AssertionError(e);
        }
    }

    /** Causes the n-th subsequent call of the communication manager to fail, and the calls after it. */
    void failAt(final int call, final int errors) {
        callsUntilErrors = call;
        errorsLeft = errors;
    }

    /** Returns whether all scheduled failures have occurred. */
    boolean hasFailedEnough() {
        return errorsLeft == 0;
    }

    private void failIfToFail() {
        if (errorsLeft > 0) {
            callsUntilErrors--;
            if (callsUntilErrors <= 0) {
                errorsLeft--;
                throw new InjectedError();
            }
        }
    }

    void pathMtu(final int mtu) {
        pathMtu = mtu;
    }

    /** Returns the traffic class of the last datagram sent. */
    int lastTrafficClass() {
        return lastTrafficClass;
    }

    int earlierDeadlines() {
        return earlierDeadlines;
    }

    @Override
    public String deviceName() {
        return "soft-" + address.getHostAddress();
    }

    @Override
    public long guid() {
        return 0x0123_4567_89AB_0000L | address.getAddress()[3];
    }

    @Override
    public InetAddress localAddress() {
        return address;
    }

    @Override
    public int gidIndex() {
        return 1;
    }

    @Override
    public int pathMtu(final InetAddress peer) {
        failIfToFail();
        return pathMtu;
    }

    @Override
    public long nanoTime() {
        failIfToFail();
        return network.nowNs();
    }

    @Override
    public void send(final InetAddress peer, final int trafficClass, final ByteBuffer datagram) {
        failIfToFail();
        lastTrafficClass = trafficClass;
        network.send(this, peer, datagram);
    }

    @Override
    public void probe(final int queuePair) {
        failIfToFail();
        probes.add(queuePair);
        if (answersProbes) {
            network.answerProbe(this, queuePair);
        }
    }

    /** Sets whether peers answer probes of queue pairs. */
    void answerProbes(final boolean answers) {
        answersProbes = answers;
    }

    /** Returns the queue pairs probed so far. */
    List<Integer> probes() {
        return probes;
    }

    @Override
    public void joinGroup(final InetAddress group) {
        groups.add(group);
    }

    @Override
    public void leaveGroup(final InetAddress group) {
        groups.remove(group);
    }

    /** Returns the groups this device is a member of, each as often as it was joined. */
    List<InetAddress> groups() {
        return groups;
    }

    @Override
    public void onEarlierDeadline() {
        failIfToFail();
        earlierDeadlines++;
    }
}
