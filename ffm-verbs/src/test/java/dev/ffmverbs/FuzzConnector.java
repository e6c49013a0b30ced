// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.cm.AddressOption;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.cm.DatagramPeer;
import dev.ffmverbs.cm.DatagramRequest;
import dev.ffmverbs.cm.Listener;
import dev.ffmverbs.cm.MulticastMembership;
import dev.ffmverbs.cm.MulticastRole;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** The random calls of one thread on connection managers and their objects. */
final class FuzzConnector {

    private static final int UNUSED_PORT = 9;
    private static final int MAXIMUM_TIMEOUT_MS = 200;

    private final FuzzObjects objects;
    private final FuzzConnections connections;
    private final FuzzMakers makers;
    private final Random random;

    FuzzConnector(final FuzzObjects objects, final FuzzMakers makers, final Random random) {
        this.objects = objects;
        this.connections = objects.connections;
        this.makers = makers;
        this.random = random;
    }

    List<FuzzCaller.NamedCall> calls() {
        return List.of(
            new FuzzCaller.NamedCall("open manager", this::openManager),
            new FuzzCaller.NamedCall("manager", this::useManager),
            new FuzzCaller.NamedCall("listen", this::listen),
            new FuzzCaller.NamedCall("listen for datagrams", this::listenForDatagrams),
            new FuzzCaller.NamedCall("connectAsync", this::connect),
            new FuzzCaller.NamedCall("connectAsync", this::connect),
            new FuzzCaller.NamedCall("resolveAsync", this::resolve),
            new FuzzCaller.NamedCall("end attempt", this::endAttempt),
            new FuzzCaller.NamedCall("answer", this::answer),
            new FuzzCaller.NamedCall("answer", this::answer),
            new FuzzCaller.NamedCall("answer datagrams", this::answerDatagrams),
            new FuzzCaller.NamedCall("request", this::request),
            new FuzzCaller.NamedCall("connection", this::connection),
            new FuzzCaller.NamedCall("join", this::join),
            new FuzzCaller.NamedCall("membership", this::membership),
            new FuzzCaller.NamedCall("handle of peer", this::makeHandleOfPeer),
            new FuzzCaller.NamedCall("close of connections", this::close));
    }

    private ConnectionManager anyManager() {
        return FuzzCaller.present(connections.managers.any(random));
    }

    private QueuePair queuePair() {
        return FuzzCaller.present(objects.queuePairs.any(random));
    }

    private void openManager() {
        connections.managers.makeRoom(random);
        connections.keep(connections.managers, ConnectionManager.open(objects.context));
    }

    private void useManager() {
        final ConnectionManager manager = anyManager();
        switch (random.nextInt(6)) {
            case 0 -> manager.lookUp("127.0.0.1", random.nextInt(70_000));
            case 1 -> manager.observe(event -> event.toString());
            case 2 -> manager.nativeAddress();
            case 3 -> connections.close(manager);
            default -> manager.isRunning();
        }
    }

    private Duration timeout() {
        return Duration.ofMillis(random.nextInt(MAXIMUM_TIMEOUT_MS) - 1);
    }

    /** Returns an address of this device, mostly with any port, or that of a listener. */
    private InetSocketAddress local() {
        final Listener other = random.nextInt(6) == 0 ? connections.listeners.any(random) : null;
        return other == null ? connections.anyPort : other.localAddress();
    }

    private AddressOption[] options() {
        final AddressOption[] all = AddressOption.values();
        return random.nextInt(4) == 0 ? new AddressOption[] {all[random.nextInt(all.length)]} : new AddressOption[0];
    }

    private byte[] privateData() {
        return new byte[random.nextInt(8) == 0 ? random.nextInt(300) : random.nextInt(40)];
    }

    private ConnectionParameters parameters() {
        final ConnectionParameters parameters = ConnectionParameters.defaults().withPrivateData(privateData())
            .withRetryCount(random.nextInt(7)).withRnrRetryCount(random.nextInt(7));
        return switch (random.nextInt(8)) {
            case 0 -> parameters.withReads(random.nextInt(300), random.nextInt(300));
            case 1 -> parameters.withTrafficClass(random.nextInt(260));
            case 2 -> parameters.withTimeoutExponent(random.nextInt(34));
            case 3 -> parameters.withRetryCount(random.nextInt(9));
            case 4 -> parameters.withAddressOptions(options());
            case 5 -> parameters.withRemoteAccess(Access.REMOTE_READ, Access.REMOTE_WRITE);
            default -> parameters;
        };
    }

