// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.spi.Closing;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The multicast groups that queue pairs of a port are attached to.
 *
 * <p>A socket that is bound to the address of the port receives nothing that is sent to a group. Each group therefore
 * has a socket, bound to the group's address and joined on the interface of the port. One thread watches these sockets
 * while there are any, so that a port without groups does nothing for them.
 *
 * <p>Thread-safe. Callers must not hold the lock of the port.
 */
public final class MulticastGroups implements AutoCloseable {

    private final PacketSocket socket;
    private final PortLock lock;
    private final Dispatcher dispatcher;
    private final PortLog log;

    /** By address. Guarded by this object, like the next field. */
    private final Map<IpAddress, MulticastGroup> groups = new HashMap<>();
    private MulticastThread thread;

    MulticastGroups(final PacketSocket socket, final PortLock lock, final Dispatcher dispatcher, final PortLog log) {
        this.socket = socket;
        this.lock = lock;
        this.dispatcher = dispatcher;
        this.log = log;
    }

    /**
     * Returns how many groups this machine is a member of for this port.
     *
     * @return number of different groups.
     */
    public synchronized int size() {
        return groups.size();
    }

    /**
     * Makes a queue pair receive what is sent to a group. Does nothing if it does already.
     *
     * @param queuePair queue pair of this port, for datagrams.
     * @param address   IPv4 or IPv6 address of the group.
     * @param maxGroups maximum number of groups that this machine is a member of for this port.
     * @return false, with nothing changed, if the group would be one more.
     * @throws IOException if the system refuses the socket of the group, or its membership.
     */
    public synchronized boolean attach(final PortQueuePair queuePair, final IpAddress address, final int maxGroups)
        throws IOException {
        MulticastGroup group = groups.get(address);
        if (group == null) {
            if (groups.size() >= maxGroups) {
                return false;
            }
            group = open(address);
        }
        lock.lock();
        try {
            group.add(queuePair);
        } finally {
            lock.unlock();
        }
        return true;
    }

    /**
     * Keeps this machine a member of a group, whether or not a queue pair is attached, until {@link #release} is called
     * as often.
     *
     * @param address IPv4 or IPv6 address of the group.
     * @throws IOException if the system refuses the socket of the group, or its membership.
     */
    public synchronized void hold(final IpAddress address) throws IOException {
        MulticastGroup group = groups.get(address);
        if (group == null) {
            group = open(address);
        }
        group.hold();
    }

    /**
     * Ends the effect of one call of {@link #hold}.
     *
     * @param address address of the group.
     */
    public synchronized void release(final IpAddress address) {
        final MulticastGroup group = groups.get(address);
        if (group != null) {
            group.release();
            leaveIfUnused(group);
        }
    }

    private void leaveIfUnused(final MulticastGroup group) {
        if (group.isEmpty()) {
            groups.remove(group.address());
            leave(group);
        }
    }

    private MulticastGroup open(final IpAddress address) throws IOException {
        if (thread == null) {
            thread = MulticastThread.start(socket, lock, dispatcher, log);
        }
        MulticastGroup group = null;
        boolean complete = false;
        try {
            group = thread.open(address);
            groups.put(address, group);
            complete = true;
            return group;
        } finally {
            if (!complete) {
                if (group != null) {
                    thread.leave(group);
                }
                endIfIdle();
            }
        }
    }

    /**
     * Detaches a queue pair from a group.
     *
     * @param queuePair queue pair of this port.
     * @param address   address of the group.
     * @return false if it was not attached.
     */
    public synchronized boolean detach(final PortQueuePair queuePair, final IpAddress address) {
        final MulticastGroup group = groups.get(address);
        if (group == null || !remove(group, queuePair)) {
            return false;
        }
        leaveIfUnused(group);
        return true;
    }

    private boolean remove(final MulticastGroup group, final PortQueuePair queuePair) {
        lock.lock();
        try {
            return group.remove(queuePair);
        } finally {
            lock.unlock();
        }
    }

    /** Closes the socket of a group, and ends the thread with the last group. */
    private void leave(final MulticastGroup group) {
        thread.leave(group);
        endIfIdle();
    }

    private void endIfIdle() {
        if (thread.isIdle()) {
            thread.end();
            thread = null;
        }
    }

    /**
     * Detaches a queue pair from all groups.
     *
     * @param queuePair queue pair of this port.
     */
    public synchronized void detachAll(final PortQueuePair queuePair) {
        Closing.closeAll(List.copyOf(groups.keySet()), address -> detach(queuePair, address));
    }

    /** Leaves all groups. */
    @Override
    public synchronized void close() {
        Closing.closeAll(List.copyOf(groups.values()), group -> {
            groups.remove(group.address());
            leave(group);
        });
    }

    @Override
    public synchronized String toString() {
        return "multicast groups of " + socket.local() + ": " + groups.keySet();
    }
}
