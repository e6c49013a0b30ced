// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Posted send requests, in a ring of slots in native memory. One poster fills the ring, and one connection empties it.
 *
 * <p>To post a request, {@link #claim()} a slot, describe the request in it, and {@link #publish} it. Everything is
 * then copied, and the user may reuse its structures and inline data. A slot is in use until its request completes.
 *
 * <p>Posters serialize themselves with a lock. The connection runs under the dispatch lock. The two sides share only
 * two counters. Nothing is allocated after construction.
 */
public final class SendQueue extends RequestSlots {

    /** Result of {@link #claim()} if every slot is in use. */
    public static final long FULL = -1;

    private static final VarHandle POSTED;
    private static final VarHandle RETIRED;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            POSTED = lookup.findVarHandle(SendQueue.class, "posted", long.class).withInvokeExactBehavior();
            RETIRED = lookup.findVarHandle(SendQueue.class, "retired", long.class).withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long posted;
    /** Accessed through {@link #RETIRED} only. */
    @SuppressWarnings("unused")
    private long retired;

    /**
     * Creates an empty queue of a reliable connection.
     *
     * @param arena          provides the memory of the ring. Must outlive the queue.
     * @param requests       minimum capacity in requests. Rounded up to a power of two.
     * @param maxElements    scatter / gather elements per request.
     * @param maxInlineBytes minimum capacity for inline data per request, in bytes.
     */
    public SendQueue(final Arena arena, final int requests, final int maxElements, final int maxInlineBytes) {
        this(arena, requests, maxElements, maxInlineBytes, RequestPackets.OF_RELIABLE_CONNECTIONS);
    }

    /**
     * Creates an empty queue.
     *
     * @param arena          provides the memory of the ring. Must outlive the queue.
     * @param requests       minimum capacity in requests. Rounded up to a power of two.
     * @param maxElements    scatter / gather elements per request.
     * @param maxInlineBytes minimum capacity for inline data per request, in bytes.
     * @param operations     operations of the transport service, as listed in {@link RequestPackets}.
     */
    public SendQueue(
        final Arena arena, final int requests, final int maxElements, final int maxInlineBytes, final int operations) {
        super(arena, requests, maxElements, maxInlineBytes, operations);
    }

    /**
     * Returns a slot for the next request. The slot stays the same until {@link #publish}.
     *
     * @return the slot, or {@link #FULL}.
     */
    public long claim() {
        return claim(0);
    }

    /**
     * Returns a slot for a request that is published together with earlier ones.
     *
     * @param ahead how many requests are claimed before it and not yet published.
     * @return the slot, or {@link #FULL}.
     */
    public long claim(final int ahead) {
        final long sequence = posted + ahead;
        return sequence - (long) RETIRED.getAcquire(this) < capacity() ? offset(sequence) : FULL;
    }

    /**
     * Posts the request described in the claimed slot, if it is {@linkplain #isValid valid}.
     *
     * @param slot slot from {@link #claim()}.
     * @return false, with nothing posted, if it is not.
     */
    public boolean publish(final long slot) {
        final boolean valid = isValid(slot);
        if (valid) {
            publishClaimed(1);
        }
        return valid;
    }

    /**
     * Posts claimed requests, all of them {@linkplain #isValid valid}, at once.
     *
     * @param requests how many are claimed, not negative.
     */
    public void publishClaimed(final int requests) {
        POSTED.setRelease(this, posted + requests);
    }

    /** Returns the sequence number of the next request to be posted. Earlier requests are visible to the caller. */
    long postedCount() {
        return (long) POSTED.getAcquire(this);
    }

    /** Returns slots to the poster: those of all requests before a sequence number. */
    void retire(final long sequence) {
        RETIRED.setRelease(this, sequence);
    }
}
