// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the attributes of an open device and the events that it reports. */
class ContextTest {

    private static final int UNKNOWN_PORT = 200;

    /** How long a counter may lag. The kernel reads the counters of a device about every 10 ms. */
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void reportsWhatTheDeviceCanDo(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final DeviceAttributes attributes = context.attributes();
            assertTrue(attributes.maximumQueuePairs() > 0, attributes.toString());
            assertTrue(attributes.maximumRequestsPerQueue() > 0, attributes.toString());
            assertTrue(attributes.maximumScatterGatherElements() > 0, attributes.toString());
            assertTrue(attributes.maximumRegionBytes() > 0 || attributes.maximumRegionBytes() == -1,
                attributes.toString());
            assertTrue(attributes.physicalPorts() >= 1, attributes.toString());
            final ExtendedDeviceAttributes extended = context.extendedAttributes();
            final long low = extended.capabilities().bits() & 0xFFFF_FFFFL;
            assertTrue(low == 0 || low == attributes.capabilities().bits(), extended.toString());
            assertTrue(context.completionVectors() >= 1);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void listsItsGidsWithTheirTypes(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final List<GidEntry> table = context.gidTable(1);
            assertTrue(devices.left().transportType() == TransportType.IWARP
                || table.stream().anyMatch(entry -> entry.type() == GidType.ROCE_V2), table.toString());
            for (final GidEntry entry : table) {
                assertEquals(1, entry.port());
                assertEquals(Optional.of(entry), context.gid(1, entry.index()));
            }
            assertEquals(PortState.ACTIVE, context.portAttributes(1).state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesPortsAndPlacesThatDoNotExist(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final int length = context.portAttributes(1).gidTableLength();
            assertEquals(Errno.EINVAL,
                assertThrows(VerbsException.class, () -> context.gid(1, length)).errno());
            assertEquals(Errno.EINVAL,
                assertThrows(VerbsException.class, () -> context.portAttributes(UNKNOWN_PORT)).errno());
            assertThrows(VerbsException.class, () -> context.gid(UNKNOWN_PORT, 0));
            assertThrows(IllegalArgumentException.class, () -> context.portAttributes(0));
            assertThrows(IllegalArgumentException.class, () -> context.gid(1, -1));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void countsWhatItsPortDoes(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final Map<String, Long> before = Unsupported.orSkip(() -> pair.left.context.portStatistics(1));
            final MemoryRegion remote = TestMemory.zeros(pair.right, 64, Access.REMOTE_READ);
            final MemoryRegion local = TestMemory.zeros(pair.left, 64, Access.LOCAL_WRITE);
            for (int index = 0; index < 20; index++) {
                assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                    .read(remote.iova(), remote.rkey()).localMemory(local, 0, 64)));
            }

            Map<String, Long> after = pair.left.context.portStatistics(1);
            final long startNs = System.nanoTime();
            while (!grown(before, after, 20) && System.nanoTime() - startNs < LIMIT_NS) {
                after = pair.left.context.portStatistics(1);
            }

            assertEquals(before.keySet(), after.keySet());
            assertTrue(grown(before, after, 20), before + " to " + after);
            assertThrows(UnsupportedOperationException.class, before::clear);
            assertTrue(Set.of(Errno.EINVAL, Errno.EOPNOTSUPP).contains(assertThrows(VerbsException.class,
                () -> pair.left.context.portStatistics(UNKNOWN_PORT)).errno()));
        }
    }

    private static boolean grown(final Map<String, Long> before, final Map<String, Long> after, final long by) {
        return after.entrySet().stream().anyMatch(counter -> counter.getValue() >= before.get(counter.getKey()) + by);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void waitsForEventsNoLongerThanTold(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final long startNs = System.nanoTime();
            assertEquals(Optional.empty(), context.nextAsynchronousEvent(Duration.ofMillis(100)));
            assertTrue(System.nanoTime() - startNs >= TimeUnit.MILLISECONDS.toNanos(100), "the wait ended early");
            assertEquals(Optional.empty(), context.nextAsynchronousEvent(Duration.ZERO));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void closesWhileAThreadWaitsForEvents(final DevicePair devices) throws Exception {
        devices.require();
        final Context context = devices.left().open();
        final CountDownLatch started = new CountDownLatch(1);
        final CompletableFuture<Optional<AsynchronousEvent>> waiting = CompletableFuture.supplyAsync(() -> {
            started.countDown();
            return context.nextAsynchronousEvent(Duration.ofSeconds(40));
        });
        started.await();
        while (context.isOpen() && !waiting.isDone()) {
            Thread.sleep(50);
            context.close();
        }

        try {
            assertEquals(Optional.empty(), waiting.get(20, TimeUnit.SECONDS));
        } catch (final ExecutionException e) {
            assertEquals(context + " is closed", e.getCause().getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void reportsThatASendQueueIsDrained(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            try {
                pair.left.queuePair.modify(new QueuePairAttributes().state(QueuePairState.SEND_QUEUE_DRAIN)
                    .notifyWhenDrained(true));
            } catch (final VerbsException e) {
                Assumptions.abort("this device does not drain send queues: " + e.getMessage());
            }

            final Optional<AsynchronousEvent> event =
                pair.left.context.nextAsynchronousEvent(Duration.ofSeconds(20));

            assertEquals(Optional.of(new AsynchronousEvent.OfQueuePair(
                AsynchronousEventType.SEND_QUEUE_DRAINED, pair.left.queuePair)), event);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesToCloseWhileItsObjectsAreOpenAndNamesThem(final DevicePair devices) {
        devices.require();
        final Context context = devices.left().open();
        final ProtectionDomain domain = context.allocateProtectionDomain();
        final CompletionQueue queue = context.createCompletionQueue(4);

        final IllegalStateException refused = assertThrows(IllegalStateException.class, context::close);

        assertTrue(refused.getMessage().contains(domain.toString()), refused.getMessage());
        assertTrue(refused.getMessage().contains(queue.toString()), refused.getMessage());
        assertTrue(context.isOpen());
        queue.close();
        domain.close();
        context.close();
        context.close();
        assertFalse(context.isOpen());
        for (final Runnable call : List.<Runnable>of(context::attributes, context::extendedAttributes,
            () -> context.portAttributes(1), () -> context.gid(1, 0), () -> context.portStatistics(1),
            context::allocateProtectionDomain, context::createCompletionChannel, context::completionVectors,
            () -> context.createCompletionQueue(1), () -> context.nextAsynchronousEvent(Duration.ZERO))) {
            assertThrows(IllegalStateException.class, call::run);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void countsItsPortsAlikeInBothKindsOfAttributes(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final int ports = context.attributes().physicalPorts();

            assertEquals(ports, context.extendedAttributes().physicalPorts());
            assertEquals(ports, context.portAttributes(ports).port());
            assertThrows(VerbsException.class, () -> context.portAttributes(ports + 1));
        }
    }
}
