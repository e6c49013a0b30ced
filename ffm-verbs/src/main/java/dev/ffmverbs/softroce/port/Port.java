// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.transport.TransportContext;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.transport.TransportService;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * The port of an open device. It has everything that the queue pairs share, and the lock that they work under.
 *
 * <p>Some methods require the caller to hold the lock, and their documentation says so. Any thread may call the other
 * methods.
 */
public final class Port implements AutoCloseable {

    private final LocalAddress local;
    private final PacketSocket socket;
    private final PortLog log;
    private final String whyNotFast;
    private final Dispatcher dispatcher;
    private final SocketWatch watch;
    private final PortLock lock;
    private final BooleanSupplier wanted;
    private final GeneralServices generalServices;
    private final MulticastGroups multicastGroups;
    private final Paths paths;
    private final ApplicationActivity activity = new ApplicationActivity();
    private final PacketWait waiting;
    private final WaitingThreads waitingThreads;
    private final PortThread thread;

    private Port(
        final OpenedSocket opened, final SocketWatch watch, final Dispatcher dispatcher, final PortLog log) {
        this.socket = opened.socket();
        this.log = log;
        this.whyNotFast = opened.whyNotFast();
        this.local = socket.local();
        this.dispatcher = dispatcher;
        this.watch = watch;
        this.lock = new PortLock(dispatcher, watch);
        this.wanted = lock::hasQueue;
        this.generalServices = new GeneralServices(lock, dispatcher);
        this.paths = new Paths(local, socket);
        this.multicastGroups = new MulticastGroups(socket, lock, dispatcher, log);
        this.waiting = new PacketWait(lock, dispatcher, watch, activity);
        this.waitingThreads = new WaitingThreads(watch);
        this.thread = new PortThread(local, waiting, watch, activity, waitingThreads, log);
    }

    /**
     * Opens the socket, tests it, and starts the port thread.
     *
     * @param deviceName         name of the device, for messages.
     * @param local              address and UDP port.
     * @param receiveBufferBytes size of the receive buffer to request for the socket. The system may grant less.
     * @param faults             faults to inject.
     * @param sockets            sockets that it may open.
     * @return the open port.
     * @throws ProviderException if the UDP port cannot be bound or used. The message gives the reason and the remedy.
     */
    public static Port open(
        final String deviceName, final LocalAddress local, final int receiveBufferBytes, final FaultSettings faults,
        final AllowedSockets sockets) throws ProviderException {
        return open(local, receiveBufferBytes, faults, sockets, MachineLoad.OF_THIS_MACHINE,
            new PortLog(deviceName + " at " + local, System.getLogger(Port.class.getName())));
    }

    /** Opens a port with a specific machine load and log. */
    static Port open(
        final LocalAddress local, final int receiveBufferBytes, final FaultSettings faults,
        final AllowedSockets sockets, final MachineLoad load, final PortLog log) throws ProviderException {
        final TransportCounters counters = new TransportCounters();
        final SecureRandom random = new SecureRandom();
        final Icrc icrc = new Icrc();
        final OpenedSocket opened = new SocketOpening(
            local, receiveBufferBytes, icrc, random, counters, log, UdpDescriptor::new).open(sockets);
        final PacketSocket socket = opened.socket();
        SocketWatch watch = null;
        boolean open = false;
        try {
            final Dispatcher dispatcher = new Dispatcher(
                socket, counters, icrc, random, ReceiveBudget.settings(socket.receiveBufferBytes()), log);
            watch = new SocketWatch(dispatcher, socket.openWait(), load);
            final Port port = new Port(opened, watch, dispatcher, log);
            port.injectFaults(faults);
            port.thread.start();
            open = true;
            return port;
        } catch (final IOException e) {
            throw new ProviderException("ibv_open_device", "address=" + local, Errno.EIO, e.toString());
        } finally {
            if (!open) {
                close(socket, watch);
            }
        }
    }

    private static void close(final PacketSocket socket, final SocketWatch watch) {
        try (socket; watch) {
            // In reverse order, each of them even if the other fails.
        }
    }

    /**
     * Returns a description of the socket in use.
     *
     * @return "fast socket", or "channel socket" followed by the reason why it is not the fast one.
     */
    public String socketDescription() {
        return whyNotFast == null ? socket.description() : socket.description() + ": " + whyNotFast;
    }

    /**
     * Returns the address and UDP port.
     *
     * @return the address that the port is bound to.
     */
    public LocalAddress local() {
        return local;
    }

    /**
     * Returns the counters.
     *
     * @return the counters. Any thread may read them.
     */
    public TransportCounters counters() {
        return dispatcher.transport().counters();
    }

    /**
     * Returns the registered memory.
     *
     * @return the table. Its methods require the lock.
     */
    public MemoryTable memory() {
        return dispatcher.transport().memory();
    }

    /**
     * Returns the state shared by the state machines of all queue pairs.
     *
     * @return the context for new state machines.
     */
    public TransportContext transport() {
        return dispatcher.transport();
    }

    /**
     * Returns queue pair 1.
     *
     * @return the general services interface.
     */
    public GeneralServices generalServices() {
        return generalServices;
    }

    /**
     * Returns what makes the paths of queue pairs.
     *
     * @return its methods require the lock.
     */
    public Paths paths() {
        return paths;
    }

    /**
     * Returns the multicast groups of queue pairs.
     *
     * @return the groups.
     */
    public MulticastGroups multicastGroups() {
        return multicastGroups;
    }

    /**
     * Changes the faults injected from now on. Takes the lock.
     *
     * @param settings the settings.
     */
    public void injectFaults(final FaultSettings settings) {
        lock();
        try {
            dispatcher.sink().injectFaults(settings);
        } finally {
            unlock();
        }
    }

