// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fields of completions that are read in place, beyond those that are always there. */
@Timeout(120)
class CompletionFieldsTest {

    private static final int HEADER = GlobalRoutingHeader.BYTES;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    /** How much the time of day may be off: more than a system's clock is adjusted during a test. */
    private static final long CLOCK_TOLERANCE_NS = TimeUnit.SECONDS.toNanos(10);

    private static ExtendedCompletionQueue create(final Context context, final CompletionField... fields) {
        return Unsupported.orSkip(() -> context.createExtendedCompletionQueue(
            CompletionQueueConfiguration.of(64).withFields(fields)));
    }

    private static ConnectedPair pair(final DevicePair devices, final CompletionField... fields) {
        return new ConnectedPair(devices, new ConnectedPair.Setup(), new ConnectedPair.Setup() {
            @Override
            CompletionQueue completionQueue(final ConnectedPair.Side side) {
                return create(side.context, fields);
            }
        });
    }

    private static ExtendedCompletionQueue right(final ConnectedPair pair) {
        return (ExtendedCompletionQueue) pair.right.queue;
    }

    private static void awaitFirst(final ExtendedCompletionQueue queue) {
        final long startNs = System.nanoTime();
        while (!queue.startPoll()) {
            assertTrue(System.nanoTime() - startNs < TIMEOUT_NS, "no completion within 20 s");
        }
    }

