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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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

    private static final Logger LOGGER = System.getLogger(Port.class.getName());

    /** A thread that waits is there all the while, unlike one that polls. */
    private static final int POLLS_PER_WAIT = 8;

    private static final VarHandle POLLS;

    static {
        try {
            POLLS = MethodHandles.lookup().findVarHandle(Port.class, "polls", long.class).withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LocalAddress local;
    private final UdpSocket socket;
    private final Dispatcher dispatcher;
    private final DispatchLock dispatch = new DispatchLock();
    private final SocketWatch watch;
    private final PortThread thread;

    /** Read by the port's thread, and counted up by who waits, without the lock. */
    private long polls;

    private Port(final UdpSocket socket, final Dispatcher dispatcher) throws IOException {
        this.local = socket.local();
        this.socket = socket;
        this.dispatcher = dispatcher;
        this.watch = new SocketWatch(dispatcher, socket.channel());
        this.thread = new PortThread(this, watch);
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
            final Port port = new Port(socket, new Dispatcher(
                socket, counters, icrc, random, ReceiveBudget.settings(socket.receiveBufferBytes())));
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
     * @param agent who answers; null when nobody does any more.
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

    /** Takes the lock, waiting for it. Locks of queues may be held, none is taken under it. */
    public void lock() {
        dispatch.lock();
    }

    /** Takes the lock for the port's own thread, waiting for it without allocating. */
    void lockForThread() {
        dispatch.lockWithoutQueue();
    }

    /** Gives the lock back, having done what others left to do meanwhile; unless the caller has it once more. */
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

    /** Gives the lock back; what was posted just before is not forgotten. */
    private void release() {
        watch.wakeIfNeeded();
        dispatch.unlock();
        while (dispatcher.hasPosted() && dispatch.tryLock()) {
            try {
                dispatcher.sendPosted();
            } finally {
                watch.wakeIfNeeded();
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
    public void disconnect(final PortConnection connection) {
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
    public void posted(final PortConnection connection) {
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
    public void touched(final PortConnection connection) {
        dispatcher.touched(connection);
    }

    /**
     * Takes a connection to ERROR as soon as its state machines are at rest; under the lock.
     *
     * @param connection a connection whose completions nobody can read any more.
     */
    public void doom(final PortConnection connection) {
        connection.doom();
        dispatcher.touched(connection);
    }

    /**
     * Does what is there to do, unless another thread is at it; never waits.
     *
     * @param satisfied tells whether the caller has what it polls for, so that it need not wait for the rest.
     */
    public void poll(final BooleanSupplier satisfied) {
        if (!dispatch.isWanted() && dispatch.tryLock()) {
            try {
                POLLS.setOpaque(this, polls + 1);
                dispatcher.work(satisfied);
            } finally {
                release();
            }
        }
    }

    /**
     * Waits for something that comes of the port's work, and does that work meanwhile, in the stead of the port's
     * thread; unless that or another thread is at it already.
     *
     * @param satisfied tells whether the caller has what it waits for; called under the lock by any thread.
     * @param timeoutNs how long to wait at most, in nanoseconds.
     * @return true after the caller was satisfied, interrupted or waited long enough; false when it must wait for
     *     others to do the work, the port's thread among them.
     */
    public boolean await(final BooleanSupplier satisfied, final long timeoutNs) {
        // Without the lock: should it undo a count of another thread, the rate comes out a little lower.
        POLLS.setOpaque(this, polls() + POLLS_PER_WAIT);
        if (Thread.currentThread().isVirtual() || !watch.tryTake()) {
            thread.takeOver();
            return false;
        }
        try {
            final long startNs = System.nanoTime();
            long leftNs = timeoutNs;
            while (leftNs > 0 && !satisfied.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
                if (workAndPrepare(satisfied)) {
                    watch.sleep(leftNs);
                }
                leftNs = timeoutNs == Long.MAX_VALUE ? timeoutNs : timeoutNs - (System.nanoTime() - startNs);
            }
            return true;
        } catch (final IOException e) {
            LOGGER.log(Level.ERROR, "waiting at the port " + local + " failed", e);
            return false;
        } finally {
            watch.giveBack();
        }
    }

    /** Returns whether there is nothing to do but sleep. */
    private boolean workAndPrepare(final BooleanSupplier satisfied) {
        lock();
        try {
            watch.awake();
            final boolean more = dispatcher.work(satisfied);
            final boolean sleeps = !more && !satisfied.getAsBoolean();
            if (sleeps) {
                watch.prepare(System.nanoTime(), satisfied);
            }
            return sleeps;
        } finally {
            unlock();
        }
    }

    /** Ends a wait in {@link #await}, should somebody be in one: what satisfies it has changed. */
    public void wakeUp() {
        watch.wakeUp();
    }

    /** How often the application polled, or waited. */
    long polls() {
        return (long) POLLS.getOpaque(this);
    }

    /** What happens at the port; under the lock. */
    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Closes the socket and ends the port's thread; nothing of the port may be in use. */
    @Override
    public void close() {
        thread.end();
        watch.close();
        socket.close();
    }
}
