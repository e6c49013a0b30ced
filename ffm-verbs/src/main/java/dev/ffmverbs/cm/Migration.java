// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import java.util.function.Consumer;

/**
 * Moves an identifier, and the events that nobody has read, from one manager to another ({@code rdma_migrate_id(3)}).
 *
 * <p>No event that the former manager has read is left, so events stay in order. That is why a move waits for the
 * handler of the former manager. Two managers whose threads moved identifiers to each other could wait without end, so
 * the threads of other managers may not move anything.
 */
final class Migration {

    private final Object subject;
    private final EventDispatcher from;
    private EventDispatcher to;

    /**
     * Prepares to move something.
     *
     * @param subject what moves, for messages.
     * @param from    the manager that it leaves.
     */
    Migration(final Object subject, final EventDispatcher from) {
        this.subject = subject;
        this.from = from;
    }

    /**
     * Moves it between two events of the manager that it leaves.
     *
     * @param destination the manager that it moves to.
     * @param deviceName  name of its device.
     * @param mover       moves the identifier by {@link #move}.
     */
    void run(final ConnectionManager destination, final String deviceName, final Consumer<Migration> mover) {
        if (!destination.devices().contains(deviceName)) {
            throw new IllegalArgumentException(subject + " is of device " + deviceName + ", but " + destination
                + " is not: open it with a context of " + deviceName + ", too");
        }
        if (from.isThreadOfAnother()) {
            throw new IllegalStateException(subject + " cannot be moved on the thread of another connection manager,"
                + " because that could wait without end: move it in a handler of its manager or on another thread");
        }
        to = destination.dispatcher();
        try {
            from.runBetweenEvents(() -> mover.accept(this));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectionException(Reason.INTERRUPTED, subject + " has not moved to " + destination
                + ": the thread was interrupted while it waited for a handler of connection events to return");
        }
    }

    /**
     * Makes the other manager pass on the events of an identifier. If this fails, nothing has changed.
     *
     * @param identifier the identifier.
     * @param target     the target of its events.
     * @param present    the manager that it is with now.
     * @return the manager that it is with afterwards.
     */
    EventDispatcher move(
        final ConnectionIdentifierOperations identifier, final EventTarget target, final EventDispatcher present) {
        if (present != from) {
            throw new IllegalStateException(subject + " was moved by another thread at the same time");
        }
        if (to == from) {
            return from;
        }
        to.handOver(identifier, target);
        boolean moved = false;
        try {
            identifier.migrate(to.operations());
            moved = true;
            return to;
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot move " + subject, e);
        } finally {
            (moved ? from : to).release(identifier);
        }
    }

    @Override
    public String toString() {
        return "Migration of " + subject;
    }
}