    /**
     * Takes the lock, and waits for it if necessary. A thread may already hold queue locks. It takes no queue lock
     * under this lock.
     */
    public void lock() {
        lock.lock();
    }

    /** Releases the lock after doing work left by other threads, unless the caller holds it more than once. */
    public void unlock() {
        lock.unlock();
    }

    /**
     * Adds a queue pair under a random number. Takes the lock.
     *
     * @param owner   receives its events.
     * @param factory creates the state machines for a queue pair number.
     * @return the queue pair, in state RESET.
     */
    public PortQueuePair add(final QueuePairOwner owner, final IntFunction<TransportService> factory) {
        lock();
        try {
            return dispatcher.add(owner, factory);
        } finally {
            unlock();
        }
    }

    /**
     * Removes a queue pair. It never does or completes anything again. Takes the lock.
     *
     * @param queuePair a queue pair of this port.
     */
    public void remove(final PortQueuePair queuePair) {
        lock();
        try {
            dispatcher.remove(queuePair);
        } finally {
            unlock();
        }
    }

    /**
     * Sends what was posted to a queue pair, or leaves it to the thread that has the lock. Never waits.
     *
     * @param queuePair the queue pair.
     */
    public void sendPosted(final PortQueuePair queuePair) {
        dispatcher.addPosted(queuePair);
        lock.sendPostedOrLeave();
    }

    /**
     * Gives a queue pair a turn, because it may have something to send or a new deadline. Requires the lock.
     *
     * @param queuePair the queue pair.
     */
    public void markReady(final PortQueuePair queuePair) {
        dispatcher.markReady(queuePair);
    }

    /**
     * Moves a queue pair to ERROR as soon as its state machines are at rest. Requires the lock.
     *
     * @param queuePair queue pair whose completions can no longer be read.
     */
    public void requestError(final PortQueuePair queuePair) {
        queuePair.requestError();
        dispatcher.markReady(queuePair);
    }

    /**
     * Delivers a notification to the application, immediately or as soon as possible. Requires the lock.
     *
     * @param notification the notification.
     */
    public void deliver(final Notification notification) {
        dispatcher.deliver(notification);
    }

    /** Counts a poll by the application that found what it polled for. Never waits. */
    public void countPoll() {
        activity.countPoll();
    }

    /**
     * Does the available work, unless another thread is doing it. Never waits.
     *
     * @param satisfied returns whether the caller has what it polls for and need not wait for the rest.
     */
    public void poll(final BooleanSupplier satisfied) {
        activity.countPoll();
        if (lock.tryLock()) {
            try {
                activity.countTurn();
                dispatcher.work(satisfied, wanted);
            } finally {
                lock.release();
            }
        }
    }

    /**
     * Blocks until satisfied, and does the work of the port instead of its thread, unless other threads are already
     * doing it.
     *
     * @param satisfied returns whether the caller has what it waits for. Called under the lock by any thread.
     * @param timeoutNs longest wait in nanoseconds.
     * @return true after the caller was satisfied, was interrupted or has waited long enough, or false if it must
     *     {@link #follow} other threads that do the work: one that waits, some that poll, or the port thread.
     */
    public boolean await(final BooleanSupplier satisfied, final long timeoutNs) {
        final long nowNs = System.nanoTime();
        if (!waitingThreads.tryLead(nowNs)) {
            return false;
        }
        try {
            final boolean othersPoll = waiting.await(satisfied, nowNs, timeoutNs);
            if (othersPoll) {
                thread.leaveToPolls();
            }
            return !othersPoll;
        } catch (final IOException e) {
            waitingThreads.refuse();
            log.error("waiting for packets in a thread of the application", "the port's own thread waits for them", e);
            return false;
        } finally {
            waitingThreads.stopLeading();
            if (waitingThreads.needsPortThread()) {
                thread.takeOver();
            }
        }
    }

    /**
     * Sleeps while other threads do the work of the port. The caller calls {@link #await} again if it wakes up without
     * what it waits for, because it may have to do the work from then on.
     *
     * @param waiter    lets the calling thread sleep.
     * @param timeoutNs longest sleep in nanoseconds.
     */
    public void follow(final Waiter waiter, final long timeoutNs) {
        final boolean leadsNext = waitingThreads.follow(waiter);
        try {
            if (!leadsNext) {
                thread.takeOver();
            }
            if (!leadsNext || watch.isTaken() || thread.isLeftToPolls()) {
                waiter.sleep(timeoutNs);
            }
        } finally {
            waitingThreads.stopFollowing(waiter, leadsNext);
        }
    }

    /** Ends the wait of a thread in {@link #await}, if there is one, because its condition has changed. */
    public void wakeUp() {
        watch.wakeUp();
    }

    /**
     * Returns how often the application polled.
     *
     * @return number of polls, successful or not. A few polls of concurrent threads may be missing.
     */
    public long polls() {
        return activity.polls();
    }

    /** Returns whether the port thread has left the work to the application. */
    boolean isLeftToApplication() {
        return thread.isLeftToApplication();
    }

    /** Returns whether threads that wait have left the work to threads that poll. */
    boolean isLeftToPolls() {
        return thread.isLeftToPolls();
    }

    /** Returns how often the port thread was woken, or continued without sleeping. */
    long threadRounds() {
        return thread.rounds();
    }

    /** Closes the socket and ends the port thread. The port must no longer be in use. */
    @Override
    public void close() {
        try (socket; watch; thread; multicastGroups) {
            // In reverse order, each of them even if others fail.
        }
    }

    @Override
    public String toString() {
        return "port " + local;
    }
}
