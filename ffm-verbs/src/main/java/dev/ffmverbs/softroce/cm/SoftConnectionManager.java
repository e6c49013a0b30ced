// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import java.net.Inet4Address;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An application's connection manager on software devices: a queue of events, and the identifiers that report to it.
 *
 * <p>Any number of connection managers share the {@link CommunicationManager} of a device.
 */
public final class SoftConnectionManager implements ConnectionManagerOperations {

    /** An event, with the identifier that it concerns and, if it is a request, the listener; otherwise null. */
    private record Event(
        ConnectionEventData data, SoftIdentifier identifier, SoftIdentifier listener) {

        boolean isWanted() {
            return !identifier.events().areForgotten() && (listener == null || !listener.events().areForgotten());
        }
    }

    private final List<CommunicationManager> devices;
    private final Routes routes;
    private final Runnable afterClose;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Event> events = new ArrayDeque<>();
    private boolean woken;

    /**
     * Creates a connection manager without identifiers.
     *
     * @param devices    the communication managers of its devices, at least one.
     * @param routes     choose the device of a connection whose local address is not given.
     * @param afterClose called when the connection manager is closed.
     */
    public SoftConnectionManager(
        final List<CommunicationManager> devices, final Routes routes, final Runnable afterClose) {
        this.devices = List.copyOf(devices);
        this.routes = routes;
        this.afterClose = afterClose;
    }

    /** Returns the communication managers of the devices. */
    List<CommunicationManager> devices() {
        return devices;
    }

    /** Returns the device from which packets to a peer leave, or the first one if the routes do not tell. */
    CommunicationManager deviceFor(final Inet4Address peer) {
        final CommunicationManager first = devices.getFirst();
        if (devices.size() == 1) {
            return first;
        }
        final Inet4Address source = routes.sourceFor(peer);
        return devices.stream().filter(device -> device.device().localAddress().equals(source)).findFirst()
            .orElse(first);
    }

    @Override
    public ConnectionIdentifierOperations createIdentifier() {
        return new SoftConnectionIdentifier(this);
    }

    @Override
    public ConnectionIdentifierOperations createDatagramIdentifier() {
        return new SoftDatagramIdentifier(this);
    }

    /**
     * Adds an event to the queue. If this fails, it was not added.
     *
     * @param data       what the application reads.
     * @param identifier the identifier that it concerns.
     * @param listener   the listener if it is a request, otherwise null.
     */
    void report(
        final ConnectionEventData data, final SoftIdentifier identifier,
        final SoftIdentifier listener) {
        final Event event = new Event(data, identifier, listener);
        lock.lock();
        try {
            changed.signal();
            if (listener != null) {
                listener.events().addUndelivered(identifier);
            }
            events.add(event);
        } finally {
            lock.unlock();
        }
    }

    /** Moves the events of an identifier, which is no listener, to another manager. A failure loses no event. */
    void moveEvents(final SoftIdentifier identifier, final SoftConnectionManager destination) {
        final List<Event> moving;
        lock.lock();
        try {
            moving = events.stream().filter(event -> event.identifier() == identifier).toList();
        } finally {
            lock.unlock();
        }
        moving.forEach(event -> destination.report(event.data(), identifier, null));
        lock.lock();
        try {
            events.removeAll(moving);
        } finally {
            lock.unlock();
        }
    }

    /** Drops the events of an identifier, and the requests to it; the queue skips them. */
    void forget(final SoftIdentifier identifier) {
        lock.lock();
        try {
            identifier.events().forget();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the identifier of a request to a forgotten listener that was not delivered; null if none is left. */
    SoftIdentifier firstUndelivered(final SoftIdentifier listener) {
        lock.lock();
        try {
            return listener.events().firstUndelivered();
        } finally {
            lock.unlock();
        }
    }

    void removeUndelivered(final SoftIdentifier listener, final SoftIdentifier requested) {
        lock.lock();
        try {
            listener.events().removeUndelivered(requested);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ConnectionEventData nextEvent(final long timeoutNs) {
        lock.lock();
        try {
            long remainingNs = timeoutNs;
            Event event = firstWanted();
            while (event == null && !woken && remainingNs > 0) {
                remainingNs = changed.awaitNanos(remainingNs);
                event = firstWanted();
            }
            if (woken) {
                woken = false;
                return null;
            }
            return event == null ? null : deliver(event);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private Event firstWanted() {
        Event first = events.peek();
        while (first != null && !first.isWanted()) {
            events.remove();
            first = events.peek();
        }
        return first;
    }

    /** Removes the first event, as the last step, so that no failure loses it. */
    private ConnectionEventData deliver(final Event first) {
        final ConnectionEventData data = first.data();
        if (first.listener() != null) {
            first.listener().events().removeUndelivered(first.identifier());
        }
        events.remove();
        return data;
    }

    @Override
    public void wakeUp() {
        lock.lock();
        try {
            woken = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            events.clear();
        } finally {
            lock.unlock();
            afterClose.run();
        }
    }
}
