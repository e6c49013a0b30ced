// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Closing;
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

    /**
     * Attaches the queue pair. A group has one LID. With a second one, Linux would count a second attachment that it
     * cannot end on Ethernet, and not destroy the queue pair.
     */
    synchronized void attach(final Gid group, final int lid) throws ProviderException {
        final Membership attached = membership(group, lid);
        for (final Membership other : memberships) {
            if (other.group.equals(group) && other.lid != lid) {
                throw new ProviderException("ibv_attach_mcast", "gid=" + group + ", lid=" + lid, Errno.EINVAL,
                    "the queue pair is attached to the group with lid=" + other.lid + "; detach it first");
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            operations.attachMulticast(attached.gid(arena), lid);
        }
        memberships.add(attached);
    }

    synchronized void detach(final Gid group, final int lid) throws ProviderException {
        final Membership detached = membership(group, lid);
        for (final Membership other : memberships) {
            if (other.group.equals(group) && other.lid != lid) {
                throw new ProviderException("ibv_detach_mcast", "gid=" + group + ", lid=" + lid, Errno.EINVAL,
                    "the queue pair is attached to the group with lid=" + other.lid);
            }
        }
        if (!memberships.contains(detached)) {
            throw new ProviderException("ibv_detach_mcast", "gid=" + group + ", lid=" + lid, Errno.EINVAL,
                "the queue pair is not attached to the group; attachMulticast attaches it");
        }
        try (Arena arena = Arena.ofConfined()) {
            operations.detachMulticast(detached.gid(arena), lid);
        }
        memberships.remove(detached);
    }

    /**
     * Detaches the queue pair from all groups, and closes it. A failure to detach it does not matter if it then can be
     * closed.
     *
     * @throws ProviderException if it cannot be closed: the first failure, with the others suppressed.
     */
    synchronized void detachAllAndClose() throws ProviderException {
        ProviderException first = null;
        for (final Membership membership : List.copyOf(memberships)) {
            try {
                detach(membership.group, membership.lid);
            } catch (final ProviderException e) {
                first = Closing.addFailure(first, e);
            }
        }
        try {
            operations.close();
        } catch (final ProviderException e) {
            throw Closing.addFailure(first, e);
        }
    }
}
