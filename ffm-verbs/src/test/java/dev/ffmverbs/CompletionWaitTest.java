// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bounded wait of a completion queue, with a channel and without. */
class CompletionWaitTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);

    /** How the queue of the right end is waited for. */
    enum Kind {
        WITH_CHANNEL, WITHOUT_CHANNEL
    }

    static Stream<Arguments> kinds() {
        return DevicePair.single().flatMap(devices -> Stream.of(Kind.values())
            .map(kind -> Arguments.of(devices, kind)));
    }

    static Stream<Arguments> kindsAndThreads() {
        return kinds().flatMap(each -> Stream.of(false, true)
            .map(virtual -> Arguments.of(each.get()[0], each.get()[1], virtual)));
    }

    /** The channel of the pair that was made last, if it has one. */
    private CompletionChannel channel;

    private ConnectedPair pair(final DevicePair devices, final Kind kind) {
        return new ConnectedPair(devices, new ConnectedPair.Setup(), new ConnectedPair.Setup() {
            @Override
            CompletionQueue completionQueue(final ConnectedPair.Side side) {
                if (kind == Kind.WITHOUT_CHANNEL) {
                    return super.completionQueue(side);
                }
                channel = side.opens(side.context.createCompletionChannel());
                return side.context.createCompletionQueue(64, channel, 0);
            }
        });
    }

    private static void send(final ConnectedPair pair) {
        pair.right.post(EmptyRequests.receive(pair.right.context.device()));
        assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).send()));
    }

    private static Thread start(final boolean virtual, final Runnable task) {
        return virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().daemon().start(task);
    }

    @ParameterizedTest
    @MethodSource("kindsAndThreads")
    void returnsWhatArrivesDuringTheWait(final DevicePair devices, final Kind kind, final boolean virtual)
        throws Exception {
        try (ConnectedPair pair = pair(devices, kind)) {
            for (int round = 0; round < 50; round++) {
                final CompletableFuture<Integer> waiting = new CompletableFuture<>();
                start(virtual, () -> waiting.complete(
                    pair.right.queue.await(WorkCompletions.allocate(1), LONG)));
                send(pair);
                assertEquals(1, waiting.get(LONG.toSeconds(), TimeUnit.SECONDS));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void returnsAtOnceWhatIsThere(final DevicePair devices, final Kind kind) {
        try (ConnectedPair pair = pair(devices, kind)) {
            final WorkCompletions completions = WorkCompletions.allocate(4);
            for (int round = 0; round < 20; round++) {
                send(pair);
                assertEquals(1, pair.right.queue.await(completions, LONG));
                assertTrue(completions.isSuccess(0));
                assertEquals(0, pair.right.queue.await(completions, Duration.ZERO));
                assertEquals(0, pair.right.queue.await(completions, Duration.ofSeconds(-1)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void noticesACompletionAlthoughSomebodyElseTookTheAnnouncementBefore(final DevicePair devices) throws Exception {
        try (ConnectedPair pair = pair(devices, Kind.WITH_CHANNEL)) {
            final CompletionQueue queue = pair.right.queue;
            final WorkCompletions completions = WorkCompletions.allocate(1);
            assertEquals(0, queue.await(completions, SHORT));
            send(pair);
            assertEquals(queue, channel.await(LONG).orElseThrow());
            assertEquals(1, queue.poll(completions));

            final CompletableFuture<Integer> waiting = new CompletableFuture<>();
            start(false, () -> waiting.complete(queue.await(WorkCompletions.allocate(1), Duration.ofHours(1))));
            Thread.sleep(20);
            send(pair);
            assertEquals(1, waiting.get(LONG.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void refusesNoTimeBeforeItTakesCompletions(final DevicePair devices, final Kind kind) {
        try (ConnectedPair pair = pair(devices, kind)) {
            final WorkCompletions completions = WorkCompletions.allocate(4);
            send(pair);
            assertThrows(NullPointerException.class, () -> pair.right.queue.await(completions, null));
            assertEquals(1, pair.right.queue.await(completions, LONG));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void returnsNothingWhenTheTimeHasPassed(final DevicePair devices, final Kind kind) {
        try (ConnectedPair pair = pair(devices, kind)) {
            final long startNs = System.nanoTime();
            assertEquals(0, pair.right.queue.await(WorkCompletions.allocate(1), SHORT));
            assertTrue(System.nanoTime() - startNs >= SHORT.toNanos(), "the wait ended early");
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndThreads")
    void endsWhenTheThreadIsInterrupted(final DevicePair devices, final Kind kind, final boolean virtual)
        throws Exception {
        try (ConnectedPair pair = pair(devices, kind)) {
            final CompletableFuture<Boolean> stillInterrupted = new CompletableFuture<>();
            final CountDownLatch started = new CountDownLatch(1);
            final Thread waiter = start(virtual, () -> {
                started.countDown();
                final int taken = pair.right.queue.await(WorkCompletions.allocate(1), Duration.ofHours(1));
                stillInterrupted.complete(taken == 0 && Thread.currentThread().isInterrupted());
            });
            started.await();
            Thread.sleep(20);
            waiter.interrupt();
            assertTrue(stillInterrupted.get(LONG.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theWaitAtAChannelEndsWhenTheThreadIsInterrupted(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel empty = context.createCompletionChannel()) {
            final CompletableFuture<Boolean> ended = new CompletableFuture<>();
            final Thread waiter = start(false, () -> ended.complete(empty.await(Duration.ofHours(1)).isEmpty()));
            Thread.sleep(20);
            waiter.interrupt();
            assertTrue(ended.get(LONG.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void isRefusedWhenTheQueueIsClosedMeanwhile(final DevicePair devices, final Kind kind) throws Exception {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel own = context.createCompletionChannel()) {
            final CompletionQueue queue = kind == Kind.WITHOUT_CHANNEL ? context.createCompletionQueue(8)
                : context.createCompletionQueue(8, own, 0);
            final CompletableFuture<IllegalStateException> refused = new CompletableFuture<>();
            final CountDownLatch started = new CountDownLatch(1);
            start(false, () -> {
                started.countDown();
                refused.complete(assertThrows(IllegalStateException.class,
                    () -> queue.await(WorkCompletions.allocate(1), Duration.ofHours(1))));
            });
            started.await();
            Thread.sleep(20);
            queue.close();
            assertEquals(queue + " is closed", refused.get(LONG.toSeconds(), TimeUnit.SECONDS).getMessage());
            assertThrows(IllegalStateException.class, () -> queue.await(WorkCompletions.allocate(1), LONG));
        }
    }

    /** One announcement stands for several completions, and no thread may miss the one that is left for it. */
    @ParameterizedTest
    @MethodSource("kinds")
    void everyThreadThatWaitsGetsOneOfManyCompletions(final DevicePair devices, final Kind kind) throws Exception {
        try (ConnectedPair pair = pair(devices, kind)) {
            for (int round = 0; round < 20; round++) {
                final AtomicInteger taken = new AtomicInteger();
                final List<Thread> waiters = new ArrayList<>();
                for (int thread = 0; thread < 4; thread++) {
                    waiters.add(start(thread % 2 == 0, () -> taken.addAndGet(
                        pair.right.queue.await(WorkCompletions.allocate(1), LONG))));
                }
                for (int message = 0; message < 4; message++) {
                    send(pair);
                }
                for (final Thread waiter : waiters) {
                    assertTrue(waiter.join(LONG), taken + " of 4 completions were taken");
                }
                assertEquals(4, taken.get());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void endsWithAWakeUpOfTheChannel(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel own = context.createCompletionChannel();
             CompletionQueue queue = context.createCompletionQueue(8, own, 0)) {
            own.wakeUp();
            assertEquals(0, queue.await(WorkCompletions.allocate(1), Duration.ofHours(1)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void doesNotTakeTheAnnouncementsOfOtherQueues(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel shared = context.createCompletionChannel();
             CompletionQueue queue = context.createCompletionQueue(8, shared, 0)) {
            try (CompletionQueue other = context.createCompletionQueue(8, shared, 0)) {
                final IllegalStateException refused = assertThrows(IllegalStateException.class,
                    () -> queue.await(WorkCompletions.allocate(1), SHORT));
                assertTrue(refused.getMessage().startsWith(shared + " has announcements of 2 queues"),
                    refused.getMessage());
                assertTrue(other.isOpen());
            }
            assertEquals(0, queue.await(WorkCompletions.allocate(1), SHORT));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isRefusedWhenAnotherQueueGetsTheChannelMeanwhile(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel shared = context.createCompletionChannel();
             CompletionQueue queue = context.createCompletionQueue(8, shared, 0)) {
            final CompletableFuture<Integer> waiting = new CompletableFuture<>();
            start(false, () -> {
                try {
                    waiting.complete(queue.await(WorkCompletions.allocate(1), LONG.multipliedBy(2)));
                } catch (final IllegalStateException refused) {
                    waiting.completeExceptionally(refused);
                }
            });
            Thread.sleep(500);
            try (CompletionQueue other = context.createCompletionQueue(8, shared, 0)) {
                final Throwable refused = assertThrows(ExecutionException.class,
                    () -> waiting.get(LONG.toSeconds(), TimeUnit.SECONDS)).getCause();
                assertTrue(refused.getMessage().startsWith(shared + " has announcements of 2 queues"),
                    refused.getMessage());
                assertTrue(other.isOpen());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anAnnouncementThatIsGivenBackReachesTheNextWait(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel shared = context.createCompletionChannel();
             CompletionQueue queue = context.createCompletionQueue(8, shared, 0)) {
            shared.giveBack(queue);
            assertEquals(queue, shared.await(Duration.ZERO).orElseThrow());
            final CompletableFuture<CompletionQueue> waiting = new CompletableFuture<>();
            start(false, () -> {
                CompletionQueue announced = null;
                while (announced == null) {
                    announced = shared.await(LONG).orElse(null);
                }
                waiting.complete(announced);
            });
            Thread.sleep(20);

            shared.giveBack(queue);

            assertEquals(queue, waiting.get(LONG.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theAnnouncementOfAClosedQueueReachesNoWait(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel shared = context.createCompletionChannel()) {
            final CompletionQueue before = context.createCompletionQueue(8, shared, 0);
            shared.giveBack(before);
            before.close();
            assertTrue(shared.await(Duration.ZERO).isEmpty());

            shared.giveBack(before);

            assertTrue(shared.await(Duration.ZERO).isEmpty());
        }
    }

    /** Waits of which each finds its completion by polling leave no more than one announcement behind. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void announcementsDoNotPileUp(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices, Kind.WITH_CHANNEL)) {
            final WorkCompletions completions = WorkCompletions.allocate(1);
            for (int round = 0; round < 20; round++) {
                assertEquals(0, pair.right.queue.await(completions, Duration.ofNanos(1)));
                send(pair);
                assertEquals(1, pair.right.queue.await(completions, LONG));
            }
            int left = 0;
            while (channel.await(Duration.ZERO).isPresent()) {
                left++;
            }
            assertTrue(left <= 1, left + " announcements were left");
            assertFalse(channel.await(Duration.ZERO).isPresent());
        }
    }
}
