// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Passes the event that a manager has read to its target, until the target has handled it.
 *
 * <p>Used by the manager's thread, except {@link #observe} and {@link #report}.
 */
final class EventDelivery {

    private static final Logger LOGGER = System.getLogger(ConnectionManager.class.getName());

    /** How often one event is passed on before it is dropped. */
    private static final int MOST_DELIVERIES = 64;

    private final String device;
    private final EventTargets targets;
    private volatile Consumer<ConnectionEvent> observer = event -> { };

    /** The event that was read and is not handled yet, or null. */
    private ConnectionEventData present;

    /** How often it was passed on, and whether the observer has received it. */
    private int deliveries;
    private boolean observed;

    EventDelivery(final String device, final EventTargets targets) {
        this.device = device;
        this.targets = targets;
    }

    void observe(final Consumer<ConnectionEvent> newObserver) {
        observer = newObserver;
    }

    /** Prepares for the next event. */
    void clear() {
        present = null;
        deliveries = 0;
        observed = false;
    }

    /** Sets the event that was read, or null if there was none. */
    void set(final ConnectionEventData event) {
        present = event;
    }

    boolean isEmpty() {
        return present == null;
    }

    /** Returns whether the event could not even be dropped. */
    boolean isStuck() {
        return deliveries > MOST_DELIVERIES;
    }

    /** Passes on the event. An exception means that the event was not handled. */
    void dispatch() {
        final ConnectionEventData event = present;
        deliveries++;
        if (isStuck()) {
            giveUp();
            return;
        }
        final EventTarget target = targets.of(event);
        if (target != null) {
            notifyObserver(event, target);
            target.handler().accept(event);
        } else if (isRequest(event)) {
            targets.discard(event.identifier());
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
                + "; the event still takes effect", e);
        }
    }

    /** Drops the event if there is one, which was not handled: rejects the request, or ends the connection. */
    void giveUp() {
        final ConnectionEventData event = present;
        if (event == null) {
            return;
        }
        final EventTarget concerned = targets.of(event.identifier());
        if (isRequest(event) && concerned == null) {
            targets.discard(event.identifier());
        } else if (concerned != null && concerned.owner() instanceof IncomingRequest request) {
            request.rejectUnanswered();
        } else if (concerned != null && !isRequest(event)) {
            concerned.onEventsLost().accept(new ConnectionException(
                Reason.FAILED, describe() + " could not be handled, and the connection has ended"));
        }
        present = null;
    }

    private static boolean isRequest(final ConnectionEventData event) {
        return event.type() == ConnectionEventTypes.CONNECT_REQUEST;
    }

    /** Describes the event for messages. */
    String describe() {
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

    @Override
    public String toString() {
        return "EventDelivery of " + describe();
    }
}
