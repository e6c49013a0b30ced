// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The term that this node owns, and until when. Any thread asks it without a lock; asking allocates nothing.
 *
 * <p>A deadline that anybody has seen pass is gone: no evidence moves it on. Everything but {@link #isHeld}
 * and {@link #remainingNs} is called under the lock of the rules.
 */
class HeldTerm {

    private static final long NOT_HELD = 0;

    private final LongSupplier clock;
    private final AtomicLong deadlineNs = new AtomicLong(NOT_HELD);
    private volatile long term;

    /**
     * Creates an object that holds no term.
     *
     * @param clock nanoseconds, at least 1 and never less than before.
     */
    HeldTerm(final LongSupplier clock) {
        this.clock = clock;
    }

    /** Returns the term held now or held last; 0 if none was. */
    long term() {
        return term;
    }

    /** Whether a term is held now. The deadline is read before the clock, so that the answer is true of that moment. */
    boolean isHeld() {
        return remainingNs() > 0;
    }

    /** Whether this term is held now. Terms only rise, so that the deadline in between is that of this term. */
    boolean isHeld(final long wanted) {
        return term == wanted && isHeld() && term == wanted;
    }

    /** Returns how long the term is held if no more evidence arrives; 0 if none is held. */
    long remainingNs() {
        long until = deadlineNs.get();
        while (until != NOT_HELD) {
            final long leftNs = until - clock.getAsLong();
            if (leftNs > 0) {
                return leftNs;
            }
            if (deadlineNs.compareAndSet(until, NOT_HELD)) {
                return 0;
            }
            until = deadlineNs.get();
        }
        return 0;
    }

    /** Whether the deadline has passed, or the term was given up. */
    boolean isOver() {
        return !isHeld();
    }

    /** Begins to hold a term, which is higher than all before. */
    void acquire(final long newTerm, final long untilNs) {
        deadlineNs.set(NOT_HELD);
        term = newTerm;
        deadlineNs.set(untilNs);
    }

    /** Moves the deadline on, unless it has passed. */
    void prolong(final long untilNs) {
        long present = deadlineNs.get();
        while (isHeld() && untilNs > present && !deadlineNs.compareAndSet(present, untilNs)) {
            present = deadlineNs.get();
        }
    }

    /** Gives the term up. */
    void release() {
        deadlineNs.set(NOT_HELD);
    }

    @Override
    public String toString() {
        return "HeldTerm[term=" + term + ", deadlineNs=" + deadlineNs + "]";
    }
}
