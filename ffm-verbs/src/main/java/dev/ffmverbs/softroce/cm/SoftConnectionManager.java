// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An application's connection manager on a software device: a queue of events, and the identifiers that report to it.
 *
 * <p>Any number of them share the {@link CommunicationManager} of the device.
 */
public final class SoftConnectionManager implements ConnectionManagerOperations {

    private final CommunicationManager communication;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ConnectionEventData> events = new ArrayDeque<>();
    private boolean woken;

    /**
     * Creates a connection manager without identifiers.
     *
     * @param communication the device's communication manager.
     */
    public SoftConnectionManager(final CommunicationManager communication) {
        this.communication = communication;
    }

    CommunicationManager communication() {
        return communication;
    }

    @Override
    public ConnectionIdentifierOperations createIdentifier() {
        return new SoftConnectionIdentifier(this);
    }

    void report(final ConnectionEventData event) {
        lock.lock();
        try {
            events.add(event);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Drops the events of an identifier. Returns the identifiers of requests to it that were not delivered. */
    List<ConnectionIdentifierOperations> forget(final SoftConnectionIdentifier identifier) {
        final List<ConnectionIdentifierOperations> undelivered = new ArrayList<>();
        lock.lock();
        try {
            for (final Iterator<ConnectionEventData> i = events.iterator(); i.hasNext();) {
                final ConnectionEventData event = i.next();
                if (event.listener() == identifier) {
                    undelivered.add(event.identifier());
                    i.remove();
                } else if (event.identifier() == identifier) {
                    i.remove();
                }
            }
        } finally {
            lock.unlock();
        }
        return undelivered;
    }

    @Override
    public ConnectionEventData nextEvent(final long timeoutNs) {
        lock.lock();
        try {
            long remainingNs = timeoutNs;
            while (events.isEmpty() && !woken && remainingNs > 0) {
                remainingNs = changed.awaitNanos(remainingNs);
            }
            if (woken) {
                woken = false;
                return null;
            }
            return events.poll();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
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
        }
    }
}
