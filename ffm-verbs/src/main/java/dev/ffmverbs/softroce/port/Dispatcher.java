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
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * What happens at a port, and in which order: packets come in, are answered, requests go out, timers expire.
 *
 * <p>What a part throws is the end of that part alone: a connection whose state machines threw goes to ERROR, and its
 * owner hears {@link PortEvents#QUEUE_PAIR_FATAL}; a management agent, a fault injector or a socket that threw loses
 * the packet at hand. Everything else goes on.
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
    /** When a connection has its next turn that could not even be taken to ERROR. */
    private static final long BREAKDOWN_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final UdpSocket socket;
    private final PortSink sink;
    private final TransportContext transport;
    private final ManagementQueuePair management;
    private final RandomKeyTable<PortQueuePair> connections;
    private final RocePacket incoming = new RocePacket();
    private final PostedQueuePairs posted = new PostedQueuePairs();
    private final ReadyQueuePairs ready = new ReadyQueuePairs();
    private final Deadlines deadlines = new Deadlines();
    private final PortLog log;
    private final PendingNotifications unheard;

    /** Connections whose requests wait for answers. */
    private int expecting;

    Dispatcher(
        final UdpSocket socket, final TransportCounters counters, final Icrc icrc, final RandomGenerator random,
        final TransportSettings settings, final PortLog log) {
        this.socket = socket;
        this.log = log;
        this.unheard = new PendingNotifications(log);
        this.sink = new PortSink(socket, counters, log);
        this.connections = new RandomKeyTable<>(random, FIRST_QUEUE_PAIR, LAST_QUEUE_PAIR);
        this.transport =
            new TransportContext(new MemoryTable(random), icrc, sink, counters, this::happened, settings);
        this.management = new ManagementQueuePair(socket.local(), transport, log);
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
        if (type == AsynchronousEvents.PEER_ANSWERED) {
            management.peerAnswered(number);
            return;
        }
        final PortQueuePair connection = connections.get(number);
        if (connection != null) {
            tell(connection, type);
        }
        if (type == AsynchronousEvents.COMMUNICATION_ESTABLISHED) {
            management.connectionEstablished(number);
        }
    }

    private void tell(final PortQueuePair connection, final int type) {
        connection.happened(type);
        unheard.tell(connection);
    }

    /** Tells the application something, now or when that is possible. */
    void tell(final Notification news) {
        unheard.tell(news);
    }

    PortQueuePair add(final QueuePairOwner owner, final IntFunction<ReliableConnection> connection) {
        final int number = connections.draw();
        deadlines.reserve(connections.size() + 1);
        final PortQueuePair added = new PortQueuePair(connection.apply(number), owner);
        connections.put(number, added);
        return added;
    }

    void remove(final PortQueuePair connection) {
        connections.remove(connection.connection().number());
        connection.connection().reset();
        connection.remove();
        deadlines.remove(connection);
        countExpectation(connection, false);
    }

    private void countExpectation(final PortQueuePair connection, final boolean expects) {
        if (expects != connection.expectsAnswer) {
            connection.expectsAnswer = expects;
            expecting += expects ? 1 : -1;
        }
    }

    /** Whether a peer's answer may come at any moment. */
    boolean expectsAnswers() {
        return expecting > 0;
    }

    /** Makes the peer of a connected queue pair show that it is there. */
    void probe(final int number) {
        final PortQueuePair connection = connections.get(number);
        if (connection != null) {
            connection.connection().probe();
            ready.add(connection);
        }
    }

    /** Notes, without the lock, that something was posted to a connection. */
    void posted(final PortQueuePair connection) {
        posted.add(connection);
    }

    /** Whether something was posted that nobody has looked at. */
    boolean hasPosted() {
        return !posted.isEmpty();
    }

    /** Notes that a connection may have something to send, or to time. */
    void touched(final PortQueuePair connection) {
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
        return !deadlines.isEmpty() || sink.holdsPackets() || management.hasDeadline() || !unheard.isEmpty();
    }

    /** How long until something is to be done; only when there is a time for it. */
    long untilDeadlineNs(final long nowNs) {
        long untilNs = deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.earliestNs() - nowNs;
        if (sink.holdsPackets()) {
            untilNs = Math.min(untilNs, sink.dueNs() - nowNs);
        }
        if (!unheard.isEmpty()) {
            untilNs = Math.min(untilNs, unheard.dueNs() - nowNs);
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
        unheard.tellAgain(nowNs);
        while (!deadlines.isEmpty() && nowNs - deadlines.earliestNs() >= 0) {
            final PortQueuePair connection = deadlines.poll();
            try {
                connection.connection().expire(nowNs);
            } catch (final Throwable e) {
                connection.breakDown("looking at its timers", e);
            }
            ready.add(connection);
            deadlines.update(connection);
        }
    }

    private int receive(final int maxPackets, final long nowNs) {
        final TransportCounters counters = transport.counters();
        int received = 0;
        while (received < maxPackets && receive()) {
            received++;
            counters.increment(TransportCounter.PACKETS_RECEIVED);
            counters.add(TransportCounter.BYTES_RECEIVED, incoming.lengthBytes());
            if (!sink.losesIncoming()) {
                deliver(counters, nowNs);
            }
        }
        return received;
    }

    private boolean receive() {
        try {
            return socket.receive(incoming);
        } catch (final Throwable e) {
            log.failed("taking a packet from the socket", "the packet is lost", e);
            return false;
        }
    }

    private void deliver(final TransportCounters counters, final long nowNs) {
        final PacketDefect defect = incoming.defect();
        if (defect != null) {
            counters.increment(TransportCounter.of(defect));
            return;
        }
        final int number = incoming.bth().destinationQueuePair();
        if (number == ManagementQueuePair.NUMBER) {
            management.receive(incoming, socket.sourceAddress(), socket.sourcePort());
            return;
        }
        final PortQueuePair connection = connections.get(number);
        if (connection == null) {
            counters.increment(TransportCounter.DROPPED_QUEUE_PAIR);
            return;
        }
        try {
            connection.connection().receive(incoming, socket.sourceAddress(), socket.sourcePort(), nowNs);
        } catch (final Throwable e) {
            connection.breakDown("handling a packet", e);
        }
        ready.add(connection);
        try {
            connection.owner().packetProcessed();
        } catch (final Throwable e) {
            log.failed("telling the owner of queue pair " + number + " of a packet", "it is told of the next one", e);
        }
    }

    /** Gives each connection that is ready now one turn. */
    private void transmit(final long nowNs) {
        final PortQueuePair last = ready.last();
        PortQueuePair connection = null;
        while (connection != last && !socket.isBlocked()) {
            connection = ready.poll();
            if (!connection.isRemoved()) {
                transmit(connection, nowNs);
            }
        }
    }

    private void transmit(final PortQueuePair connection, final long nowNs) {
        boolean more = false;
        try {
            fail(connection);
            more = connection.connection().transmit(nowNs, QUANTUM_PACKETS);
            connection.recovered();
            deadlines.update(connection);
        } catch (final Throwable e) {
            connection.breakDown("sending its packets", e);
            more = connection.breakdowns() == 1;
            deadlines.schedule(connection, nowNs + BREAKDOWN_PAUSE_NS);
        }
        countExpectation(connection, connection.connection().hasDeadline());
        if (more || socket.isBlocked()) {
            ready.add(connection);
        }
    }

    /**
     * Takes a connection to ERROR that is doomed, or whose state machines threw something and so are in no state to go
     * on from. Its turn does that, and not the place where it threw: no memory or stack may have been left there.
     */
    private void fail(final PortQueuePair connection) {
        if (connection.hasUntoldEvents()) {
            unheard.tell(connection);
        }
        final Throwable breakdown = connection.takeBreakdown();
        if (breakdown == null && !connection.isDoomed()) {
            return;
        }
        final ConnectionState state = connection.connection().state();
        final boolean ends = state != ConnectionState.RESET && state != ConnectionState.ERROR;
        if (breakdown != null) {
            transport.counters().increment(TransportCounter.CONNECTION_BREAKDOWNS);
            log.failed("queue pair " + connection.connection().number() + ", " + connection.brokenActivity() + ",",
                "it " + (ends ? "goes to state " + ConnectionState.ERROR : "is in state " + state)
                    + ", other queue pairs go on", breakdown);
        }
        if (ends) {
            try {
                connection.connection().error();
            } finally {
                tell(connection, PortEvents.QUEUE_PAIR_FATAL);
            }
        }
    }
}
