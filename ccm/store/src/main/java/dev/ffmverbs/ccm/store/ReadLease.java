// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.util.function.LongSupplier;

/**
 * Until when a client may take what it READs at a node for the present state.
 *
 * <p><b>The question.</b> A READ runs no code of the node. A node that has lost its ownership a moment ago, or that is
 * stopped, may answer it, while the other node has accepted newer values. So the READ itself cannot tell whether its
 * data is old.
 *
 * <p><b>The answer</b> needs no common clock. The client asks the node from time to time whether it serves, and notes
 * when it began to ask. The node looks at its ownership after it has received the question. If it says yes, nobody else
 * owned at a moment after the client began to ask. A node that begins to own later waits for the length of a lease,
 * and a bit longer because its clock may be faster, before it shows or changes anything. So the node that was asked
 * shows the present state until a lease after the client <em>began to ask</em>, by the client's own clock.
 *
 * <p>A READ was executed before its completion is seen. If the lease lasts when the client looks at the clock after
 * that, it lasted when the READ was executed. The value was the present one at that moment, which is between the
 * beginning and the end of the GET. That is what linearizable means. A client that was stopped between the READ and its
 * look at the clock finds that the lease is over, and READs again.
 *
 * <p>A node that gives up ownership early, for example to hand over, needs no exception: the next owner waits in any
 * case. Used by one thread.
 */
final class ReadLease {

    private final LongSupplier clock;
    private final long lengthNs;
    private long beganNs;
    private boolean granted;

    /**
     * Creates a lease that was not granted yet.
     *
     * @param clock    nanoseconds of the client's clock, which is never set.
     * @param lengthNs length of a lease.
     */
    ReadLease(final LongSupplier clock, final long lengthNs) {
        this.clock = clock;
        this.lengthNs = lengthNs;
    }

    /** Takes note that the node has said that it serves, to a question that the client began to ask at a time. */
    void grant(final long askedNs) {
        if (!granted || askedNs - beganNs > 0) {
            beganNs = askedNs;
            granted = true;
        }
    }

    /** Takes note that the node does not serve. */
    void end() {
        granted = false;
    }

    /** Whether what was READ before this call is the present state of the store. */
    boolean lasts() {
        return granted && clock.getAsLong() - beganNs < lengthNs;
    }

    /** Whether it is time to ask again. */
    boolean isHalfOver() {
        return !granted || clock.getAsLong() - beganNs > lengthNs / 2;
    }
}
