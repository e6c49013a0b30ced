// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.ReliableConnection;

/**
 * A connection as its port keeps it: in the table of queue pair numbers, and now and then in one of the port's lists.
 *
 * <p>The lists are linked through these objects, so that entering one allocates nothing. All fields but the link of
 * {@link PostedQueuePairs} are guarded by the dispatch lock.
 */
public final class PortQueuePair extends Notification {

    static final int NOT_SCHEDULED = -1;

    private final ReliableConnection connection;
    private final QueuePairOwner owner;

    /** Link of {@link PostedQueuePairs}: null outside of it, itself at the end. */
    volatile PortQueuePair nextPosted;

    /** Link of {@link ReadyQueuePairs}. */
    PortQueuePair nextReady;
    boolean isReady;

    /** Place in {@link Deadlines}. */
    int deadlineIndex = NOT_SCHEDULED;
    long scheduledNs;

    /** Events that the owner is to be told of, one bit for each type. */
    private int untoldEvents;

    /** Whether requests of this connection wait for answers, as the dispatcher counts it. */
    boolean expectsAnswer;

    private boolean doomed;
    private boolean removed;

    /** What its state machines threw last, until the connection is ended for it, and how often in a row. */
    private Throwable breakdown;
    private String brokenActivity;
    private int breakdowns;

    PortQueuePair(final ReliableConnection connection, final QueuePairOwner owner) {
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

    QueuePairOwner owner() {
        return owner;
    }

    /** Notes an event for the owner; {@link #tell} delivers it. */
    void happened(final int type) {
        untoldEvents |= 1 << type;
    }

    @Override
    protected void tell() {
        while (untoldEvents != 0 && !removed) {
            final int event = Integer.lowestOneBit(untoldEvents);
            owner.happened(Integer.numberOfTrailingZeros(event));
            untoldEvents &= ~event;
        }
    }

    boolean hasUntoldEvents() {
        return untoldEvents != 0;
    }

    boolean isDoomed() {
        return doomed;
    }

    void doom() {
        doomed = true;
    }

    /** Notes that the state machines threw something, which leaves them in no state to go on from. */
    void breakDown(final String activity, final Throwable reason) {
        brokenActivity = activity;
        breakdown = reason;
        breakdowns++;
    }

    /** What the state machines threw, once; null when nothing. */
    Throwable takeBreakdown() {
        final Throwable reason = breakdown;
        breakdown = null;
        return reason;
    }

    String brokenActivity() {
        return brokenActivity;
    }

    /** How often in a row the state machines threw something. */
    int breakdowns() {
        return breakdowns;
    }

    /** Notes that the state machines work. */
    void recovered() {
        breakdowns = 0;
    }

    boolean isRemoved() {
        return removed;
    }

    void remove() {
        removed = true;
    }
}
