// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.OpenObjects;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads the events of a manager on a single thread, and passes each to its target.
 *
 * <p>Whatever a target or the observer throws, the thread continues and no event is lost. An event that was not handled
 * is passed on again. After repeated failures, the request is rejected or the connection ends. The thread ends only if
 * it cannot read events several times in a row. It then notifies everything that waits for events, and nothing new
 * begins.
 */
final class EventDispatcher {

    private static final Logger LOGGER = System.getLogger(ConnectionManager.class.getName());
    private static final long EVENT_WAIT_NS = TimeUnit.SECONDS.toNanos(1);

    /** Consecutive failures to read before the thread gives up. With the pauses in between, this takes about 8 s. */
    private static final int MOST_READ_FAILURES = 16;
    private static final long FIRST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    /** How often one event is passed on before it is dropped. */
    private static final int MOST_DELIVERIES = 64;

    /** How often the ending thread tries to notify everything that waits. */
    private static final int MOST_END_TRIES = 128;

    private final String device;
    private final ConnectionManagerOperations operations;
    private final EventTargets targets;
    private final Thread thread;
    private volatile Consumer<ConnectionEvent> observer = event -> { };
    private volatile boolean stopping;

    /** Why the thread has ended without being stopped, or null. Guarded by this object, as are writes of stopping. */
    private Throwable endedBy;

    // Used by the thread: the event that was read and is not handled yet, or null; how often it was passed on; and
    // whether the observer has received it.
    private ConnectionEventData present;
    private int deliveries;
    private boolean observed;

    EventDispatcher(final String device, final ConnectionManagerOperations operations) {
        this.device = device;
        this.operations = operations;
        this.targets = new EventTargets(device, EventDispatcher::report);
        this.thread = Thread.ofPlatform().daemon().name("rdma-cm-" + device).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Whether events are read. */
    boolean isRunning() {
        return thread.isAlive();
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    void observe(final Consumer<ConnectionEvent> newObserver) {
        observer = newObserver;
    }

    /**
     * Creates an identifier and the owner of its events.
     *
     * @param creator creates the owner of the identifier.
     * @param target  returns the target for the owner's events.
     * @return the owner.
     * @throws ProviderException     if no identifier can be created.
     * @throws ConnectionException   if events can no longer be read.
     * @throws IllegalStateException if the manager is closed.
     */
    <T> T create(final Function<ConnectionIdentifierOperations, T> creator, final Function<T, EventTarget> target)
        throws ProviderException {
        synchronized (this) {
            requireRunning();
            final ConnectionIdentifierOperations identifier = operations.createIdentifier();
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

    private void run() {
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
            report(() -> "not everything that waits for events of " + device + " was notified of its manager's end",
                last);
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
                if (present == null) {
                    read();
                }
                if (present != null) {
                    dispatch();
                }
                failures = 0;
            } catch (final Throwable e) {
                // No call is made here, because it could throw again and end the thread.
                failure = e;
                if (present == null || deliveries > MOST_DELIVERIES) {
                    failures++;
                }
                if (failures > MOST_READ_FAILURES) {
                    return e;
                }
            }
        }
        return null;
    }

    /** Reports a failure. Pauses if no event could be read, or an event could not even be dropped. */
    private void recoverFrom(final Throwable failure, final int failures) {
        if (failures > 0) {
            report(() -> "the connection manager of " + device + " cannot read an event, failure " + failures
                + " in a row; trying again", failure);
            LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NS, FIRST_PAUSE_NS << failures));
        } else {
            report(() -> describePresent() + " was not handled, and is passed on again", failure);
        }
    }

    private void read() throws ProviderException {
        // If a handler left the interrupt status set, every wait would end at once.
        final boolean ignored = Thread.interrupted();
        deliveries = 0;
        observed = false;
        present = operations.nextEvent(EVENT_WAIT_NS);
        if (present == null) {
            targets.destroyLeftOver();
        }
    }

    /** Passes on the current event. An exception means that the event was not handled. */
    private void dispatch() {
        final ConnectionEventData event = present;
        deliveries++;
        if (deliveries > MOST_DELIVERIES) {
            giveUp(event);
        } else {
            final EventTarget target = targets.of(event);
            if (target != null) {
                notifyObserver(event, target);
                target.handler().accept(event);
            } else if (isRequest(event)) {
                targets.discard(event.identifier());
            }
        }
        present = null;
    }

    private void notifyObserver(final ConnectionEventData event, final EventTarget target) {
        if (observed) {
            return;
        }
        final ConnectionEvent told = new ConnectionEvent(ConnectionEventType.of(event.type()),
            event.localAddress(), event.remoteAddress(), event.status());
        observed = true;
        try {
            observer.accept(told);
        } catch (final Throwable e) {
            report(() -> "the observer of " + device + " failed at event " + told.type() + " of " + target
                + "; the event takes effect nevertheless", e);
        }
    }

    /** Drops an event that was not handled: rejects the request, or ends the connection. */
    private void giveUp(final ConnectionEventData event) {
        final EventTarget concerned = targets.of(event.identifier());
        if (isRequest(event) && concerned == null) {
            targets.discard(event.identifier());
        } else if (concerned != null && concerned.owner() instanceof ConnectionRequest request) {
            request.rejectUnanswered();
        } else if (concerned != null && !isRequest(event)) {
            concerned.onEventsLost().accept(new ConnectionException(
                Reason.FAILED, describePresent() + " could not be handled, and the connection has ended"));
        }
    }

    private static boolean isRequest(final ConnectionEventData event) {
        return event.type() == ConnectionEventTypes.CONNECT_REQUEST;
    }

    private String describePresent() {
        final ConnectionEventData event = present;
        return event == null ? "an event of " + device
            : "event " + ConnectionEventType.of(event.type()) + " of " + targets.of(event) + " on " + device;
    }

    /** Logs a failure. Ignores a failure to log, for example for lack of memory, because nothing else can be done. */
    static void report(final Supplier<String> what, final Throwable failure) {
        try {
            LOGGER.log(Level.ERROR, what.get(), failure);
        } catch (final Throwable unreportable) {
            return;
        }
    }

    /**
     * Ends event handling. Rejects a request that was read. If events can no longer be read, nothing new begins, and
     * everything that waits for events is notified.
     */
    private void end(final Throwable failure) {
        if (present != null) {
            giveUp(present);
            present = null;
        }
        final boolean first;
        synchronized (this) {
            if (stopping) {
                return;
            }
            first = endedBy == null;
            endedBy = failure;
        }
        if (first) {
            report(() -> "the connection manager of " + device
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
