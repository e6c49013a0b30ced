// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.value.Acquisition;
import dev.ffmverbs.ccm.value.OwnershipLoss;
import dev.ffmverbs.ccm.value.WinOutcome;

/** Learns what becomes of the terms of a node, in order. Called under the lock of the rules. */
interface OwnershipNews {

    /** Tells of an attempt to win a term, and how long the arbiter took; 0 if it did not answer. */
    void tell(long term, WinOutcome outcome, long tookNs);

    void acquire(Acquisition acquisition);

    void lose(long term, OwnershipLoss reason);
}
