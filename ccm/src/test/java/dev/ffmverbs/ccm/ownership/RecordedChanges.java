// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.value.OwnershipLoss;
import java.util.List;

/**
 * Records in words which terms begin and end.
 *
 * @param changes gets a text for each.
 */
record RecordedChanges(List<String> changes) implements OwnershipChanges {

    @Override
    public void acquire(final long term) {
        changes.add("acquired " + term);
    }

    @Override
    public void lose(final long term, final OwnershipLoss reason) {
        changes.add("lost " + term + " " + reason);
    }
}
