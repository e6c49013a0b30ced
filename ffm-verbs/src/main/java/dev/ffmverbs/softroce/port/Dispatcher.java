// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.memory.RandomKeyTable;
import dev.ffmverbs.softroce.transport.AsynchronousEvents;
import dev.ffmverbs.softroce.transport.ConnectionState;
import dev.ffmverbs.softroce.transport.ReliableConnection;
import dev.ffmverbs.softroce.transport.TransportContext;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.transport.TransportSettings;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketDefect;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * What happens at a port, and in which order: packets come in, are answered, requests go out, timers expire.
 *
 * <p>Everything needs the dispatch lock, except {@link #posted} and {@link #hasPosted}.
 */
final class Dispatcher {

    /** Packets that one connection sends before others have their turn. */
    private static final int QUANTUM_PACKETS = 32;
    /** Packets taken in before they are answered, so that one acknowledgement stands for all; reached by doubling. */
    private static final int MAX_BATCH_PACKETS = 32;
    /** Rounds after which others should get the lock. */
    private static final int MAX_ROUNDS = 16;
    private static final int FIRST_QUEUE_PAIR = 2;
    private static final int LAST_QUEUE_PAIR = 0xFF_FFFE;

    private final UdpSocket socket;
    private final PortSink sink;
    private final TransportContext transport;
    private final ManagementQueuePair management;
    private final RandomKeyTable<PortConnection> connections;
    private final RocePacket incoming = new RocePacket();
    private final PostedConnections posted = new PostedConnections();
    private final ReadyConnections ready = new ReadyConnections();
    private final Deadlines deadlines = new Deadlines();

    Dispatcher(
        final UdpSocket socket, final TransportCounters counters, final Icrc icrc, final RandomGenerator random,
        final TransportSettings settings) {
        this.socket = socket;
        this.sink = new PortSink(socket, counters);
        this.connections = new RandomKeyTable<>(random, FIRST_QUEUE_PAIR, LAST_QUEUE_PAIR);
        this.transport =
            new TransportContext(new MemoryTable(random), icrc, sink, counters, this::happened, settings);
        this.management = new ManagementQueuePair(socket.local(), transport);
    }

    TransportContext transport() {
        return transport;
    }

    PortSink sink() {
        return sink;
    }

    ManagementQueuePair management() {
        return management;
    }

    private void happened(final int type, final int number) {
        connections.get(number).owner().happened(type);
        if (type == AsynchronousEvents.COMMUNICATION_ESTABLISHED) {
            management.connectionEstablished(number);
        }
    }

    PortConnection add(final ConnectionOwner owner, final IntFunction<ReliableConnection> connection) {
        final int number = connections.draw();
        final PortConnection added = new PortConnection(connection.apply(number), owner);
        connections.put(number, added);
        return added;
    }

    void remove(final PortConnection connection) {
        connections.remove(connection.connection().number());
        connection.connection().reset();
        connection.remove();
        deadlines.remove(connection);
    }

    /** Notes, without the lock, that something was posted to a connection. */
    void posted(final PortConnection connection) {
        posted.add(connection);
    }

    /** Whether something was posted that nobody has looked at. */
    boolean hasPosted() {
        return !posted.isEmpty();
    }

    /** Notes that a connection may have something to send, or to time. */
    void touched(final PortConnection connection) {
        ready.add(connection);
    }

    /** Whether the socket has no room for packets that are to be sent. */
    boolean isBlocked() {
        return !ready.isEmpty() && socket.isBlocked();
    }

    /** Whether there is something to send at once. */
    boolean hasWork() {
        return !ready.isEmpty() && !socket.isBlocked();
    }

    /** Whether there is a time at which something is to be done. */
    boolean hasDeadline() {
        return !deadlines.isEmpty() || sink.holdsPackets() || management.hasDeadline();
    }

    /** How long until something is to be done; only when there is a time for it. */
    long untilDeadlineNs(final long nowNs) {
        long untilNs = deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.earliestNs() - nowNs;
        if (sink.holdsPackets()) {
            untilNs = Math.min(untilNs, sink.dueNs() - nowNs);
        }
        return management.hasDeadline() ? Math.min(untilNs, management.deadlineNs() - nowNs) : untilNs;
    }

    /**
     * Takes packets in, answers them, sends, and looks at the timers, until nothing is left, the caller has what it
     * wants, or others should have their turn.
     *
     * @return whether there is more to do at once.
     */
    boolean work(final BooleanSupplier satisfied) {
        int batch = 1;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            final long nowNs = System.nanoTime();
            expire(nowNs);
            final int received = receive(batch, nowNs);
            posted.moveTo(ready);
            transmit(nowNs);
            if (received < batch && !hasWork() || satisfied.getAsBoolean()) {
                return false;
            }
            batch = Math.min(2 * batch, MAX_BATCH_PACKETS);
        }
        return true;
    }

    /** Sends what was posted, as far as it can be sent now. */
    void sendPosted() {
        posted.moveTo(ready);
        if (!ready.isEmpty()) {
            transmit(System.nanoTime());
        }
    }

    private void expire(final long nowNs) {
        sink.release(nowNs);
        management.expire(nowNs);
        while (!deadlines.isEmpty() && nowNs - deadlines.earliestNs() >= 0) {
            final PortConnection connection = deadlines.poll();
            connection.connection().expire(nowNs);
            ready.add(connection);
            deadlines.update(connection);
        }
    }

    private int receive(final int maxPackets, final long nowNs) {
        final TransportCounters counters = transport.counters();
        int received = 0;
        while (received < maxPackets && socket.receive(incoming)) {
            received++;
            counters.increment(TransportCounter.PACKETS_RECEIVED);
            counters.add(TransportCounter.BYTES_RECEIVED, incoming.lengthBytes());
            if (!sink.losesIncoming()) {
                deliver(counters, nowNs);
            }
        }
        return received;
    }

    private void deliver(final TransportCounters counters, final long nowNs) {
        final PacketDefect defect = incoming.defect();
        if (defect != null) {
            counters.increment(TransportCounter.of(defect));
            return;
        }
        final int number = incoming.destinationQueuePair();
        if (number == ManagementQueuePair.NUMBER) {
            management.receive(incoming, socket.sourceAddress(), socket.sourcePort());
            return;
        }
        final PortConnection connection = connections.get(number);
        if (connection == null) {
            counters.increment(TransportCounter.DROPPED_QUEUE_PAIR);
            return;
        }
        connection.connection().receive(incoming, socket.sourceAddress(), socket.sourcePort(), nowNs);
        connection.owner().packetProcessed();
        ready.add(connection);
    }

    /** Gives each connection that is ready now one turn. */
    private void transmit(final long nowNs) {
        final PortConnection last = ready.last();
        PortConnection connection = null;
        while (connection != last && !socket.isBlocked()) {
            connection = ready.poll();
            if (!connection.isRemoved()) {
                transmit(connection, nowNs);
            }
        }
    }

    private void transmit(final PortConnection connection, final long nowNs) {
        if (connection.isDoomed()) {
            fail(connection);
        }
        final boolean more = connection.connection().transmit(nowNs, QUANTUM_PACKETS);
        deadlines.update(connection);
        if (more || socket.isBlocked()) {
            ready.add(connection);
        }
    }

    private static void fail(final PortConnection connection) {
        final ConnectionState state = connection.connection().state();
        if (state != ConnectionState.RESET && state != ConnectionState.ERROR) {
            connection.connection().error();
            connection.owner().happened(PortEvents.QUEUE_PAIR_FATAL);
        }
    }
}
