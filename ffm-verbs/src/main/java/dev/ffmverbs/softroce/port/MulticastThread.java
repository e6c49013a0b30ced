// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.PacketDefect;
import dev.ffmverbs.softroce.wire.QueuePairNumbers;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
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

    private final PortLock lock;
    private final Dispatcher dispatcher;
    private final PortLog log;
    private final Selector selector;
    private final RocePacket packet = new RocePacket();
    private final Arrival arrival = new Arrival();
    private final int udpPort;
    private final Thread thread;
    private volatile boolean ended;

    private MulticastThread(
        final LocalAddress local, final PortLock lock, final Dispatcher dispatcher, final PortLog log)
        throws IOException {
        this.lock = lock;
        this.dispatcher = dispatcher;
        this.log = log;
        this.udpPort = local.udpPort();
        this.selector = Selector.open();
        this.thread = Thread.ofPlatform().daemon().name("soft-roce-groups-" + local).unstarted(this::run);
    }

    /** Starts a thread that watches nothing yet. */
    static MulticastThread start(
        final LocalAddress local, final PortLock lock, final Dispatcher dispatcher, final PortLog log)
        throws IOException {
        final MulticastThread started = new MulticastThread(local, lock, dispatcher, log);
        boolean complete = false;
        try {
            started.thread.start();
            complete = true;
            return started;
        } finally {
            if (!complete) {
                started.selector.close();
            }
        }
    }

    /** Watches the socket of a group until it is closed. */
    void watch(final MulticastGroup group) throws ClosedChannelException {
        group.channel().register(selector, SelectionKey.OP_READ, group);
        selector.wakeup();
    }

    /** Releases the sockets that were closed. */
    void forgetClosed() {
        selector.wakeup();
    }

    /** Ends the thread. It uses nothing of the port afterwards. The caller must not hold the lock of the port. */
    void end() {
        ended = true;
        selector.wakeup();
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
                selector.select(key -> receive((MulticastGroup) key.attachment()));
            } catch (final Throwable e) {
                // Nothing is called here, because it could throw again and end the thread.
                failure = e;
            }
        }
        closeSelector();
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (final IOException e) {
            log.debug("closing the selector of multicast groups", e);
        }
    }

    private void receive(final MulticastGroup group) {
        for (int i = 0; i < QUANTUM_PACKETS; i++) {
            final InetSocketAddress source = receivePacket(group);
            if (source == null) {
                return;
            }
            lock.lock();
            try {
                arrival.at(group.address(), udpPort);
                arrival.from(IpAddress.of(source.getAddress()), source.getPort());
                deliver(group);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Receives the next packet of a group. Returns its source, or null if there is none. */
    private InetSocketAddress receivePacket(final MulticastGroup group) {
        final ByteBuffer bytes = packet.buffer();
        bytes.clear();
        try {
            final InetSocketAddress source = (InetSocketAddress) group.channel().receive(bytes);
            packet.lengthBytes(bytes.position());
            return source;
        } catch (final IOException e) {
            // The group was left, or the system reports an earlier packet that could not be delivered.
            return null;
        } finally {
            bytes.clear();
        }
    }

    private void deliver(final MulticastGroup group) {
        final TransportCounters counters = dispatcher.transport().counters();
        counters.increment(TransportCounter.PACKETS_RECEIVED);
        counters.add(TransportCounter.BYTES_RECEIVED, packet.lengthBytes());
        if (dispatcher.sink().dropIncoming()) {
            return;
        }
        final PacketDefect defect = packet.defect();
        if (defect != null) {
            counters.increment(TransportCounter.of(defect));
        } else if (packet.bth().destinationQueuePair() != QueuePairNumbers.MULTICAST) {
            counters.increment(TransportCounter.DROPPED_QUEUE_PAIR);
        } else {
            for (final PortQueuePair member : group.members()) {
                deliver(member, group);
            }
        }
    }

    private void deliver(final PortQueuePair member, final MulticastGroup group) {
        try {
            member.service().receive(packet, arrival, System.nanoTime());
        } catch (final Throwable e) {
            member.recordBreakdown("handling a packet of multicast group " + group, e);
        }
        dispatcher.finishDelivery(member);
    }
}
