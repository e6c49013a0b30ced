// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.memory.RandomKeyTable;
import dev.ffmverbs.softroce.transport.AsynchronousEvents;
import dev.ffmverbs.softroce.transport.ConnectionState;
import dev.ffmverbs.softroce.transport.ReadBudget;
import dev.ffmverbs.softroce.transport.ReliableConnection;
import dev.ffmverbs.softroce.transport.TransportContext;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.transport.TransportSettings;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketDefect;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.constants.EventTypes;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * Does the work of a port: takes in packets, has them answered, sends requests, and lets timers expire.
 *
 * <p>Whatever a part throws ends that part alone. A queue pair whose state machines threw goes to ERROR, and its owner
 * is told {@link EventTypes#QUEUE_PAIR_FATAL}. If a management agent, a fault injector or a socket throws, the packet
 * at hand is lost. Everything else continues.
 *
 * <p>All methods need the dispatch lock, except {@link #addPosted} and {@link #hasPosted}.
 */
final class Dispatcher {

    /** Packets that one queue pair sends before others have their turn. */
    private static final int QUANTUM_PACKETS = 64;
    /** Most packets taken in before they are answered, so that one acknowledgement covers all; reached by doubling. */
    private static final int MAX_BATCH_PACKETS = 32;
    /**
     * Bytes of packets taken in beyond a batch, if the system has already handed them over: many short ones, which take
     * less time than a further acknowledgement.
     */
    private static final int MAX_HELD_BYTES = 16 << 10;
    /** Rounds after which other threads should get the lock. */
    private static final int MAX_ROUNDS = 16;
    private static final int FIRST_QUEUE_PAIR = 2;
    private static final int LAST_QUEUE_PAIR = 0xFF_FFFE;
    /** Time until the next turn of a queue pair that could not even be taken to ERROR. */
    private static final long BREAKDOWN_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final PacketSocket socket;
    private final PortSink sink;
    private final TransportContext transport;
    private final ManagementQueuePair management;
    private final RandomKeyTable<PortQueuePair> queuePairs;
    private final PostedQueuePairs posted = new PostedQueuePairs();
    private final ReadyQueuePairs ready = new ReadyQueuePairs();
    private final Deadlines deadlines = new Deadlines();
    private final PortLog log;
    private final PendingNotifications notifications;

    /** Queue pairs whose requests await answers. */
    private int expecting;

    Dispatcher(
        final PacketSocket socket, final TransportCounters counters, final Icrc icrc, final RandomGenerator random,
        final TransportSettings settings, final PortLog log) {
        this.socket = socket;
        this.log = log;
        this.notifications = new PendingNotifications(log);
        this.sink = new PortSink(socket, counters, log);
        this.queuePairs = new RandomKeyTable<>(random, FIRST_QUEUE_PAIR, LAST_QUEUE_PAIR);
        this.transport =
            new TransportContext(new MemoryTable(random), icrc, sink, counters, this::onEvent, settings);
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

    private void onEvent(final int type, final int number) {
        if (type == AsynchronousEvents.PEER_ANSWERED) {
            management.onSignOfLife(number);
            return;
        }
        final PortQueuePair queuePair = queuePairs.get(number);
        if (type == AsynchronousEvents.TRAINS_REFUSED) {
            log.warn("the peer of queue pair " + number + " takes no packets that follow others in a train, as devices"
                + " of version 0.1 and networks that number packets do; they are sent to it one by one");
            return;
        }
        if (queuePair != null) {
            deliver(queuePair, type);
        }
        if (type == EventTypes.COMMUNICATION_ESTABLISHED) {
            management.onFirstPacket(number);
        }
    }

    private void deliver(final PortQueuePair queuePair, final int type) {
        queuePair.addEvent(type);
        notifications.deliver(queuePair);
    }

    /** Delivers a notification to the application, now or as soon as possible. */
    void deliver(final Notification notification) {
        notifications.deliver(notification);
    }

    PortQueuePair add(final QueuePairOwner owner, final IntFunction<ReliableConnection> factory) {
        final int number = queuePairs.draw();
        deadlines.reserve(queuePairs.size() + 1);
        final PortQueuePair added = new PortQueuePair(factory.apply(number), owner);
        queuePairs.put(number, added);
        return added;
    }

    void remove(final PortQueuePair queuePair) {
        queuePairs.remove(queuePair.number());
        queuePair.connection().reset();
        queuePair.markRemoved();
        deadlines.remove(queuePair);
        countExpectation(queuePair, false);
    }

    private void countExpectation(final PortQueuePair queuePair, final boolean expects) {
        if (expects != queuePair.expectsAnswer) {
            queuePair.expectsAnswer = expects;
            expecting += expects ? 1 : -1;
        }
    }

    /** Returns whether a peer's answer may arrive at any moment. */
    boolean expectsAnswers() {
        return expecting > 0;
    }

    /** Makes the peer of a connected queue pair show that it is there. */
    void probe(final int number) {
        final PortQueuePair queuePair = queuePairs.get(number);
        if (queuePair != null) {
            queuePair.connection().probe();
            ready.add(queuePair);
        }
    }

    /** Records, without the lock, that something was posted to a queue pair. */
    void addPosted(final PortQueuePair queuePair) {
        posted.add(queuePair);
    }

    /** Returns whether something was posted that nobody has looked at. */
    boolean hasPosted() {
        return !posted.isEmpty();
    }

    /** Gives a queue pair a turn, because it may have something to send or a new deadline. */
    void markReady(final PortQueuePair queuePair) {
        ready.add(queuePair);
    }

    /** Returns whether there is something to send, but the system has no room for it. */
    boolean isBlocked() {
        return socket.isBlocked();
    }

    /** Returns whether there is something to send or to take in at once. */
    boolean hasWork() {
        return !ready.isEmpty() && !socket.isBlocked() || socket.holdsPackets();
    }

    /** Returns whether something is due at some time. */
    boolean hasDeadline() {
        return !deadlines.isEmpty() || sink.holdsPackets() || management.hasDeadline() || !notifications.isEmpty();
    }

    /** Returns how long until something is due; only if {@link #hasDeadline}. */
    long untilDeadlineNs(final long nowNs) {
        long untilNs = deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.earliestNs() - nowNs;
        if (sink.holdsPackets()) {
            untilNs = Math.min(untilNs, sink.dueNs() - nowNs);
        }
        if (!notifications.isEmpty()) {
            untilNs = Math.min(untilNs, notifications.dueNs() - nowNs);
        }
        return management.hasDeadline() ? Math.min(untilNs, management.deadlineNs() - nowNs) : untilNs;
    }

    /**
     * Takes packets in, answers them, sends, and looks at the timers, until nothing is left, the caller is satisfied,
     * or other threads should have their turn.
     *
     * @return true if there is more to do at once.
     */
    boolean work(final BooleanSupplier satisfied) {
        int batch = 1;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            final long nowNs = System.nanoTime();
            final int received = receive(batch, nowNs);
            if (received < batch || round == MAX_ROUNDS - 1) {
                // Not before: the answers that are late may have arrived while no thread was here to take them in.
                expire(nowNs);
            }
            posted.moveTo(ready);
            transmit(nowNs);
            final boolean tookAll = received < batch || socket.isAlone();
            if (tookAll && !hasWork() || !socket.holdsPackets() && satisfied.getAsBoolean()) {
                return false;
            }
            batch = Math.min(2 * batch, MAX_BATCH_PACKETS);
        }
        return true;
    }

    /** Sends what was posted, as far as possible now. */
    void sendPosted() {
        posted.moveTo(ready);
        admitReader();
        if (ready.isEmpty()) {
            sink.flush();
        } else {
            transmit(System.nanoTime());
        }
    }

    private void expire(final long nowNs) {
        sink.release(nowNs);
        management.expire(nowNs);
        notifications.deliverDue(nowNs);
        while (!deadlines.isEmpty() && nowNs - deadlines.earliestNs() >= 0) {
            final PortQueuePair queuePair = deadlines.poll();
            try {
                queuePair.connection().expire(nowNs);
            } catch (final Throwable e) {
                queuePair.recordBreakdown("looking at its timers", e);
            }
            ready.add(queuePair);
            deadlines.update(queuePair);
        }
    }

    /** Takes packets in, up to a number that only the packets of one train, and short ones at hand, may exceed. */
    private int receive(final int maxPackets, final long nowNs) {
        final TransportCounters counters = transport.counters();
        int received = 0;
        long bytes = 0;
        while (received < maxPackets || socket.isWithinTrain() || bytes < MAX_HELD_BYTES && socket.holdsPackets()) {
            final RocePacket incoming = receive();
            if (incoming == null) {
                break;
            }
            received++;
            bytes += incoming.lengthBytes();
            if (!sink.dropIncoming()) {
                deliver(incoming, counters, nowNs);
            }
        }
        counters.add(TransportCounter.PACKETS_RECEIVED, received);
        counters.add(TransportCounter.BYTES_RECEIVED, bytes);
        return received;
    }

    private RocePacket receive() {
        try {
            return socket.receive();
        } catch (final Throwable e) {
            log.error("taking a packet from the socket", "the packet is lost", e);
            return null;
        }
    }

    private void deliver(final RocePacket incoming, final TransportCounters counters, final long nowNs) {
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
        final PortQueuePair queuePair = queuePairs.get(number);
        if (queuePair == null) {
            counters.increment(TransportCounter.DROPPED_QUEUE_PAIR);
            return;
        }
        try {
            queuePair.connection().receive(incoming, socket.sourceAddress(), socket.sourcePort(), nowNs);
        } catch (final Throwable e) {
            queuePair.recordBreakdown("handling a packet", e);
        }
        ready.add(queuePair);
        try {
            queuePair.owner().onPacketProcessed();
        } catch (final Throwable e) {
            log.error("telling the owner of queue pair " + number + " of a packet", "it is told of the next packet", e);
        }
    }

    /** Gives each queue pair that is ready now one turn. */
    private void transmit(final long nowNs) {
        socket.sendWaiting();
        admitReader();
        final PortQueuePair last = ready.last();
        PortQueuePair queuePair = null;
        while (queuePair != last && !socket.isBlocked()) {
            queuePair = ready.poll();
            if (!queuePair.isRemoved()) {
                transmit(queuePair, nowNs);
            }
        }
        admitReader();
        sink.flush();
    }

    /** Gives the queue pair a turn whose READ may start now, if one waits for that. */
    private void admitReader() {
        final int number = transport.reads().next();
        if (number != ReadBudget.NOBODY) {
            final PortQueuePair queuePair = queuePairs.get(number);
            if (queuePair != null) {
                ready.add(queuePair);
            }
        }
    }

    private void transmit(final PortQueuePair queuePair, final long nowNs) {
        boolean more = false;
        try {
            failIfNeeded(queuePair);
            more = queuePair.connection().transmit(nowNs, QUANTUM_PACKETS);
            queuePair.clearBreakdowns();
            deadlines.update(queuePair);
        } catch (final Throwable e) {
            queuePair.recordBreakdown("sending its packets", e);
            more = queuePair.breakdowns() == 1;
            deadlines.schedule(queuePair, nowNs + BREAKDOWN_PAUSE_NS);
        }
        countExpectation(queuePair, queuePair.connection().hasDeadline());
        if (more || socket.isBlocked()) {
            ready.add(queuePair);
        }
    }

    /**
     * Takes a queue pair to ERROR for which that was requested, or whose state machines threw something and so are in
     * no state to continue from. This happens in its turn, and not where it threw, because no memory or stack may have
     * been left there.
     */
    private void failIfNeeded(final PortQueuePair queuePair) {
        if (queuePair.hasUndeliveredEvents()) {
            notifications.deliver(queuePair);
        }
        final Throwable breakdown = queuePair.takeBreakdown();
        if (breakdown == null && !queuePair.isErrorRequested()) {
            return;
        }
        final ConnectionState state = queuePair.connection().state();
        final boolean ends = state != ConnectionState.RESET && state != ConnectionState.ERROR;
        if (breakdown != null) {
            transport.counters().increment(TransportCounter.CONNECTION_BREAKDOWNS);
            log.error("queue pair " + queuePair.number() + ", " + queuePair.brokenActivity() + ",",
                "it " + (ends ? "goes to state " + ConnectionState.ERROR : "is in state " + state)
                    + ", other queue pairs continue", breakdown);
        }
        if (ends) {
            try {
                queuePair.connection().error();
            } finally {
                deliver(queuePair, EventTypes.QUEUE_PAIR_FATAL);
            }
        }
    }
}
