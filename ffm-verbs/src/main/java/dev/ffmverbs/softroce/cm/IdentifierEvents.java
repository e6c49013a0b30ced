// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a manager's queue of events knows about one identifier: whether its events are still wanted, and which requests
 * to it nobody has read.
 *
 * <p>Guarded by the lock of the {@link SoftConnectionManager}.
 */
final class IdentifierEvents {

    private boolean forgotten;

    /** Null for the many identifiers that never listen. */
    private Set<SoftIdentifier> undelivered;

    boolean areForgotten() {
        return forgotten;
    }

    void forget() {
        forgotten = true;
    }

    void addUndelivered(final SoftIdentifier requested) {
        if (undelivered == null) {
            undelivered = new LinkedHashSet<>();
        }
        undelivered.add(requested);
    }

    void removeUndelivered(final SoftIdentifier requested) {
        if (undelivered != null) {
            undelivered.remove(requested);
        }
    }

    /** Returns the identifier of the first request that was not read, or null. */
    SoftIdentifier firstUndelivered() {
        return undelivered == null || undelivered.isEmpty() ? null : undelivered.iterator().next();
    }

    @Override
    public String toString() {
        return "IdentifierEvents[forgotten=" + forgotten + ", undelivered=" + undelivered + "]";
    }
}
