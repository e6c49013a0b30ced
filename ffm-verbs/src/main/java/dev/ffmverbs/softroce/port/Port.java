// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.transport.ReliableConnection;
import dev.ffmverbs.softroce.transport.TransportContext;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.security.SecureRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * The port of an open device: everything its connections share, and the lock they work under.
 *
 * <p>Methods say whether they need the lock; those that do not may be called by any thread.
 */
public final class Port implements AutoCloseable {

    /** A thread that waits is there all the while, unlike one that polls. */
    private static final int POLLS_PER_WAIT = 8;

    private static final VarHandle TURNS;

    static {
        try {
            TURNS = MethodHandles.lookup().findVarHandle(Port.class, "turns", long.class).withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LocalAddress local;
    private final UdpSocket socket;
    private final Dispatcher dispatcher;
    private final DispatchLock dispatch = new DispatchLock();
    private final SocketWatch watch;
    private final PacketWait waiting;
    private final PortThread thread;
    private final PollCount polls = new PollCount();

    /** How often the application did the port's work; written under the dispatch lock. */
    private long turns;

    private Port(final UdpSocket socket, final SocketWatch watch, final Dispatcher dispatcher, final PortLog log) {
        this.local = socket.local();
        this.socket = socket;
        this.dispatcher = dispatcher;
        this.watch = watch;
        this.waiting = new PacketWait(this, dispatcher, watch, log);
        this.thread = new PortThread(this, waiting, watch, log);
    }

    /**
     * Opens the socket, tests it, and starts the port's thread.
     *
     * @param deviceName         name of the device, for messages.
     * @param local              address and UDP port.
     * @param receiveBufferBytes size of the socket's receive buffer to ask for; the system may give less.
     * @param faults             what is to go wrong.
     * @return the open port.
     * @throws ProviderException when the port cannot be had or used; the message says why and what to do.
     */
    public static Port open(
        final String deviceName, final LocalAddress local, final int receiveBufferBytes, final FaultSettings faults)
        throws ProviderException {
        return open(local, receiveBufferBytes, faults, MachineLoad.OF_THIS_MACHINE,
            new PortLog(deviceName + " at " + local, System.getLogger(Port.class.getName())));
    }

    /** Opens a port that asks another machine load, and logs what goes wrong somewhere else. */
    static Port open(
        final LocalAddress local, final int receiveBufferBytes, final FaultSettings faults, final MachineLoad load,
        final PortLog log) throws ProviderException {
        final TransportCounters counters = new TransportCounters();
        final SecureRandom random = new SecureRandom();
        final Icrc icrc = new Icrc();
        final UdpSocket socket = UdpSocket.open(local, receiveBufferBytes, counters, log);
        SocketWatch watch = null;
        boolean open = false;
        try {
            new SocketSelfTest(socket, icrc, random).run();
            final Dispatcher dispatcher = new Dispatcher(
                socket, counters, icrc, random, ReceiveBudget.settings(socket.receiveBufferBytes()), log);
            watch = new SocketWatch(dispatcher, socket.channel(), load, log);
            final Port port = new Port(socket, watch, dispatcher, log);
            port.faults(faults);
            port.thread.start();
            open = true;
            return port;
        } catch (final IOException e) {
            throw new ProviderException("ibv_open_device", "address=" + local, Errno.EIO, e.toString());
        } finally {
            if (!open) {
                if (watch != null) {
                    watch.close();
                }
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
        return dispatcher.transport().counters();
    }

    /**
     * Registered memory.
     *
     * @return the table; it needs the lock.
     */
    public MemoryTable memory() {
        return dispatcher.transport().memory();
    }

    /**
     * What connections to be added are made with.
     *
     * @return what all connections share.
     */
    public TransportContext transport() {
        return dispatcher.transport();
    }

    /**
     * Changes what goes wrong from now on; takes the lock.
     *
     * @param settings the settings.
     */
    public void faults(final FaultSettings settings) {
        lock();
        try {
            dispatcher.sink().faults(settings);
        } finally {
            unlock();
        }
    }

    /**
     * Says who answers for queue pair 1; takes the lock.
     *
     * @param agent who answers; null when nobody does from now on.
     */
    public void management(final ManagementAgent agent) {
        lock();
        try {
            dispatcher.management().agent(agent);
        } finally {
            unlock();
        }
    }

    /** Says that the agent of queue pair 1 may want to be called sooner; takes the lock. */
    public void managementDeadlineMoved() {
        lock();
        try {
            dispatcher.management().schedule();
        } finally {
            unlock();
        }
    }

    /**
     * Sends a datagram for queue pair 1; like any other it may be lost. Takes the lock.
     *
     * @param peerAddress IPv4 address of the peer, first octet in the top byte.
     * @param contents    writes the packet, but for its checksum.
     */
    public void send(final int peerAddress, final Consumer<? super RocePacket> contents) {
        lock();
        try {
            dispatcher.management().send(peerAddress, contents);
        } finally {
            unlock();
        }
    }

    /**
     * Makes the peer of a connected queue pair show that it is there, without any effect on the data; the agent of
     * queue pair 1 {@linkplain ManagementAgent#peerAnswered hears} of it. Takes the lock.
     *
     * @param queuePair its number; one that does not exist or is not connected does no harm.
     */
    public void probe(final int queuePair) {
        lock();
        try {
            dispatcher.probe(queuePair);
        } finally {
            unlock();
        }
    }

    /** Takes the lock, waiting for it. Locks of queues may be held, none is taken under it. */
    public void lock() {
        dispatch.lock();
    }

    /** Takes the lock for the port's own thread, waiting for it without allocating. */
    void lockForThread() {
        dispatch.lockWithoutQueue();
    }

    /** Takes the lock, unless another thread has it or waits for it. */
    boolean tryLock() {
        return !dispatch.isWanted() && dispatch.tryLock();
    }

    /** Gives the lock back, having done what others left to do; unless the caller has it once more. */
    public void unlock() {
        if (dispatch.isNested()) {
            dispatch.unlock();
            return;
        }
        try {
            dispatcher.sendPosted();
        } finally {
            release();
        }
    }

    /** Gives the lock back, whatever happens; what was posted just before is not forgotten. */
    private void release() {
        wakeAndUnlock();
        while (dispatcher.hasPosted() && dispatch.tryLock()) {
            try {
                dispatcher.sendPosted();
            } finally {
                wakeAndUnlock();
            }
        }
    }

    private void wakeAndUnlock() {
        try {
            watch.wakeIfNeeded();
        } finally {
            dispatch.unlock();
        }
    }

    /**
     * Adds a connection under a random number; takes the lock.
     *
     * @param owner      is told what happens to it.
     * @param connection makes the connection of a number.
     * @return the connection, in state RESET.
     */
    public PortQueuePair connect(
        final QueuePairOwner owner, final IntFunction<ReliableConnection> connection) {
        lock();
        try {
            return dispatcher.add(owner, connection);
        } finally {
            unlock();
        }
    }

    /**
     * Removes a connection: it never does or completes anything again; takes the lock.
     *
     * @param connection a connection of this port.
     */
    public void disconnect(final PortQueuePair connection) {
        lock();
        try {
            dispatcher.remove(connection);
        } finally {
            unlock();
        }
    }

    /**
     * Sends what was posted to a connection, or leaves it to the thread that has the lock; never waits.
     *
     * @param connection the connection.
     */
    public void posted(final PortQueuePair connection) {
        dispatcher.posted(connection);
        if (dispatch.tryLock()) {
            try {
                dispatcher.sendPosted();
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
    public void touched(final PortQueuePair connection) {
        dispatcher.touched(connection);
    }

    /**
     * Takes a connection to ERROR as soon as its state machines are at rest; under the lock.
     *
     * @param connection a connection whose completions nobody can read any more.
     */
    public void doom(final PortQueuePair connection) {
        connection.doom();
        dispatcher.touched(connection);
    }

    /**
     * Tells the application something, now or as soon as that is possible; under the lock.
     *
     * @param news what to tell.
     */
    public void tell(final Notification news) {
        dispatcher.tell(news);
    }

    /** Notes that the application polled and found what it polled for; never waits. */
    public void polled() {
        polls.add(1);
    }

    /**
     * Does what is there to do, unless another thread is at it; never waits.
     *
     * @param satisfied tells whether the caller has what it polls for, so that it need not wait for the rest.
     */
    public void poll(final BooleanSupplier satisfied) {
        polls.add(1);
        if (tryLock()) {
            try {
                countTurn();
                dispatcher.work(satisfied);
            } finally {
                release();
            }
        }
    }

    /** Notes that a thread of the application does the port's work; under the lock. */
    void countTurn() {
        TURNS.setOpaque(this, turns + 1);
    }

    /**
     * Waits for something that comes of the port's work, and does that work in place of the port's thread; unless that
     * or another thread is at it already.
     *
     * @param satisfied tells whether the caller has what it waits for; called under the lock by any thread.
     * @param timeoutNs how long to wait at most, in nanoseconds.
     * @return true after the caller was satisfied, interrupted or waited long enough; false when it must wait for
     *     others to do the work, the port's thread among them.
     */
    public boolean await(final BooleanSupplier satisfied, final long timeoutNs) {
        polls.add(POLLS_PER_WAIT);
        if (Thread.currentThread().isVirtual() || !watch.tryTake()) {
            thread.takeOver();
            return false;
        }
        return waiting.await(satisfied, timeoutNs);
    }

    /** Ends a wait in {@link #await}, should somebody be in one: what satisfies it has changed. */
    public void wakeUp() {
        watch.wakeUp();
    }

    /**
     * How often the application polled, with a wait counted as several polls.
     *
     * @return polls, whether they found something or not; a few of several threads may be missing.
     */
    public long polls() {
        return polls.sum();
    }

    /** Whether the port's thread has left the work to the application. */
    boolean isLeftToApplication() {
        return thread.isLeftToApplication();
    }

    /** How often the application did the port's work. */
    long turns() {
        return (long) TURNS.getOpaque(this);
    }

    /** Closes the socket and ends the port's thread; nothing of the port may be in use. */
    @Override
    public void close() {
        thread.end();
        watch.close();
        socket.close();
    }
}