    private static void receiveOne(final ConnectedPair pair) {
        pair.right.post(ReceiveRequest.allocate(0));
        assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).send()));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void tellTheKeyThatThePeerInvalidated(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final MemoryRegion region =
                TestMemory.zeros(pair.right, 4096, Access.LOCAL_WRITE, Access.MEMORY_WINDOW_BIND);
            final MemoryWindow window = pair.right.opens(Unsupported.orSkip(
                () -> pair.right.domain.allocateMemoryWindow(MemoryWindowType.TYPE_2)));
            pair.right.post(SendRequest.allocate(0).bindMemoryWindow(window, region, 0, 4096, Access.REMOTE_WRITE));
            awaitFirst(right(pair));
            assertEquals(WorkCompletionStatus.SUCCESS, right(pair).status());
            right(pair).endPoll();
            pair.right.post(ReceiveRequest.allocate(0).next(ReceiveRequest.allocate(0)));

            assertEquals(WorkCompletionStatus.SUCCESS,
                pair.left.execute(SendRequest.allocate(0).sendWithInvalidate(window.rkey())));
            awaitFirst(right(pair));
            // Linux rxe flags such completions as the kernel does, 1 << 2, which is another flag for its users.
            assertEquals(!Unsupported.isRxe(devices.right()), right(pair).hasInvalidatedRkey());
            assertFalse(right(pair).hasImmediateData());
            assertEquals(window.rkey(), right(pair).invalidatedRkey());
            right(pair).endPoll();

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).send()));
            awaitFirst(right(pair));
            assertFalse(right(pair).hasInvalidatedRkey());
            right(pair).endPoll();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void tellWhereADatagramCameFrom(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices, new DatagramNodes.Setup() {
            @Override
            CompletionQueue completionQueue(final ConnectedPair.Side side) {
                return create(side.context, CompletionField.SOURCE_LOCAL_IDENTIFIER, CompletionField.SERVICE_LEVEL,
                    CompletionField.DESTINATION_PATH_BITS);
            }
        })) {
            final ConnectedPair.Side receiver = nodes.right.side;
            final MemoryRegion target = TestMemory.zeros(receiver, HEADER, Access.LOCAL_WRITE);
            receiver.postReceive(1, target, 0, HEADER);

            assertEquals(WorkCompletionStatus.SUCCESS,
                nodes.left.side.execute(nodes.toRight(SendRequest.allocate(0).send())));

            final ExtendedCompletionQueue queue = (ExtendedCompletionQueue) receiver.queue;
            awaitFirst(queue);
            assertTrue(queue.hasGlobalRoutingHeader());
            assertEquals(nodes.left.side.queuePair.number(), queue.sourceQueuePairNumber());
            assertEquals(0, queue.sourceLocalIdentifier(), "Ethernet has no LIDs");
            assertEquals(0, queue.serviceLevel());
            assertEquals(0, queue.destinationPathBits());
            queue.endPoll();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void haveTheClockOfTheDevice(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices, CompletionField.COMPLETION_TIMESTAMP)) {
            final Context context = pair.right.context;
            assertTrue(context.extendedAttributes().coreClockKilohertz() > 0);
            assertTrue(context.extendedAttributes().completionTimestampMask() != 0);
            long former = context.rawClock();
            for (int message = 0; message < 3; message++) {
                receiveOne(pair);
                awaitFirst(right(pair));
                final long timestamp = right(pair).completionTimestamp();
                right(pair).endPoll();
                assertTrue(timestamp - former >= 0, timestamp + " after " + former);
                former = timestamp;
            }
            assertTrue(context.rawClock() - former >= 0);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void haveTheTimeOfDay(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices, CompletionField.WALLCLOCK_TIMESTAMP)) {
            receiveOne(pair);
            awaitFirst(right(pair));
            final Instant now = Instant.now();
            final long nowNs = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();

            assertEquals(nowNs, right(pair).wallclockTimestampNs(), CLOCK_TOLERANCE_NS);
            right(pair).endPoll();
        }
    }

    /** An ordinary poll takes completions with timestamps whole, and so does a queue that changes its size. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void ofAQueueWithTimestampsAreAlsoPolledAndMoved(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices, CompletionField.COMPLETION_TIMESTAMP)) {
            for (int number = 0; number < 6; number++) {
                pair.right.post(ReceiveRequest.allocate(0).workRequestId(number));
                assertEquals(WorkCompletionStatus.SUCCESS,
                    pair.left.execute(SendRequest.allocate(0).sendWithImmediate(number)));
            }
            awaitFirst(right(pair));
            final long first = right(pair).completionTimestamp();
            right(pair).endPoll();
            final WorkCompletions polled = WorkCompletions.allocate(3);
            assertEquals(3, right(pair).poll(polled));
            for (int index = 0; index < 3; index++) {
                assertEquals(index + 1, polled.workRequestId(index));
                assertEquals(index + 1, polled.immediateData(index));
            }

            Unsupported.orSkip(() -> right(pair).resize(200));

            awaitFirst(right(pair));
            assertEquals(4, right(pair).workRequestId());
            assertTrue(right(pair).completionTimestamp() - first > 0);
            assertTrue(right(pair).nextPoll());
            assertEquals(5, right(pair).immediateData());
            right(pair).endPoll();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void thatTheDeviceLacksAreRefusedByName(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            create(context).close();
            for (final CompletionField field : CompletionField.values()) {
                try {
                    final ExtendedCompletionQueue queue = context.createExtendedCompletionQueue(
                        CompletionQueueConfiguration.of(1).withFields(field));
                    assertTrue(queue.fields().contains(field));
                    queue.close();
                } catch (final UnsupportedVerbException refused) {
                    assertEquals("ibv_create_cq_ex", refused.verb());
                    assertTrue(refused.getMessage().contains("wc_flags=0x"), refused.getMessage());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void thatWereNotAskedForCannotBeRead(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            receiveOne(pair);
            final ExtendedCompletionQueue queue = right(pair);
            final List<Runnable> accessors = List.of(queue::sourceLocalIdentifier, queue::serviceLevel,
                queue::destinationPathBits, queue::completionTimestamp, queue::wallclockTimestampNs,
                queue::customerVlan, queue::flowTag);
            for (final Runnable accessor : accessors) {
                assertThrows(IllegalStateException.class, accessor::run, "before the start");
            }
            awaitFirst(queue);
            for (final Runnable accessor : accessors) {
                final String message = assertThrows(IllegalStateException.class, accessor::run).getMessage();
                assertTrue(message.contains("was created without CompletionField."), message);
            }
            queue.endPoll();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void clockIsReadOrRefusedByName(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final long clock;
            try {
                clock = context.rawClock();
            } catch (final UnsupportedVerbException refused) {
                assertEquals("ibv_query_rt_values_ex", refused.verb());
                return;
            }
            assertTrue(context.rawClock() - clock >= 0);
        }
    }
}
