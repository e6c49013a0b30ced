// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.memory.RandomKeyTable;
import dev.ffmverbs.softroce.transport.AsynchronousEvents;
import dev.ffmverbs.softroce.transport.ConnectionState;
import dev.ffmverbs.softroce.transport.SharedBudget;
import dev.ffmverbs.softroce.transport.TransportContext;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.transport.TransportService;
import dev.ffmverbs.softroce.transport.TransportSettings;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketDefect;
import dev.ffmverbs.softroce.wire.QueuePairNumbers;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.constants.EventTypes;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * Does the work of a port. It receives packets, lets them be answered, sends requests, and expires timers.
 *
 * <p>An exception in one part ends only that part. A queue pair whose state machines threw goes to ERROR, and its owner
 * receives {@link EventTypes#QUEUE_PAIR_FATAL}. If a management agent, a fault injector or a socket throws, the current
 * packet is lost. Everything else continues.
 *
 * <p>All methods need the dispatch lock, except {@link #addPosted} and {@link #hasPosted}.
 */
final class Dispatcher {

    /** Number of packets that one queue pair sends before others get a turn. */
    private static final int QUANTUM_PACKETS = 64;
    /** Bytes to receive beyond a batch if already delivered. Many short packets take less time than an answer. */
    private static final int MAX_HELD_BYTES = 16 << 10;
    /** Time until the next turn of a queue pair that could not even go to ERROR. */
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
    private final WorkTurn turn = new WorkTurn();

    /** Number of queue pairs whose requests await responses. */
    private int expecting;

    Dispatcher(
        final PacketSocket socket, final TransportCounters counters, final Icrc icrc, final RandomGenerator random,
        final TransportSettings settings, final PortLog log) {
        this.socket = socket;
        this.log = log;
        this.notifications = new PendingNotifications(log);
        this.sink = new PortSink(socket, counters, log);
        this.queuePairs = new RandomKeyTable<>(random, QueuePairNumbers.FIRST, QueuePairNumbers.LAST);
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
        if (type == AsynchronousEvents.TRAINS_REFUSED) {
            log.warn("the peer of queue pair " + number + " does not accept packets that follow others in a train. The"
                + " cause is a device of version 0.1 or the network. Packets to the peer leave one by one");
            return;
        }
        final PortQueuePair queuePair = queuePairs.get(number);
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

    /** Delivers a notification to the application, immediately or as soon as possible. */
    void deliver(final Notification notification) {
        notifications.deliver(notification);
    }

    PortQueuePair add(final QueuePairOwner owner, final IntFunction<TransportService> factory) {
        final int number = queuePairs.draw();
        deadlines.reserve(queuePairs.size() + 1);
        final PortQueuePair added = new PortQueuePair(factory.apply(number), owner);
        queuePairs.put(number, added);
        return added;
    }

    void remove(final PortQueuePair queuePair) {
        queuePairs.remove(queuePair.number());
        queuePair.service().reset();
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

    /** Returns whether a response of a peer may arrive at any moment. */
    boolean expectsAnswers() {
        return expecting > 0;
    }

    /** Makes the peer of a connected queue pair prove that it is alive. */
    void probe(final int number) {
        final PortQueuePair queuePair = queuePairs.get(number);
        if (queuePair != null) {
            queuePair.service().probe();
            ready.add(queuePair);
        }
    }

    /** Records, without the lock, that something was posted to a queue pair. */
    void addPosted(final PortQueuePair queuePair) {
        posted.add(queuePair);
    }

    /** Returns whether something was posted that has not been processed. */
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

    /** Returns whether there is something to send or to receive at once. */
    boolean hasWork() {
        return !ready.isEmpty() && !socket.isBlocked() || socket.holdsPackets();
    }

    /** Returns whether a deadline is pending. */
    boolean hasDeadline() {
        return !deadlines.isEmpty() || sink.holdsPackets() || management.hasDeadline() || !notifications.isEmpty();
    }

    /** Forgets deadlines that no longer exist. They would wake a thread needlessly. */
    void refreshDeadlines() {
        deadlines.refresh();
    }

    /** Returns the time until the next deadline. Valid only if {@link #hasDeadline}. */
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
     * Receives packets, answers them, sends, and checks the timers. Stops when nothing is left, the caller is
     * satisfied, or other threads should get a turn.
     *
     * @param satisfied returns whether the caller needs no more work.
     * @param wanted    returns whether another thread waits for the lock.
     * @return true if there is more work to do at once.
     */
    boolean work(final BooleanSupplier satisfied, final BooleanSupplier wanted) {
        turn.begin();
        while (true) {
            final long nowNs = System.nanoTime();
            final boolean full = turn.isFull(receive(turn.batch(), nowNs));
            if (turn.mustExpire()) {
                expire(nowNs);
            }
            admit();
            transmit(nowNs);
            if ((!full || socket.isAlone()) && !hasWork() || !socket.holdsPackets() && satisfied.getAsBoolean()) {
                return false;
            }
            if (turn.isOver() || turn.letsOthersIn() && wanted.getAsBoolean()) {
                return true;
            }
        }
    }

    /** Sends what was posted, as far as possible now. */
    void sendPosted() {
        admit();
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
                queuePair.service().expire(nowNs);
            } catch (final Throwable e) {
                queuePair.recordBreakdown("checking its timers", e);
            }
            ready.add(queuePair);
            deadlines.update(queuePair);
        }
    }

    /** Receives packets up to a limit. Only those of one train, and short ones already delivered, may exceed it. */
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
            if (!sink.dropIncoming(socket.arrival())) {
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
            log.error("receiving a packet from the socket", "the packet is lost", e);
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
            management.receive(incoming, socket.arrival());
            return;
        }
        final PortQueuePair queuePair = queuePairs.get(number);
        if (queuePair == null) {
            counters.increment(TransportCounter.DROPPED_QUEUE_PAIR);
            return;
        }
        try {
            queuePair.service().receive(incoming, socket.arrival(), nowNs);
        } catch (final Throwable e) {
            queuePair.recordBreakdown("handling a packet", e);
        }
        finishDelivery(queuePair);
    }

    /** Gives a queue pair that has handled a packet a turn, and notifies its owner. */
    void finishDelivery(final PortQueuePair queuePair) {
        ready.add(queuePair);
        try {
            queuePair.owner().onPacketProcessed();
        } catch (final Throwable e) {
            log.error("notifying the owner of queue pair " + queuePair.number() + " of a packet",
                "it is notified of the next packet", e);
        }
    }

    /** Gives one turn to each queue pair that is ready now. */
    private void transmit(final long nowNs) {
        sink.sendWaiting();
        final PortQueuePair last = ready.last();
        PortQueuePair queuePair = null;
        while (queuePair != last && !socket.isBlocked()) {
            queuePair = ready.poll();
            if (!queuePair.isRemoved()) {
                transmit(queuePair, nowNs);
            }
        }
        admitWaiting();
        sink.flush();
    }

    /** Gives a turn to the queue pairs that were posted to, and to those that waited for others. */
    private void admit() {
        posted.moveTo(ready);
        admitWaiting();
    }

    /** Gives a turn to a queue pair whose READ may start now, and to one that may send to its peer now. */
    private void admitWaiting() {
        admit(transport.reads().next());
        admit(transport.peers().next());
    }

    private void admit(final int number) {
        final PortQueuePair queuePair = number == SharedBudget.NOBODY ? null : queuePairs.get(number);
        if (queuePair != null) {
            ready.add(queuePair);
        }
    }

    private void transmit(final PortQueuePair queuePair, final long nowNs) {
        boolean more = false;
        try {
            failIfNeeded(queuePair);
            more = queuePair.service().transmit(nowNs, QUANTUM_PACKETS);
            queuePair.clearBreakdowns();
            deadlines.update(queuePair);
        } catch (final Throwable e) {
            queuePair.recordBreakdown("sending its packets", e);
            more = queuePair.breakdowns() == 1;
            deadlines.schedule(queuePair, nowNs + BREAKDOWN_PAUSE_NS);
        }
        countExpectation(queuePair, queuePair.service().hasDeadline());
        if (more || socket.isBlocked()) {
            ready.add(queuePair);
        }
    }

    /**
     * Moves a queue pair to ERROR if that was requested, or if its state machines threw and cannot continue. This
     * happens in its turn and not where it threw, because there may have been no memory or stack left.
     */
    private void failIfNeeded(final PortQueuePair queuePair) {
        if (queuePair.hasUndeliveredEvents()) {
            notifications.deliver(queuePair);
        }
        final Throwable breakdown = queuePair.takeBreakdown();
        if (breakdown == null && !queuePair.isErrorRequested()) {
            return;
        }
        final ConnectionState state = queuePair.service().state();
        final boolean ends = state != ConnectionState.RESET && state != ConnectionState.ERROR;
        if (breakdown != null) {
            transport.counters().increment(TransportCounter.CONNECTION_BREAKDOWNS);
            log.error("queue pair " + queuePair.number() + ", " + queuePair.brokenActivity() + ",",
                "it " + (ends ? "goes to state " + ConnectionState.ERROR : "is in state " + state)
                    + ", other queue pairs continue", breakdown);
        }
        if (ends) {
            try {
                queuePair.service().error();
            } finally {
                deliver(queuePair, EventTypes.QUEUE_PAIR_FATAL);
            }
        }
    }

    @Override
    public String toString() {
        return "Dispatcher of " + socket;
    }
}
