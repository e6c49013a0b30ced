// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.OpenObjects;
import dev.ffmverbs.spi.ProviderException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads the events of a manager on a single thread, and passes each to its target.
 *
 * <p>Whatever a target or the observer throws, the thread continues and no event is lost. An event that was not handled
 * is passed on again. After repeated failures, the request is rejected or the connection ends. The thread ends only if
 * it cannot read events several times in a row. It then notifies everything that waits for events, and nothing new
 * begins.
 */
final class EventDispatcher {

    private static final long EVENT_WAIT_NS = TimeUnit.SECONDS.toNanos(1);

    /** Consecutive failures to read before the thread gives up. With the pauses in between, this takes about 8 s. */
    private static final int MOST_READ_FAILURES = 16;
    private static final long FIRST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    /** How often the ending thread tries to notify everything that waits. */
    private static final int MOST_END_TRIES = 128;

    /** How long to wait for the turn of the thread before it is woken again. */
    private static final long LONGEST_TURN_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final String device;
    private final ConnectionManagerOperations operations;
    private final EventTargets targets;
    private final EventDelivery delivery;
    private final Thread thread;
    private volatile boolean stopping;

    /** Held by the thread from before it reads an event until the event is handled. Fair, so that others get it. */
    private final ReentrantLock turn = new ReentrantLock(true);

    /** Why the thread has ended without being stopped, or null. Guarded by this object, as are writes of stopping. */
    private Throwable endedBy;

    /** The thread of a manager. */
    private static final class EventThread extends Thread {

        EventThread(final String name, final Runnable task) {
            super(null, task, name);
            setDaemon(true);
        }
    }

    EventDispatcher(final String device, final ConnectionManagerOperations operations) {
        this.device = device;
        this.operations = operations;
        this.targets = new EventTargets(device, EventDelivery::report);
        this.delivery = new EventDelivery(device, targets);
        this.thread = new EventThread("rdma-cm-" + device, this::run);
    }

    void start() {
        thread.start();
    }

    /** Whether events are read. */
    boolean isRunning() {
        return thread.isAlive();
    }

