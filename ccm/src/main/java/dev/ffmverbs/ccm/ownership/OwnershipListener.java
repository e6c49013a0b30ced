// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.value.Acquisition;

/**
 * Receives a notification when its node begins or ceases to own. The listener of the node gets the same, and more, as
 * {@link dev.ffmverbs.ccm.NodeEvent.OwnershipEvent}.
 *
 * <p>Called in order, on a thread that holds no lock and may be blocked. A notification may come late. Code that must
 * not run without ownership therefore calls {@link Ownership#isHeld(long)} first. What a method throws is logged.
 */
public interface OwnershipListener {

    /**
     * Called when this node has begun to own.
     *
     * @param term the term, higher than all before.
     */
    void ownershipAcquired(long term);

    /**
     * Called when this node has begun to own, with what that took. By default, it calls
     * {@link #ownershipAcquired(long)}.
     *
     * @param acquisition the term, and how long each part of acquiring it took.
     */
    default void ownershipAcquired(final Acquisition acquisition) {
        ownershipAcquired(acquisition.term());
    }

    /**
     * Called when this node no longer owns. The partner may own already.
     *
     * @param term the term that has ended.
     */
    void ownershipLost(long term);
}
