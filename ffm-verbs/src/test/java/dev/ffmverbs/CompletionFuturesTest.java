// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.async.CompletionFutures;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Futures of requests: with what they complete, and what happens when anything else does. */
class CompletionFuturesTest {

    private static final long LIMIT_SECONDS = 20;
    private static final int CAPACITY = PairWithFutures.CAPACITY;

    private static <T> T get(final CompletableFuture<T> future) throws Exception {
        return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static Throwable failure(final CompletableFuture<?> future) {
        return assertThrows(ExecutionException.class, () -> get(future)).getCause();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void completesWithTheCompletionOfItsRequest(final DevicePair devices) throws Exception {
        try (PairWithFutures pair = new PairWithFutures(devices)) {
            final SendRequest request = pair.read().workRequestId(77).signal(false);
            final Completion completion = get(pair.post(request));

            assertEquals(77, completion.workRequestId());
            assertEquals(77, request.workRequestId());
            assertEquals(WorkCompletionStatus.SUCCESS, completion.status());
            assertEquals(WorkCompletionOpcode.RDMA_READ, completion.opcode());
            assertEquals(64, completion.byteLength());
            assertEquals(OptionalInt.empty(), completion.immediateData());
            assertEquals(pair.queuePair().number(), completion.queuePairNumber());
            TestMemory.assertSame(pair.target, 0, pair.source, 0, 64);
            assertEquals(0, pair.futures.outstandingRequests());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aReceiveCompletesWithTheLengthAndTheImmediateData(final DevicePair devices) throws Exception {
        devices.requireOtherThanIwarp("has no immediate data");
        try (PairWithFutures pair = new PairWithFutures(devices)) {
            final CompletableFuture<Completion> received = pair.postReceive();
            assertEquals(WorkCompletionStatus.SUCCESS, pair.ends.right.execute(
                SendRequest.allocate(1).sendWithImmediate(-9).localMemory(pair.target, 0, 40)));

            assertEquals(40, get(received).byteLength());
            assertEquals(OptionalInt.of(-9), get(received).immediateData());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aReceiveFromASharedQueueCompletes(final DevicePair devices) throws Exception {
        devices.require();
        final AtomicReference<CompletionFutures> futures = new AtomicReference<>();
        final AtomicReference<SharedReceiveQueue> shared = new AtomicReference<>();
        try (ConnectedPair ends = new ConnectedPair(devices, new ConnectedPair.Setup() {
            @Override
            CompletionQueue completionQueue(final ConnectedPair.Side side) {
                futures.set(side.opens(CompletionFutures.open(side.context, CAPACITY)));
                return futures.get().completionQueue();
            }

            @Override
            QueuePair queuePair(final ConnectedPair.Side side) {
                shared.set(side.opens(side.domain.createSharedReceiveQueue(8, 1)));
                return side.domain.createQueuePair(
                    configuration(side.queue).withSharedReceiveQueue(shared.get()));
            }
        }, new ConnectedPair.Setup())) {
            final MemoryRegion buffer = TestMemory.zeros(ends.left, 64, Access.LOCAL_WRITE);
            final CompletableFuture<Completion> received = futures.get().postReceive(shared.get(),
                ReceiveRequest.allocate(1).workRequestId(3).localMemory(buffer, 0, 64));
            final MemoryRegion message = TestMemory.region(ends.right, 8, 1);
            assertEquals(WorkCompletionStatus.SUCCESS,
                ends.right.execute(SendRequest.allocate(1).send().localMemory(message, 0, 8)));

            assertEquals(8, get(received).byteLength());
            assertEquals(3, get(received).workRequestId());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anErrorCompletesItExceptionallyAndThoseBehindItAsFlushed(final DevicePair devices) {
        devices.requireOtherThanSiw("does not flush what is posted in ERROR");
        try (PairWithFutures pair = new PairWithFutures(devices)) {
            final CompletableFuture<Completion> refused = pair.post(SendRequest.allocate(1).workRequestId(4)
                .read(pair.target.iova(), pair.target.rkey() ^ 0xFF00).localMemory(pair.source, 0, 8));
            final CompletableFuture<Completion> behind = pair.post(pair.read());

            final RequestFailedException failure = assertInstanceOf(RequestFailedException.class, failure(refused));
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR, failure.completion().status());
            assertEquals(4, failure.completion().workRequestId());
            assertTrue(failure.getMessage().contains("REMOTE_ACCESS_ERROR (workRequestId=4"), failure.getMessage());
            assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED,
                assertInstanceOf(RequestFailedException.class, failure(behind)).completion().status());
            assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED, assertInstanceOf(
                RequestFailedException.class, failure(pair.post(pair.read()))).completion().status());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void closingTheQueuePairFailsWhatWaitsForIt(final DevicePair devices) {
        try (PairWithFutures pair = new PairWithFutures(devices)) {
            final CompletableFuture<Completion> received = pair.postReceive();
            final String name = pair.queuePair().toString();
            pair.queuePair().close();

            final Throwable failure = failure(received);
            assertInstanceOf(IllegalStateException.class, failure);
            assertEquals(name + " was closed before the request completed", failure.getMessage());
            assertEquals(0, pair.futures.outstandingRequests());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void closingTheFuturesFailsWhatIsLeftAndRefusesMore(final DevicePair devices) {
        try (PairWithFutures pair = new PairWithFutures(devices)) {
            final CompletableFuture<Completion> received = pair.postReceive();
            assertThrows(IllegalStateException.class, pair.futures::close, "its queue pair is open");
            assertFalse(received.isDone());

            pair.queuePair().close();
            pair.futures.close();
            pair.futures.close();

            assertInstanceOf(IllegalStateException.class, failure(received));
            assertThrows(IllegalStateException.class, () -> pair.post(pair.read()));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesMoreThanItsCapacityAndMoreThanTheSendQueueHolds(final DevicePair devices) throws Exception {
        try (PairWithFutures pair = new PairWithFutures(devices, null, 4)) {
            final List<CompletableFuture<Completion>> posted = new ArrayList<>();
            for (int request = 0; request < 4; request++) {
                posted.add(pair.postReceive());
            }
            final RejectedExecutionException full =
                assertThrows(RejectedExecutionException.class, () -> pair.post(pair.read()));
            assertTrue(full.getMessage().startsWith("4 requests are outstanding"), full.getMessage());

            pair.send();
            get(posted.getFirst());
            get(pair.post(pair.read()));
        }
        try (PairWithFutures pair = new PairWithFutures(devices, null, 1000)) {
            final RejectedExecutionException full = assertThrows(RejectedExecutionException.class, () -> {
                for (int request = 0; request < 1000; request++) {
                    pair.postReceive();
                }
            });
            assertEquals("the request queue of " + pair.queuePair() + " is full; nothing was posted",
                full.getMessage());
            final int outstanding = pair.futures.outstandingRequests();
            assertTrue(outstanding >= 64 && outstanding < 1000, "outstanding: " + outstanding);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesChainsAndQueuePairsThatReportElsewhere(final DevicePair devices) {
        try (PairWithFutures pair = new PairWithFutures(devices)) {
            final SendRequest chain = pair.read().next(pair.read());
            assertEquals("a future stands for one request, and 2 are chained here; post them one by one",
                assertThrows(IllegalArgumentException.class, () -> pair.post(chain)).getMessage());
            assertThrows(IllegalArgumentException.class,
                () -> pair.futures.postSend(pair.ends.right.queuePair, SendRequest.allocate(0)));
            assertThrows(IllegalArgumentException.class,
                () -> pair.futures.postReceive(pair.ends.right.queuePair, ReceiveRequest.allocate(0)));
            assertEquals(0, pair.futures.outstandingRequests());
        }
    }

    /** A refusal by the device leaves no place taken, and the request as it was. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aRequestThatTheQueuePairRefusesIsNotOutstanding(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionFutures futures = CompletionFutures.open(context, 4);
             QueuePair queuePair = domain.createQueuePair(
                 QueuePairConfiguration.reliableConnection(futures.completionQueue()))) {
            final SendRequest request = SendRequest.allocate(0).workRequestId(8);
            assertThrows(VerbsException.class, () -> futures.postSend(queuePair, request));
            assertEquals(0, futures.outstandingRequests());
            assertEquals(8, request.workRequestId());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aCancelledRequestStillTakesItsPlaceUntilItCompletes(final DevicePair devices) throws Exception {
        try (PairWithFutures pair = new PairWithFutures(devices, null, 1)) {
            final CompletableFuture<Completion> received = pair.postReceive();
            assertTrue(received.cancel(true));
            assertEquals(1, pair.futures.outstandingRequests());
            assertThrows(RejectedExecutionException.class, () -> pair.post(pair.read()));

            pair.send();

            final long startNs = System.nanoTime();
            while (pair.futures.outstandingRequests() > 0) {
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(LIMIT_SECONDS));
                Thread.sleep(1);
            }
            TestMemory.assertSame(pair.target, 0, pair.source, 0, 64);
            get(pair.post(pair.read()));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aStageThatBlocksDelaysNoOtherFuture(final DevicePair devices) throws Exception {
        try (PairWithFutures pair = new PairWithFutures(devices)) {
            final CountDownLatch free = new CountDownLatch(1);
            // Not a READ: a stage of a future that has completed already runs on the thread that attaches it.
            final CompletableFuture<Void> blocked = pair.postReceive().thenAccept(completion -> {
                try {
                    free.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            pair.send();
            final CompletableFuture<Completion> nested =
                pair.post(pair.read()).thenApply(completion -> pair.post(pair.read()).join());

            get(nested);
            assertFalse(blocked.isDone());
            free.countDown();
            get(blocked);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aStageThatThrowsFailsItselfAlone(final DevicePair devices) throws Exception {
        try (PairWithFutures pair = new PairWithFutures(devices, Runnable::run, CAPACITY)) {
            final CompletableFuture<Completion> received = pair.postReceive();
            final CompletableFuture<Completion> failing = received.thenApply(completion -> {
                Thread.currentThread().interrupt();
                throw new StackOverflowError("thrown by a stage");
            });
            pair.send();

            assertInstanceOf(StackOverflowError.class, failure(failing));
            get(received);
            for (int request = 0; request < 3; request++) {
                get(pair.post(pair.read()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anExecutorThatRefusesLosesNoFuture(final DevicePair devices) throws Exception {
        final Executor refusing = task -> {
            throw new RejectedExecutionException("closed");
        };
        final Executor failing = task -> {
            throw new OutOfMemoryError("unable to create native thread");
        };
        for (final Executor executor : List.of(refusing, failing)) {
            try (PairWithFutures pair = new PairWithFutures(devices, executor, CAPACITY)) {
                for (int request = 0; request < 3; request++) {
                    get(pair.post(pair.read()));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void twoThreadsPostAtOnce(final DevicePair devices) throws Exception {
        try (PairWithFutures pair = new PairWithFutures(devices, null, 8)) {
            final List<CompletableFuture<Integer>> posters = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                posters.add(CompletableFuture.supplyAsync(() -> {
                    final SendRequest request = pair.read();
                    int done = 0;
                    while (done < 500) {
                        assertEquals(done, pair.post(request.workRequestId(done)).join().workRequestId());
                        done++;
                    }
                    return done;
                }));
            }
            for (final CompletableFuture<Integer> poster : posters) {
                assertEquals(500, get(poster));
            }
            assertEquals(0, pair.futures.outstandingRequests());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aFutureWithALimitEndsInTimeAndTheRequestLater(final DevicePair devices) throws Exception {
        try (PairWithFutures pair = new PairWithFutures(devices)) {
            final CompletableFuture<Completion> limited = pair.postReceive().orTimeout(20, TimeUnit.MILLISECONDS);
            assertInstanceOf(TimeoutException.class, failure(limited));
            pair.send();
            get(pair.post(pair.read()));
        }
    }

    /** However the thread and the close of the queue meet, it is no failure of the queue. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void closingIsNoFailure(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             SharedReceiveQueue receives = domain.createSharedReceiveQueue(64, 1);
             MemoryRegion buffer = domain.allocate(8, Access.LOCAL_WRITE)) {
            for (int round = 0; round < 50; round++) {
                final CompletionFutures futures = CompletionFutures.open(context, 1);
                final CompletableFuture<Completion> received =
                    futures.postReceive(receives, ReceiveRequest.allocate(1).localMemory(buffer, 0, 8));
                futures.close();
                assertEquals("CompletionFutures of " + context.device().name() + " is closed",
                    failure(received).getMessage());
            }
        }
    }

    /** The thread is a daemon that ends with the futures. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void leavesNoThreadBehind(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final String name = "ffm-verbs completions of " + context.device().name();
            try (CompletionFutures futures = CompletionFutures.open(context, 1)) {
                assertTrue(threads(name).findFirst().orElseThrow().isDaemon(), futures.toString());
            }
            assertNull(threads(name).findFirst().orElse(null));
            assertThrows(IllegalArgumentException.class, () -> CompletionFutures.open(context, 0));
        }
    }

    private static Stream<Thread> threads(final String name) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals(name));
    }
}
