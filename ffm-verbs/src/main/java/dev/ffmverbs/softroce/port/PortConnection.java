// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.ReliableConnection;

/**
 * A connection as its port keeps it: in the table of queue pair numbers, and now and then in one of the port's lists.
 *
 * <p>The lists are linked through these objects, so that entering one allocates nothing. All fields but the link of
 * {@link PostedConnections} are guarded by the dispatch lock.
 */
public final class PortConnection {

    static final int NOT_SCHEDULED = -1;

    private final ReliableConnection connection;
    private final ConnectionOwner owner;

    /** Link of {@link PostedConnections}: null outside of it, itself at the end. */
    volatile PortConnection nextPosted;

    /** Link of {@link ReadyConnections}. */
    PortConnection nextReady;
    boolean isReady;

    /** Place in {@link Deadlines}. */
    int deadlineIndex = NOT_SCHEDULED;
    long scheduledNs;

    private boolean doomed;
    private boolean removed;

    PortConnection(final ReliableConnection connection, final ConnectionOwner owner) {
        this.connection = connection;
        this.owner = owner;
    }

    /**
     * The state machines.
     *
     * @return the connection, guarded by the dispatch lock.
     */
    public ReliableConnection connection() {
        return connection;
    }

    ConnectionOwner owner() {
        return owner;
    }

    boolean isDoomed() {
        return doomed;
    }

    void doom() {
        doomed = true;
    }

    boolean isRemoved() {
        return removed;
    }

    void remove() {
        removed = true;
    }
}