    private void listen() {
        connections.keep(connections.listeners, anyManager().listen(
            local(), random.nextInt(6), connections.requests::add, options()));
    }

    private void listenForDatagrams() {
        connections.keep(connections.datagramListeners, anyManager().datagrams().listen(
            local(), random.nextInt(6), connections.datagramRequests::add, options()));
    }

    private InetSocketAddress remote(final FuzzConnections.Pool<Listener> pool) {
        final Listener listener = pool.any(random);
        return listener == null || random.nextInt(12) == 0
            ? new InetSocketAddress(connections.anyPort.getAddress(), UNUSED_PORT) : listener.localAddress();
    }

    private void connect() {
        final CompletableFuture<Connection> attempt = anyManager().connectAsync(
            random.nextBoolean() ? connections.anyPort : local(), remote(connections.listeners), queuePair(),
            parameters(), timeout());
        connections.attempts.add(attempt);
        final CompletableFuture<Void> ignored =
            attempt.thenAccept(connection -> connections.keep(connections.connections, connection));
    }

    private void resolve() {
        final CompletableFuture<DatagramPeer> attempt = anyManager().datagrams().resolveAsync(
            connections.anyPort, remote(connections.datagramListeners), queuePair(), parameters(), timeout());
        connections.attempts.add(attempt);
        final CompletableFuture<Void> ignored = attempt.thenAccept(connections.peers::add);
    }

    private void endAttempt() {
        final CompletableFuture<?> attempt = FuzzCaller.present(connections.attempts.any(random));
        if (random.nextInt(3) == 0) {
            attempt.cancel(random.nextBoolean());
        } else {
            attempt.isDone();
        }
    }

    private void answer() {
        final ConnectionRequest request = FuzzCaller.present(connections.requests.any(random));
        if (random.nextInt(4) == 0) {
            request.reject(privateData());
        } else {
            connections.keep(connections.connections, request.accept(queuePair(), parameters()));
        }
    }

    private void answerDatagrams() {
        final DatagramRequest request = FuzzCaller.present(connections.datagramRequests.any(random));
        if (random.nextInt(4) == 0) {
            request.reject(privateData());
        } else {
            request.accept(queuePair(), privateData());
        }
    }

    private void request() {
        final ConnectionRequest request = FuzzCaller.present(connections.requests.any(random));
        switch (random.nextInt(6)) {
            case 0 -> request.migrate(anyManager());
            case 1 -> FuzzCaller.present(connections.datagramRequests.any(random)).migrate(anyManager());
            case 2 -> request.nativeAddress();
            case 3 -> request.device();
            default -> request.isWithdrawn();
        }
    }

    private void connection() {
        final Connection connection = FuzzCaller.present(connections.connections.any(random));
        switch (random.nextInt(10)) {
            case 0 -> connection.disconnect();
            case 1 -> connection.migrate(anyManager());
            case 2 -> connection.reportEvent(AsynchronousEventType.COMMUNICATION_ESTABLISHED);
            case 3 -> connection.nativeAddress();
            case 4 -> connection.whenDisconnected().cancel(false);
            case 5 -> connection.localAddress();
            case 6 -> connections.close(connection);
            default -> connection.toString();
        }
    }

    private void join() {
        final Gid group = makers.group();
        connections.keep(connections.memberships, anyManager().datagrams().join(connections.anyPort, group.address(),
            random.nextBoolean() ? MulticastRole.MEMBER : MulticastRole.SENDER, queuePair(), timeout()));
    }

    private void membership() {
        final MulticastMembership membership = FuzzCaller.present(connections.memberships.any(random));
        switch (random.nextInt(4)) {
            case 0 -> connections.close(membership);
            case 1 -> makeHandle(membership.path());
            default -> membership.toString();
        }
    }

    private void makeHandleOfPeer() {
        makeHandle(FuzzCaller.present(connections.peers.any(random)).path());
    }

    private void makeHandle(final AddressVector path) {
        final ProtectionDomain domain = FuzzCaller.present(objects.domains.any(random));
        objects.make(objects.addressHandles, random, () -> domain.createAddressHandle(path));
    }

    private void close() {
        switch (random.nextInt(5)) {
            case 0 -> connections.close(FuzzCaller.present(connections.listeners.any(random)));
            case 1 -> connections.close(FuzzCaller.present(connections.datagramListeners.any(random)));
            case 2 -> connections.close(FuzzCaller.present(connections.memberships.any(random)));
            default -> connections.close(FuzzCaller.present(connections.connections.any(random)));
        }
    }
}
