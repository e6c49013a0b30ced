// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of both applications work concurrently, on devices that hold a lock around every call. */
class ConcurrentConnectionsTest {

    private static final int CONNECTIONS = 200;
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final AtomicInteger QUEUE_PAIRS = new AtomicInteger(100);

    /** Delivers on the sender's thread unless the peer is busy, so that a lock held too long causes a deadlock. */
    private static final class DirectDevice implements ManagementDevice {
        private final InetAddress address;
        private final ReentrantLock deviceLock = new ReentrantLock();
        private final CommunicationManager communication;
        private DirectDevice peer;

        DirectDevice(final String address) {
            this.address = VirtualDevice.ipv4(address);
            this.communication =
                new CommunicationManager(this, CommunicationSettings.DEFAULT, new SecureRandom());
        }

        @Override
        public String deviceName() {
            return "direct";
        }

        @Override
        public long guid() {
            return address.hashCode();
        }

        @Override
        public InetAddress localAddress() {
            return address;
        }

        @Override
        public int gidIndex() {
            return 0;
        }

        @Override
        public int pathMtu(final InetAddress destination) {
            return 3;
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void send(final InetAddress destination, final int trafficClass, final ByteBuffer datagram) {
            peer.arrive(address, datagram);
        }

        private void arrive(final InetAddress source, final ByteBuffer datagram) {
            if (deviceLock.tryLock()) {
                try {
                    communication.receive(source, datagram);
                } finally {
                    deviceLock.unlock();
                }
            }
        }

        @Override
        public void probe(final int queuePair) {
            // No queue pair is named twice here.
        }

        @Override
        public void joinGroup(final InetAddress group) {
            throw new UnsupportedOperationException("nobody joins groups here");
        }

        @Override
        public void leaveGroup(final InetAddress group) {
            throw new UnsupportedOperationException("nobody joins groups here");
        }

        @Override
        public void onEarlierDeadline() {
            // The ticking threads check often.
        }
    }

    private final DirectDevice left = new DirectDevice("10.0.0.1");
    private final DirectDevice right = new DirectDevice("10.0.0.2");

    @Test
    @Timeout(120)
    void connectBothWaysWithoutWaitingForEachOther() throws Exception {
        left.peer = right;
        right.peer = left;
        final SoftConnectionManager leftListening = VirtualDevice.managerOf(left.communication);
        final SoftConnectionManager rightListening = VirtualDevice.managerOf(right.communication);
        final InetSocketAddress leftAddress = listen(leftListening, left);
        final InetSocketAddress rightAddress = listen(rightListening, right);
        final ExecutorService threads = Executors.newCachedThreadPool();
        try {
            final Future<?> ticks = threads.submit(this::tickUntilInterrupted);
            final Future<Integer> leftServed = threads.submit(serve(leftListening));
            final Future<Integer> rightServed = threads.submit(serve(rightListening));
            final Future<Integer> leftMade = threads.submit(connectAndEnd(left, rightAddress));
            final Future<Integer> rightMade = threads.submit(connectAndEnd(right, leftAddress));

            assertEquals(CONNECTIONS, leftMade.get());
            assertEquals(CONNECTIONS, rightMade.get());
            assertEquals(CONNECTIONS, leftServed.get());
            assertEquals(CONNECTIONS, rightServed.get());
            ticks.cancel(true);
        } finally {
            threads.shutdownNow();
        }
    }

    private static InetSocketAddress listen(final SoftConnectionManager manager, final DirectDevice device)
        throws ProviderException {
        final ConnectionIdentifierOperations listener = manager.createIdentifier();
        listener.bind(new InetSocketAddress(device.address, 0));
        listener.listen(16);
        return listener.localAddress();
    }

    private void tickUntilInterrupted() {
        while (!Thread.currentThread().isInterrupted()) {
            left.communication.tick();
            right.communication.tick();
            try {
                Thread.sleep(1);
            } catch (final InterruptedException e) {
                return;
            }
        }
    }

    private static Callable<Integer> serve(final SoftConnectionManager manager) {
        return () -> {
            int ended = 0;
            while (ended < CONNECTIONS) {
                final ConnectionEventData event = manager.nextEvent(WAIT_NS);
                assertNotNull(event, "no event in time, after " + ended + " connections");
                if (event.type() == ffm_verbs_h.RDMA_CM_EVENT_CONNECT_REQUEST()) {
                    event.identifier().accept(VirtualDevice.parameters(QUEUE_PAIRS.incrementAndGet()));
                } else if (event.type() == ffm_verbs_h.RDMA_CM_EVENT_DISCONNECTED()) {
                    event.identifier().close();
                    ended++;
                }
            }
            return ended;
        };
    }

    private static Callable<Integer> connectAndEnd(final DirectDevice device, final InetSocketAddress remote) {
        return () -> {
            final SoftConnectionManager manager = VirtualDevice.managerOf(device.communication);
            int ended = 0;
            for (int i = 0; i < CONNECTIONS; i++) {
                final ConnectionIdentifierOperations identifier = manager.createIdentifier();
                identifier.resolveAddress(null, remote, 1000);
                identifier.resolveRoute(1000);
                identifier.connect(VirtualDevice.parameters(QUEUE_PAIRS.incrementAndGet()));
                await(manager, ffm_verbs_h.RDMA_CM_EVENT_CONNECT_RESPONSE());
                identifier.establish();
                identifier.disconnect();
                await(manager, ffm_verbs_h.RDMA_CM_EVENT_DISCONNECTED());
                identifier.close();
                ended++;
            }
            return ended;
        };
    }

    private static void await(final SoftConnectionManager manager, final int type) {
        ConnectionEventData event;
        do {
            event = manager.nextEvent(WAIT_NS);
            assertNotNull(event, "event " + type + " did not come in time");
        } while (event.type() != type);
    }
}
