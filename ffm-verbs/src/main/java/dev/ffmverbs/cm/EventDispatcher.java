// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.OpenObjects;
import dev.ffmverbs.spi.ProviderException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads the events of a manager on a single thread, and passes each to its target.
 *
 * <p>Whatever a target or the observer throws, the thread continues. It ends only if events cannot be read several
 * times in a row. Then everything that waits for events is told, and nothing new begins.
 */
final class EventDispatcher {

    private static final Logger LOGGER = System.getLogger(ConnectionManager.class.getName());
    private static final long EVENT_WAIT_NS = TimeUnit.SECONDS.toNanos(1);

    /** Failures to read in a row before the thread gives up; with the pauses in between, about 8 s. */
    private static final int MOST_READ_FAILURES = 16;
    private static final long FIRST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final String device;
    private final ConnectionManagerOperations operations;
    private final Map<ConnectionIdentifierOperations, EventTarget> targets = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile Consumer<ConnectionEvent> observer = event -> { };
    private volatile boolean stopping;

    /** Why the thread has ended by itself, or null. Guarded by this object, like the start of {@link #stopping}. */
    private Throwable endedBy;

    EventDispatcher(final String device, final ConnectionManagerOperations operations) {
        this.device = device;
        this.operations = operations;
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
                    identifier.close();
                }
            }
        }
    }

    /** Adds the request that an identifier stands for. */
    void file(final ConnectionIdentifierOperations identifier, final EventTarget request) {
        targets.put(identifier, request);
    }

    /**
     * Hands the identifier of a request over to the connection that is being accepted.
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
     * Destroys an identifier, whose events then reach nobody.
     *
     * @throws ConnectionException if the provider refuses.
     */
    void destroy(final ConnectionIdentifierOperations identifier) {
        targets.remove(identifier);
        try {
            identifier.close();
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot destroy a connection identifier of " + device, e);
        }
    }

    private void run() {
        Throwable failure = null;
        boolean told = false;
        for (int tries = 0; !told && tries < MOST_READ_FAILURES; tries++) {
            try {
                if (failure == null) {
                    failure = dispatchUntilStopped();
                } else {
                    LockSupport.parkNanos(FIRST_PAUSE_NS);
                }
                if (failure != null) {
                    end(failure);
                }
                told = true;
            } catch (final Throwable e) {
                // What waits is told again, as far as it can be.
                failure = failure == null ? e : failure;
            }
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
                    report("the connection manager of " + device + " cannot read an event, failure " + failures
                        + " in a row; trying again", told);
                    LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NS, FIRST_PAUSE_NS << failures));
                }
                // If a handler has left the interrupt status set, every wait would end at once.
                final boolean ignored = Thread.interrupted();
                final ConnectionEventData event = operations.nextEvent(EVENT_WAIT_NS);
                if (event != null) {
                    dispatch(event);
                }
                failures = 0;
            } catch (final Throwable e) {
                // Nothing is called here, because it could throw again and end the thread.
                failures++;
                failure = e;
                if (failures > MOST_READ_FAILURES) {
                    return e;
                }
            }
        }
        return null;
    }

    private void dispatch(final ConnectionEventData event) {
        final ConnectionIdentifierOperations concerned =
            event.listener() != null ? event.listener() : event.identifier();
        final EventTarget target = concerned == null ? null : targets.get(concerned);
        if (target != null) {
            notifyObserver(event, target);
            deliver(event, target);
        } else if (event.listener() != null) {
            destroy(event.identifier());
        }
    }

    private void notifyObserver(final ConnectionEventData event, final EventTarget target) {
        try {
            observer.accept(new ConnectionEvent(ConnectionEventType.of(event.type()),
                event.localAddress(), event.remoteAddress(), event.status()));
        } catch (final Throwable e) {
            report("the observer of " + device + " failed at event " + ConnectionEventType.of(event.type()) + " of "
                + target + "; the event takes effect nevertheless", e);
        }
    }

    private void deliver(final ConnectionEventData event, final EventTarget target) {
        try {
            target.handler().accept(event);
        } catch (final Throwable e) {
            report("event " + ConnectionEventType.of(event.type()) + " of " + target + " on " + device
                + " was not handled completely", e);
        }
    }

    /** Logs a failure. If that fails as well, for example for lack of memory, nothing else can be done. */
    static void report(final String what, final Throwable failure) {
        try {
            LOGGER.log(Level.ERROR, what, failure);
        } catch (final Throwable unreportable) {
            return;
        }
    }

    /** Ends: nothing new begins, and everything that waits for events is told. */
    private void end(final Throwable failure) {
        synchronized (this) {
            if (stopping) {
                return;
            }
            endedBy = failure;
        }
        report("the connection manager of " + device + " ends because it cannot read its events; its connections end",
            failure);
        for (final EventTarget target : targets.values()) {
            try {
                target.onManagerEnded().accept(endException());
            } catch (final Throwable e) {
                report(target + " failed to handle the end of the connection manager of " + device, e);
            }
        }
    }

    /**
     * Stops reading events; nothing new begins. Stopping again does nothing.
     *
     * @throws IllegalStateException if something is open; the message counts it by class and names some, and nothing
     *                               was stopped.
     */
    synchronized void stop() {
        if (!stopping) {
            final List<Object> open = targets.values().stream()
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
     * Waits until the stopped thread has ended; does not wait on that thread itself.
     *
     * @throws InterruptedException if the caller is interrupted while a handler occupies the thread.
     */
    void awaitEnd() throws InterruptedException {
        if (!isCurrentThread()) {
            thread.join();
        }
    }

    /** Returns the targets left. Once the thread has ended, these are ended connections and unanswered requests. */
    List<EventTarget> targets() {
        return List.copyOf(targets.values());
    }
}
