// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.PacketDefect;
import dev.ffmverbs.softroce.wire.QueuePairNumbers;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that receives what is sent to the multicast groups of a port. It passes each packet to the members of its
 * group, under the lock of the port. It continues after any exception, and then the current packet is lost.
 */
final class MulticastThread {

    /** Number of packets of one group before other groups get a turn. */
    private static final int QUANTUM_PACKETS = 64;
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final MulticastGroup[] NONE = {};

    private final PortLock lock;
    private final Dispatcher dispatcher;
    private final PortLog log;
    private final GroupSockets sockets;
    private final Thread thread;

    /** The groups that the thread receives from. Never changed, but replaced, by the thread that opens and leaves. */
    private volatile MulticastGroup[] groups = NONE;
    private volatile boolean ended;

    private MulticastThread(
        final GroupSockets sockets, final String name, final PortLock lock, final Dispatcher dispatcher,
        final PortLog log) {
        this.sockets = sockets;
        this.lock = lock;
        this.dispatcher = dispatcher;
        this.log = log;
        this.thread = Thread.ofPlatform().daemon().name("soft-roce-groups-" + name).unstarted(this::run);
    }

    /** Starts a thread that receives nothing yet. It closes the sockets when it ends. */
    static MulticastThread start(
        final PacketSocket socket, final PortLock lock, final Dispatcher dispatcher, final PortLog log)
        throws IOException {
        final GroupSockets sockets = socket.openGroups();
        boolean complete = false;
        try {
            final MulticastThread started =
                new MulticastThread(sockets, socket.local().toString(), lock, dispatcher, log);
            started.thread.start();
            complete = true;
            return started;
        } finally {
            if (!complete) {
                sockets.close();
            }
        }
    }

    /** Joins a group and receives what is sent to it. */
    MulticastGroup open(final IpAddress address) throws IOException {
        final GroupSockets.GroupSocket socket = sockets.open(address);
        boolean complete = false;
        try {
            final MulticastGroup group = new MulticastGroup(address, socket);
            final MulticastGroup[] more = Arrays.copyOf(groups, groups.length + 1);
            more[groups.length] = group;
            groups = more;
            complete = true;
            sockets.wakeUp();
            return group;
        } finally {
            if (!complete) {
                socket.close(log);
            }
        }
    }

    /** Leaves a group. */
    void leave(final MulticastGroup group) {
        groups = Arrays.stream(groups).filter(other -> other != group).toArray(MulticastGroup[]::new);
        group.socket().close(log);
    }

    /** Returns whether there is no group to receive from. */
    boolean isIdle() {
        return groups.length == 0;
    }

    /** Ends the thread. It uses nothing of the port afterwards. The caller must not hold the lock of the port. */
    void end() {
        ended = true;
        sockets.wakeUp();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Throwable failure = null;
        while (!ended) {
            try {
                if (failure != null) {
                    final Throwable told = failure;
                    failure = null;
                    log.error("receiving from multicast groups", "the thread continues in 1 ms", told);
                    LockSupport.parkNanos(PAUSE_NS);
                }
                sockets.await();
                for (final MulticastGroup group : groups) {
                    receive(group);
                }
            } catch (final Throwable e) {
                // Nothing is called here, because it could throw again and end the thread.
                failure = e;
            }
        }
        closeSockets();
    }

    private void closeSockets() {
        try {
            sockets.close();
        } catch (final IOException e) {
            log.debug("closing what waits for multicast groups", e);
        }
    }

    private void receive(final MulticastGroup group) {
        for (int i = 0; i < QUANTUM_PACKETS; i++) {
            final RocePacket packet = group.socket().receive();
            if (packet == null) {
                return;
            }
            lock.lock();
            try {
                deliver(packet, group);
            } finally {
                lock.unlock();
            }
        }
    }

    private void deliver(final RocePacket packet, final MulticastGroup group) {
        final TransportCounters counters = dispatcher.transport().counters();
        counters.increment(TransportCounter.PACKETS_RECEIVED);
        counters.add(TransportCounter.BYTES_RECEIVED, packet.lengthBytes());
        if (dispatcher.sink().dropIncoming(sockets.arrival())) {
            return;
        }
        final PacketDefect defect = packet.defect();
        if (defect != null) {
            counters.increment(TransportCounter.of(defect));
        } else if (packet.bth().destinationQueuePair() != QueuePairNumbers.MULTICAST) {
            counters.increment(TransportCounter.DROPPED_QUEUE_PAIR);
        } else {
            for (final PortQueuePair member : group.members()) {
                deliver(packet, member, group);
            }
        }
    }

    private void deliver(final RocePacket packet, final PortQueuePair member, final MulticastGroup group) {
        try {
            member.service().receive(packet, sockets.arrival(), System.nanoTime());
        } catch (final Throwable e) {
            member.recordBreakdown("handling a packet of multicast group " + group, e);
        }
        dispatcher.finishDelivery(member);
    }
}
