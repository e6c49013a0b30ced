// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.IpAddress;
import java.util.Arrays;

/** A multicast group: its socket, and the queue pairs that receive what the socket does. */
final class MulticastGroup {

    private static final PortQueuePair[] NOBODY = {};

    private final IpAddress address;
    private final GroupSockets.GroupSocket socket;

    /** Guarded by the dispatch lock. */
    private PortQueuePair[] members = NOBODY;

    /** How often the group is held without a member. Guarded by {@link MulticastGroups}. */
    private int holders;

    /** Creates a group without members. */
    MulticastGroup(final IpAddress address, final GroupSockets.GroupSocket socket) {
        this.address = address;
        this.socket = socket;
    }

    /** Returns the address of the group. */
    IpAddress address() {
        return address;
    }

    GroupSockets.GroupSocket socket() {
        return socket;
    }

    /** Adds a member, unless it is one. */
    void add(final PortQueuePair queuePair) {
        if (!Arrays.asList(members).contains(queuePair)) {
            members = Arrays.copyOf(members, members.length + 1);
            members[members.length - 1] = queuePair;
        }
    }

    /** Removes a member. Returns false if it was none. */
    boolean remove(final PortQueuePair queuePair) {
        final int before = members.length;
        members = Arrays.stream(members).filter(member -> member != queuePair).toArray(PortQueuePair[]::new);
        return members.length != before;
    }

    void hold() {
        holders++;
    }

    void release() {
        holders = Math.max(0, holders - 1);
    }

    /** Returns whether nothing needs the group. */
    boolean isEmpty() {
        return members.length == 0 && holders == 0;
    }

    PortQueuePair[] members() {
        return members;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
