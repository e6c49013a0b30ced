// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetAddress;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests a turn at the work of a port to which packets come without end. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DispatcherTest {

    /** A thread that waits for the lock lets this many packets pass: two batches that double, and one that is full. */
    private static final int FEW_PACKETS = 64;
    private static final int MANY_PACKETS = 256;

    private final TransportCounters counters = new TransportCounters();
    private final Dispatcher dispatcher;

    DispatcherTest() throws ProviderException {
        final LocalAddress local = LocalAddress.of(InetAddress.ofLiteral("127.0.0.1"), 4791);
        dispatcher = new Dispatcher(new EndlessSocket(local), counters, new Icrc(), new Random(1),
            ReceiveBudget.settings(1 << 20), new PortLog("soft9", new CollectingLogger()));
    }

    private long receivedBy(final Runnable turn) {
        final long before = counters.get(TransportCounter.PACKETS_RECEIVED);
        turn.run();
        return counters.get(TransportCounter.PACKETS_RECEIVED) - before;
    }

    @Test
    void aTurnEndsAfterAFewPacketsIfAnotherThreadWaitsForTheLock() {
        final long received = receivedBy(() -> assertTrue(dispatcher.work(() -> false, () -> true), "more work"));
        assertTrue(received <= FEW_PACKETS, received + " packets while a thread waited");
    }

    @Test
    void aTurnTakesManyPacketsIfNobodyWaitsForTheLock() {
        final long received = receivedBy(() -> assertTrue(dispatcher.work(() -> false, () -> false), "more work"));
        assertTrue(received >= MANY_PACKETS, received + " packets");
    }

    @Test
    void aTurnTakesSeveralPacketsEvenIfThereIsAlwaysAThreadThatWaitsForTheLock() {
        final AtomicInteger asked = new AtomicInteger();
        final long received = receivedBy(() -> dispatcher.work(() -> false, () -> asked.incrementAndGet() > 0));
        assertTrue(received > FEW_PACKETS / 4, received + " packets");
        assertEquals(1, asked.get(), "times the turn asked whether it must end");
    }

    @Test
    void deadlinesAreCheckedEvenIfEveryTurnIsCutShort() {
        final AtomicInteger tries = new AtomicInteger();
        dispatcher.deliver(new Notification() {
            @Override
            protected void deliver() {
                if (tries.incrementAndGet() == 1) {
                    throw new OutOfMemoryError("injected");
                }
            }
        });
        while (tries.get() < 2) {
            dispatcher.work(() -> false, () -> true);
        }
    }

    /** A socket that always has another packet, of which nothing can be made. */
    private static final class EndlessSocket implements PacketSocket {

        private final RocePacket packet = new RocePacket();
        private final LocalAddress local;

        EndlessSocket(final LocalAddress local) {
            this.local = local;
        }

        @Override
        public LocalAddress local() {
            return local;
        }

        @Override
        public String description() {
            return "endless socket";
        }

        @Override
        public boolean avoidsFragments() {
            return true;
        }

        @Override
        public int receiveBufferBytes() {
            return 1 << 20;
        }

        @Override
        public RocePacket receive() {
            return packet;
        }

        @Override
        public Arrival arrival() {
            return new Arrival();
        }

        @Override
        public boolean isBlocked() {
            return false;
        }

        @Override
        public void sendWaiting() {
            // Nothing waits.
        }

        @Override
        public RocePacket claim() {
            return packet;
        }

        @Override
        public void submit(final RocePacket sent, final UdpPath path) {
            // Nothing is sent.
        }

        @Override
        public void listen(final IpAddress address) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int leaveFrom(final IpAddress address, final int wanted) {
            throw new UnsupportedOperationException();
        }

        @Override
        public GroupSockets openGroups() {
            throw new IllegalStateException("nobody joins groups");
        }

        @Override
        public SocketWait openWait() {
            throw new IllegalStateException("nobody waits for an endless socket");
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
