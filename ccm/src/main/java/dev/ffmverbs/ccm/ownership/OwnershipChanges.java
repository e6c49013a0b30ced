// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.value.OwnershipLoss;

/** Learns when a term begins and when it ends. Called under the lock of the rules. */
interface OwnershipChanges {

    void acquire(long term);

    void lose(long term, OwnershipLoss reason);
}