    /** Whether the thread will read more events, unless reading fails. */
    synchronized boolean readsEvents() {
        return !stopping && endedBy == null && thread.isAlive();
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** Refuses a call that would wait for events on the thread that reads them. */
    void requireOtherThread(final String refusal) {
        if (isCurrentThread()) {
            throw new IllegalStateException(refusal);
        }
    }

    /** Whether the current thread is that of another manager. */
    boolean isThreadOfAnother() {
        return Thread.currentThread() instanceof EventThread && !isCurrentThread();
    }

    void observe(final Consumer<ConnectionEvent> newObserver) {
        delivery.observe(newObserver);
    }

    /** Returns the transport, to which identifiers can move. */
    ConnectionManagerOperations operations() {
        return operations;
    }

    /**
     * Does something while no event is read that was not handled. On the thread itself, this is during the event that
     * it handles.
     *
     * @throws InterruptedException if the caller is interrupted while a handler occupies the thread.
     */
    void runBetweenEvents(final Runnable action) throws InterruptedException {
        do {
            // Ends the wait of the thread, which then gives its turn to those who have asked for it by then.
            operations.wakeUp();
        } while (!turn.tryLock(LONGEST_TURN_WAIT_NS, TimeUnit.NANOSECONDS));
        try {
            action.run();
        } finally {
            turn.unlock();
        }
    }

    /** Stops passing on the events of an identifier, which has moved to another manager. */
    void release(final ConnectionIdentifierOperations identifier) {
        targets.remove(identifier);
    }

    /**
     * Creates an identifier and the owner of its events.
     *
     * @param portSpace the identifier's port space.
     * @param creator   creates the owner of the identifier.
     * @param target    returns the target for the owner's events.
     * @return the owner.
     * @throws ProviderException     if no identifier can be created.
     * @throws ConnectionException   if events can no longer be read.
     * @throws IllegalStateException if the manager is closed.
     */
    <T> T create(
        final PortSpace portSpace, final Function<ConnectionIdentifierOperations, T> creator,
        final Function<? super T, EventTarget> target) throws ProviderException {
        synchronized (this) {
            requireRunning();
            final ConnectionIdentifierOperations identifier = portSpace.create(operations);
            boolean created = false;
            try {
                final T owner = creator.apply(identifier);
                targets.put(identifier, target.apply(owner));
                created = true;
                return owner;
            } finally {
                if (!created) {
                    targets.discard(identifier);
                }
            }
        }
    }

    /** Adds the target of a request's identifier. */
    void file(final ConnectionIdentifierOperations identifier, final EventTarget request) {
        targets.put(identifier, request);
    }

    /**
     * Transfers the identifier of a request to the connection that is being accepted.
     *
     * @throws ConnectionException   if events can no longer be read.
     * @throws IllegalStateException if the manager is closed.
     */
    synchronized void handOver(final ConnectionIdentifierOperations identifier, final EventTarget connection) {
        requireRunning();
        targets.put(identifier, connection);
    }

    private void requireRunning() {
        if (stopping) {
            throw new IllegalStateException("ConnectionManager of " + device + " is closed");
        }
        if (endedBy != null) {
            throw endException();
        }
    }

    private ConnectionException endException() {
        final ConnectionException failure = new ConnectionException(Reason.MANAGER_ENDED, "the connection manager of "
            + device + " has ended because it could not read its events: " + endedBy + "; close it and open another");
        failure.initCause(endedBy);
        return failure;
    }

    /**
     * Destroys an identifier. Its events are then dropped.
     *
     * @throws ConnectionException if the provider refuses; the manager tries again once the owner counts as closed.
     */
    void destroy(final ConnectionIdentifierOperations identifier) {
        targets.destroy(identifier);
    }

    /** Destroys the identifier of a request that nobody takes. This rejects the request, at once or after a retry. */
    void discard(final ConnectionIdentifierOperations identifier) {
        targets.discard(identifier);
    }

    private void run() {
        turn.lock();
        try {
            runUntilOver();
        } finally {
            turn.unlock();
        }
    }

    private void runUntilOver() {
        Throwable failure = null;
        Throwable untold = null;
        boolean over = false;
        for (int tries = 0; !over && tries < MOST_END_TRIES; tries++) {
            try {
                if (tries == 0) {
                    failure = dispatchUntilStopped();
                } else {
                    LockSupport.parkNanos(FIRST_PAUSE_NS);
                }
                end(failure);
                over = true;
            } catch (final Throwable e) {
                // No call is made here, because it could throw again. The next round notifies again.
                failure = failure == null ? e : failure;
                untold = e;
            }
        }
        if (!over) {
            final Throwable last = untold;
            EventDelivery.report(() -> "not everything that waits for events of " + device
                + " was notified of its manager's end", last);
        }
    }

    /** Returns null after it was stopped, otherwise why events cannot be read. */
    private Throwable dispatchUntilStopped() {
        int failures = 0;
        Throwable failure = null;
        while (!stopping) {
            try {
                if (failure != null) {
                    final Throwable told = failure;
                    failure = null;
                    recoverFrom(told, failures);
                }
                if (delivery.isEmpty()) {
                    giveTurn();
                    read();
                }
                if (!delivery.isEmpty()) {
                    delivery.dispatch();
                }
                failures = 0;
            } catch (final Throwable e) {
                // No call is made here, because it could throw again and end the thread.
                failure = e;
                if (delivery.isEmpty() || delivery.isStuck()) {
                    failures++;
                }
                if (failures > MOST_READ_FAILURES) {
                    return e;
                }
            }
        }
        return null;
    }

    /** Lets those go first who wait to do something between two events. */
    private void giveTurn() {
        if (turn.hasQueuedThreads()) {
            turn.unlock();
            turn.lock();
        }
    }

    /** Reports a failure. Pauses if no event could be read, or an event could not even be dropped. */
    private void recoverFrom(final Throwable failure, final int failures) {
        if (failures > 0) {
            EventDelivery.report(() -> "the connection manager of " + device + " cannot read an event, failure "
                + failures + " in a row; trying again", failure);
            LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NS, FIRST_PAUSE_NS << failures));
        } else {
            EventDelivery.report(() -> delivery.describe() + " was not handled, and is passed on again", failure);
        }
    }

    private void read() throws ProviderException {
        // If a handler left the interrupt status set, every wait would end at once.
        final boolean ignored = Thread.interrupted();
        delivery.clear();
        delivery.set(operations.nextEvent(EVENT_WAIT_NS));
        if (delivery.isEmpty()) {
            targets.destroyLeftOver();
        }
    }

    /**
     * Ends event handling. Rejects a request that was read. If events can no longer be read, nothing new begins, and
     * everything that waits for events is notified.
     */
    private void end(final Throwable failure) {
        delivery.giveUp();
        final boolean first;
        synchronized (this) {
            if (stopping) {
                return;
            }
            first = endedBy == null;
            endedBy = failure;
        }
        if (first) {
            EventDelivery.report(() -> "the connection manager of " + device
                + " ends because it cannot read its events; its connections end", failure);
        }
        tellAll();
    }

    /** Notifies everything that waits for events. Throws afterwards if any of them failed. */
    private void tellAll() {
        Throwable failure = null;
        EventTarget untold = null;
        for (final EventTarget target : targets.all()) {
            try {
                target.onEventsLost().accept(endException());
            } catch (final Throwable e) {
                failure = e;
                untold = target;
            }
        }
        if (untold != null) {
            throw new IllegalStateException(
                untold + " failed to handle the end of the connection manager of " + device, failure);
        }
    }

    /**
     * Stops reading events. Nothing new begins. Stopping again has no effect.
     *
     * @throws IllegalStateException if listeners or connections are open; the message counts them by class and names
     *                               some, and nothing is stopped.
     */
    synchronized void stop() {
        if (!stopping) {
            final List<Object> open = targets.all().stream()
                .filter(target -> target.keepsManagerOpen().getAsBoolean()).map(EventTarget::owner).toList();
            if (!open.isEmpty()) {
                throw new IllegalStateException("ConnectionManager of " + device + " cannot be closed while "
                    + OpenObjects.describe(open) + "; close them first");
            }
            stopping = true;
            operations.wakeUp();
            LockSupport.unpark(thread);
        }
    }

    /**
     * Waits until the stopped thread has ended. Returns at once on that thread itself.
     *
     * @throws InterruptedException if the caller is interrupted while a handler occupies the thread.
     */
    void awaitEnd() throws InterruptedException {
        if (!isCurrentThread()) {
            thread.join();
        }
    }

    /**
     * Returns the remaining targets. Once the thread has ended, these are ended connections and unanswered requests.
     */
    List<EventTarget> targets() {
        return List.copyOf(targets.all());
    }
}
