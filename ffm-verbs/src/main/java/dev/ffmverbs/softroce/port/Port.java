// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.faults.FaultSettings;
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
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * The port of an open device: everything its connections share, and the lock they work under.
 *
 * <p>Methods say whether they need the lock; those that do not may be called by any thread.
 */
public final class Port implements AutoCloseable {

    /** Packets that one connection sends before others have their turn. */
    private static final int QUANTUM_PACKETS = 32;
    /** Packets taken in before they are answered, so that one acknowledgement stands for all; reached by doubling. */
    private static final int MAX_BATCH_PACKETS = 32;
    /** Rounds after which the lock is given up, so that others get it. */
    private static final int MAX_ROUNDS = 16;
    private static final int FIRST_QUEUE_PAIR = 2;
    private static final int LAST_QUEUE_PAIR = 0xFF_FFFE;

    private final LocalAddress local;
    private final UdpSocket socket;
    private final PortSink sink;
    private final TransportContext transport;
    private final MemoryTable memory;
    private final RandomKeyTable<PortConnection> connections;
    private final RocePacket incoming = new RocePacket();
    private final ReentrantLock dispatch = new ReentrantLock();
    private final PostedConnections posted = new PostedConnections();
    private final ReadyConnections ready = new ReadyConnections();
    private final Deadlines deadlines = new Deadlines();
    private final PortThread thread;
    private long polls;

    private Port(
        final LocalAddress local, final UdpSocket socket, final TransportCounters counters, final Icrc icrc,
        final SecureRandom random, final TransportSettings settings) throws IOException {
        this.local = local;
        this.socket = socket;
        this.sink = new PortSink(socket);
        this.memory = new MemoryTable(random);
        this.connections = new RandomKeyTable<>(random, FIRST_QUEUE_PAIR, LAST_QUEUE_PAIR);
        final AsynchronousEvents events = (type, number) -> connections.get(number).owner().happened(type);
        this.transport = new TransportContext(memory, icrc, sink, counters, events, settings);
        this.thread = new PortThread(this, socket.channel());
    }

    /**
     * Opens the socket, tests it, and starts the port's thread.
     *
     * @param local              address and UDP port.
     * @param receiveBufferBytes size of the socket's receive buffer to ask for; the system may give less.
     * @param faults             what is to go wrong.
     * @return the open port.
     * @throws ProviderException when the port cannot be had or used; the message says why and what to do.
     */
    public static Port open(final LocalAddress local, final int receiveBufferBytes, final FaultSettings faults)
        throws ProviderException {
        final TransportCounters counters = new TransportCounters();
        final SecureRandom random = new SecureRandom();
        final Icrc icrc = new Icrc();
        final UdpSocket socket = UdpSocket.open(local, receiveBufferBytes, counters);
        boolean open = false;
        try {
            new SocketSelfTest(socket, icrc, random).run();
            final Port port = new Port(local, socket, counters, icrc, random,
                ReceiveBudget.settings(socket.receiveBufferBytes()));
            port.faults(faults);
            port.thread.start();
            open = true;
            return port;
        } catch (final IOException e) {
            throw new ProviderException("ibv_open_device", "address=" + local, Errno.EIO, e.toString());
        } finally {
            if (!open) {
                socket.close();
            }
        }
    }

    /**
     * Address and UDP port.
     *
     * @return where the port is.
     */
    public LocalAddress local() {
        return local;
    }

    /**
     * What the port counts.
     *
     * @return the counters; any thread may read them.
     */
    public TransportCounters counters() {
        return transport.counters();
    }

    /**
     * Registered memory.
     *
     * @return the table; it needs the lock.
     */
    public MemoryTable memory() {
        return memory;
    }

    /**
     * What connections to be added are made with.
     *
     * @return what all connections share.
     */
    public TransportContext transport() {
        return transport;
    }

    /**
     * Changes what goes wrong from now on; takes the lock.
     *
     * @param settings the settings.
     */
    public void faults(final FaultSettings settings) {
        lock();
        try {
            sink.faults(settings);
        } finally {
            unlock();
        }
    }

    /** Takes the lock, waiting for it. Locks of queues may be held, none is taken under it. */
    public void lock() {
        dispatch.lock();
    }

    /** Gives the lock back, having done what others left to do meanwhile. */
    public void unlock() {
        try {
            sendPosted();
        } finally {
            release();
        }
    }

    /** Gives the lock back; what was posted just before is not forgotten. */
    private void release() {
        thread.wakeIfNeeded();
        dispatch.unlock();
        while (!posted.isEmpty() && dispatch.tryLock()) {
            try {
                sendPosted();
            } finally {
                thread.wakeIfNeeded();
                dispatch.unlock();
            }
        }
    }

