// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.TransportService;

/**
 * A queue pair as managed by its port. It is in the table of queue pair numbers, and at times in one of the lists of
 * the port.
 *
 * <p>The lists are linked through these objects, so that adding an entry does not allocate. All fields are guarded by
 * the dispatch lock, except the link of {@link PostedQueuePairs}.
 */
public final class PortQueuePair extends Notification {

    static final int NOT_SCHEDULED = -1;

    private final TransportService service;
    private final QueuePairOwner owner;

    /** Link of {@link PostedQueuePairs}. Null outside of it, and this object itself at the end. */
    volatile PortQueuePair nextPosted;

    /** Link of {@link ReadyQueuePairs}. */
    PortQueuePair nextReady;
    boolean isReady;

    /** Position in {@link Deadlines}. */
    int deadlineIndex = NOT_SCHEDULED;
    long scheduledNs;

    /** Events not yet delivered to the owner, one bit for each type. */
    private int undeliveredEvents;

    /** Whether requests of this queue pair await responses, as counted by the dispatcher. */
    boolean expectsAnswer;

    private boolean errorRequested;
    private boolean removed;

    /**
     * The last exception of the state machines until the queue pair ends because of it, and the number of consecutive
     * exceptions.
     */
    private Throwable breakdown;
    private String brokenActivity;
    private int breakdowns;

    PortQueuePair(final TransportService service, final QueuePairOwner owner) {
        this.service = service;
        this.owner = owner;
    }

    /**
     * Returns the state machines.
     *
     * @return state machines of this queue pair, guarded by the dispatch lock.
     */
    public TransportService service() {
        return service;
    }

    int number() {
        return service.number();
    }

    QueuePairOwner owner() {
        return owner;
    }

    /** Adds an event for the owner. {@link #deliver} delivers it. */
    void addEvent(final int type) {
        undeliveredEvents |= 1 << type;
    }

    @Override
    protected void deliver() {
        while (undeliveredEvents != 0 && !removed) {
            final int event = Integer.lowestOneBit(undeliveredEvents);
            owner.onEvent(Integer.numberOfTrailingZeros(event));
            undeliveredEvents &= ~event;
        }
    }

    boolean hasUndeliveredEvents() {
        return undeliveredEvents != 0;
    }

    boolean isErrorRequested() {
        return errorRequested;
    }

    void requestError() {
        errorRequested = true;
    }

    /** Records an exception of the state machines. They cannot continue after it. */
    void recordBreakdown(final String activity, final Throwable reason) {
        brokenActivity = activity;
        breakdown = reason;
        breakdowns++;
    }

    /** Returns and clears the exception of the state machines. Returns null if there is none. */
    Throwable takeBreakdown() {
        final Throwable reason = breakdown;
        breakdown = null;
        return reason;
    }

    String brokenActivity() {
        return brokenActivity;
    }

    /** Returns the number of consecutive exceptions of the state machines. */
    int breakdowns() {
        return breakdowns;
    }

    /** Records that the state machines work. */
    void clearBreakdowns() {
        breakdowns = 0;
    }

    boolean isRemoved() {
        return removed;
    }

    void markRemoved() {
        removed = true;
    }

    @Override
    public String toString() {
        return "queue pair " + number() + ", " + service.state();
    }
}
