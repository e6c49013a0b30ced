// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.layout.GidLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The multicast groups that a queue pair is attached to. Drivers do not destroy a queue pair that is still attached.
 * Thread-safe.
 */
final class GroupMemberships {

    private static final int MAXIMUM_LID = 0xFFFF;

    private final QueuePairOperations operations;

    /** Guarded by this object. */
    private final Set<Membership> memberships = new LinkedHashSet<>();

    private record Membership(Gid group, int lid) {

        /** Writes the group's GID for a call. */
        private MemorySegment gid(final Arena arena) {
            final MemorySegment gid = arena.allocate(GidLayout.LAYOUT);
            group.write(gid);
            return gid;
        }
    }

    GroupMemberships(final QueuePairOperations operations) {
        this.operations = operations;
    }

    private static Membership membership(final Gid group, final int lid) {
        Ranges.check("lid", lid, 0, MAXIMUM_LID);
        return new Membership(group, lid);
    }

    synchronized void attach(final Gid group, final int lid) throws ProviderException {
        final Membership attached = membership(group, lid);
        try (Arena arena = Arena.ofConfined()) {
            operations.attachMulticast(attached.gid(arena), lid);
        }
        memberships.add(attached);
    }

    synchronized void detach(final Gid group, final int lid) throws ProviderException {
        final Membership detached = membership(group, lid);
        try (Arena arena = Arena.ofConfined()) {
            operations.detachMulticast(detached.gid(arena), lid);
        }
        memberships.remove(detached);
    }

    /**
     * Detaches the queue pair before it is destroyed. Ethernet has no LIDs: what was attached with two LIDs is attached
     * once, and the second detachment is refused.
     */
    synchronized void detachAll() throws ProviderException {
        for (final Membership membership : List.copyOf(memberships)) {
            try {
                detach(membership.group, membership.lid);
            } catch (final ProviderException e) {
                if (e.errno() != Errno.EINVAL) {
                    throw e;
                }
                memberships.remove(membership);
            }
        }
    }
}