    /**
     * Adds a connection under a random number; takes the lock.
     *
     * @param owner      is told what happens to it.
     * @param connection makes the connection of a number.
     * @return the connection, in state RESET.
     */
    public PortConnection connect(
        final ConnectionOwner owner, final IntFunction<ReliableConnection> connection) {
        lock();
        try {
            final int number = connections.draw();
            final PortConnection added = new PortConnection(connection.apply(number), owner);
            connections.put(number, added);
            return added;
        } finally {
            unlock();
        }
    }

    /**
     * Removes a connection: it never does or completes anything again; takes the lock.
     *
     * @param connection a connection of this port.
     */
    public void disconnect(final PortConnection connection) {
        lock();
        try {
            connections.remove(connection.connection().number());
            connection.connection().reset();
            connection.remove();
            deadlines.remove(connection);
        } finally {
            unlock();
        }
    }

    /**
     * Sends what was posted to a connection, or leaves it to the thread that has the lock; never waits.
     *
     * @param connection the connection.
     */
    public void posted(final PortConnection connection) {
        posted.add(connection);
        if (dispatch.tryLock()) {
            try {
                sendPosted();
            } finally {
                release();
            }
        }
    }

    /**
     * Notes that a connection may have something to send, or to time; under the lock.
     *
     * @param connection the connection.
     */
    public void touched(final PortConnection connection) {
        ready.add(connection);
    }

    /**
     * Takes a connection to ERROR as soon as its state machines are at rest; under the lock.
     *
     * @param connection a connection whose completions nobody can read any more.
     */
    public void doom(final PortConnection connection) {
        connection.doom();
        ready.add(connection);
    }

    /**
     * Does what is there to do, unless another thread is at it; never waits.
     *
     * @param satisfied tells whether the caller has what it polls for, so that it need not wait for the rest.
     */
    public void poll(final BooleanSupplier satisfied) {
        if (!dispatch.hasQueuedThreads() && dispatch.tryLock()) {
            try {
                polls++;
                work(satisfied);
            } finally {
                release();
            }
        }
    }

    /** Says that the caller is about to sleep, so that the port's thread must watch the socket. */
    public void leaveToThread() {
        thread.takeOver();
    }

    /** How often the port was polled; under the lock. */
    long polls() {
        return polls;
    }

    /** Whether the socket has no room for packets that are to be sent; under the lock. */
    boolean isBlocked() {
        return !ready.isEmpty() && socket.isBlocked();
    }

    /** Whether there is something to send at once; under the lock. */
    boolean hasWork() {
        return !ready.isEmpty() && !socket.isBlocked();
    }

    /** Whether there is a time at which something is to be done; under the lock. */
    boolean hasDeadline() {
        return !deadlines.isEmpty() || sink.holdsPackets();
    }

    /** When something is to be done; under the lock, and only when there is such a time. */
    long deadlineNs() {
        if (deadlines.isEmpty()) {
            return sink.dueNs();
        }
        final long deadlineNs = deadlines.earliestNs();
        return sink.holdsPackets() && sink.dueNs() - deadlineNs < 0 ? sink.dueNs() : deadlineNs;
    }

    /**
     * Takes packets in, answers them, sends, and looks at the timers, until nothing is left or others should have their
     * turn; under the lock.
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

    private void sendPosted() {
        posted.moveTo(ready);
        if (!ready.isEmpty()) {
            transmit(System.nanoTime());
        }
    }

    private void expire(final long nowNs) {
        sink.release(nowNs);
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
            if (!sink.cutsIncoming()) {
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
        final PortConnection connection = connections.get(incoming.destinationQueuePair());
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
            if (connection.isRemoved()) {
                continue;
            }
            if (connection.isDoomed()) {
                fail(connection);
            }
            final boolean more = connection.connection().transmit(nowNs, QUANTUM_PACKETS);
            deadlines.update(connection);
            if (more || socket.isBlocked()) {
                ready.add(connection);
            }
        }
    }

    private static void fail(final PortConnection connection) {
        final ConnectionState state = connection.connection().state();
        if (state != ConnectionState.RESET && state != ConnectionState.ERROR) {
            connection.connection().error();
            connection.owner().happened(PortEvents.QUEUE_PAIR_FATAL);
        }
    }

    /** Closes the socket and ends the port's thread; nothing of the port may be in use. */
    @Override
    public void close() {
        thread.end();
        socket.close();
    }
}
