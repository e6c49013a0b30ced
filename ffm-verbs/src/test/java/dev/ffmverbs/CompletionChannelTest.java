// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.pollfd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests waiting for completions instead of polling. */
class CompletionChannelTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    /** Long enough to notice an unexpected event in most runs. */
    private static final Duration SHORT = Duration.ofMillis(200);

    /** A pair with a right end that announces completions. */
    private static final class AnnouncingPair implements AutoCloseable {
        private CompletionChannel channel;
        final ConnectedPair pair;
        final MemoryRegion target;

        AnnouncingPair(final DevicePair devices) {
            pair = new ConnectedPair(devices, new ConnectedPair.Setup(), new ConnectedPair.Setup() {
                @Override
                CompletionQueue completionQueue(final ConnectedPair.Side side) {
                    channel = side.opens(side.context.createCompletionChannel());
                    return side.context.createCompletionQueue(64, channel, 0);
                }
            });
            target = TestMemory.zeros(pair.right, 8, Access.LOCAL_WRITE);
        }

        void receiveOne(final boolean solicited) {
            pair.right.postReceive(1, target, 0, 8);
            assertEquals(WorkCompletionStatus.SUCCESS,
                pair.left.execute(SendRequest.allocate(0).send().solicit(solicited)));
        }

        @Override
        public void close() {
            pair.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void announcesOneCompletionPerRequest(final DevicePair devices) {
        try (AnnouncingPair announcing = new AnnouncingPair(devices)) {
            final CompletionQueue queue = announcing.pair.right.queue;
            queue.requestNotification(false);

            announcing.receiveOne(false);
            assertSame(queue, announcing.channel.await(LONG).orElseThrow());
            assertEquals(WorkCompletionStatus.SUCCESS, announcing.pair.right.awaitCompletion());
            announcing.receiveOne(false);
            assertEquals(Optional.empty(), announcing.channel.await(SHORT), "announced without another request");
            assertEquals(WorkCompletionStatus.SUCCESS, announcing.pair.right.awaitCompletion());
            queue.requestNotification(false);
            announcing.receiveOne(false);
            assertSame(queue, announcing.channel.await(LONG).orElseThrow());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void announcesOnlySolicitedCompletionsWhenAskedForThose(final DevicePair devices) {
        try (AnnouncingPair announcing = new AnnouncingPair(devices)) {
            Unsupported.onSiw(devices.right(), "announces no solicited receive (siw_rqe_complete)");
            announcing.pair.right.queue.requestNotification(true);

            announcing.receiveOne(false);
            assertEquals(WorkCompletionStatus.SUCCESS, announcing.pair.right.awaitCompletion());
            assertEquals(Optional.empty(), announcing.channel.await(SHORT), "announced though not solicited");
            announcing.receiveOne(true);
            assertSame(announcing.pair.right.queue, announcing.channel.await(LONG).orElseThrow());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void tellsWhichOfSeveralQueuesAnnounced(final DevicePair devices) {
        final CompletionChannel[] channel = new CompletionChannel[1];
        final ConnectedPair.Setup sharing = new ConnectedPair.Setup() {
            @Override
            CompletionQueue completionQueue(final ConnectedPair.Side side) {
                channel[0] = side.opens(side.context.createCompletionChannel());
                return side.context.createCompletionQueue(64, channel[0], side.context.completionVectors() - 1);
            }
        };
        try (ConnectedPair pair = new ConnectedPair(devices, new ConnectedPair.Setup(), sharing)) {
            final CompletionQueue other =
                pair.right.opens(pair.right.context.createCompletionQueue(8, channel[0], 0));
            other.requestNotification(false);
            pair.right.queue.requestNotification(false);
            pair.right.post(EmptyRequests.receive(pair.right.context.device()));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).send()));

            assertSame(pair.right.queue, channel[0].await(LONG).orElseThrow());
            assertEquals(Optional.empty(), channel[0].await(Duration.ZERO));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void makesItsDescriptorReadableForPoll(final DevicePair devices) {
        try (AnnouncingPair announcing = new AnnouncingPair(devices); Arena arena = Arena.ofConfined()) {
            final OptionalInt descriptor = announcing.channel.fileDescriptor();
            final MemorySegment entry = pollfd.allocate(arena);
            pollfd.fd(entry, descriptor.orElseThrow());
            pollfd.events(entry, (short) ffm_verbs_h.POLLIN());
            announcing.pair.right.queue.requestNotification(false);

            assertEquals(0, ffm_verbs_h.poll(entry, 1, 0), "readable too early");
            announcing.receiveOne(false);
            assertEquals(1, ffm_verbs_h.poll(entry, 1, (int) LONG.toMillis()));
            assertTrue(announcing.channel.await(Duration.ZERO).isPresent());
            assertEquals(0, ffm_verbs_h.poll(entry, 1, 0), "readable after the announcement was taken");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void staysReadableForEpollUntilTheLastAnnouncementIsTaken(final DevicePair devices) {
        try (AnnouncingPair announcing = new AnnouncingPair(devices)) {
            announcing.pair.right.queue.requestNotification(false);
            final OptionalInt descriptor = announcing.channel.fileDescriptor();
            try (Epoll epoll = new Epoll(descriptor.orElseThrow())) {
                assertFalse(epoll.isReadable(0), "readable too early");
                announcing.receiveOne(false);
                announcing.pair.right.queue.requestNotification(false);
                announcing.receiveOne(false);

                assertTrue(epoll.isReadable((int) LONG.toMillis()));
                assertTrue(announcing.channel.await(LONG).isPresent());
                assertTrue(epoll.isReadable((int) LONG.toMillis()), "an announcement waits");
                assertTrue(announcing.channel.await(LONG).isPresent());
                assertFalse(epoll.isReadable(0), "readable after the last announcement was taken");
                assertEquals(descriptor, announcing.channel.fileDescriptor());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isNotReadableBecauseOfAWakeUp(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel channel = context.createCompletionChannel();
             Epoll epoll = new Epoll(channel.fileDescriptor().orElseThrow())) {
            channel.wakeUp();

            assertFalse(epoll.isReadable((int) SHORT.toMillis()));
            assertEquals(Optional.empty(), channel.await(LONG));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void waitsNoLongerThanToldAndNotAtAllForZero(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel channel = context.createCompletionChannel()) {
            final long startNs = System.nanoTime();
            assertEquals(Optional.empty(), channel.await(SHORT));
            assertTrue(System.nanoTime() - startNs >= SHORT.toNanos(), "the wait ended early");
            assertEquals(Optional.empty(), channel.await(Duration.ZERO));
            assertEquals(Optional.empty(), channel.await(Duration.ofSeconds(-1)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void wakesAWaitingThreadAndTheNextThatWouldWait(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel channel = context.createCompletionChannel()) {
            channel.wakeUp();
            assertEquals(Optional.empty(), channel.await(Duration.ofHours(1)));

            final CompletableFuture<Optional<CompletionQueue>> waiting =
                CompletableFuture.supplyAsync(() -> channel.await(Duration.ofHours(1)));
            channel.wakeUp();
            assertEquals(Optional.empty(), waiting.get(LONG.toSeconds(), TimeUnit.SECONDS));
        }
    }

    /** Threads that each wait once and report the result of the wait. */
    private static BlockingQueue<Boolean> startWaiting(final CompletionChannel channel, final int threads)
        throws InterruptedException {
        final BlockingQueue<Boolean> ends = new LinkedBlockingQueue<>();
        final List<Thread> waiters = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            waiters.add(Thread.ofPlatform().daemon().start(
                () -> ends.add(channel.await(Duration.ofHours(1)).isPresent())));
        }
        for (final Thread waiter : waiters) {
            while (waiter.getState() == Thread.State.NEW) {
                Thread.sleep(1);
            }
        }
        return ends;
    }

    private static void requireEnds(final BlockingQueue<Boolean> ends, final int waits) throws InterruptedException {
        for (int wait = 0; wait < waits; wait++) {
            assertEquals(Boolean.FALSE, ends.poll(LONG.toSeconds(), TimeUnit.SECONDS), wait + " waits have ended");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void everyWakeUpEndsOneWaitWhetherItHadBegunOrNot(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel channel = context.createCompletionChannel()) {
            for (int round = 0; round < 20; round++) {
                final BlockingQueue<Boolean> ends = startWaiting(channel, 4);
                if (round % 2 == 0) {
                    // Odd rounds do not wait for the threads to be in the call.
                    Thread.sleep(20);
                }
                for (int call = 0; call < 4; call++) {
                    channel.wakeUp();
                }
                requireEnds(ends, 4);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void oneWakeUpLeavesTheOthersWaiting(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel channel = context.createCompletionChannel()) {
            final BlockingQueue<Boolean> ends = startWaiting(channel, 3);
            for (int call = 0; call < 3; call++) {
                channel.wakeUp();
                requireEnds(ends, 1);
                assertNull(ends.poll(SHORT.toMillis(), TimeUnit.MILLISECONDS), "one call ended two waits");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void wakeUpsBeforeAnyWaitAddUpAndLooksTakeNone(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); CompletionChannel channel = context.createCompletionChannel()) {
            channel.wakeUp();
            channel.wakeUp();
            assertEquals(Optional.empty(), channel.await(Duration.ZERO));
            assertEquals(Optional.empty(), channel.await(Duration.ofHours(1)));
            assertEquals(Optional.empty(), channel.await(Duration.ofHours(1)));

            final long startNs = System.nanoTime();
            assertEquals(Optional.empty(), channel.await(SHORT));
            assertTrue(System.nanoTime() - startNs >= SHORT.toNanos(), "two calls ended three waits");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aWakeUpIsLeftForTheNextWaitWhenAnAnnouncementIsThere(final DevicePair devices) {
        try (AnnouncingPair announcing = new AnnouncingPair(devices)) {
            announcing.pair.right.queue.requestNotification(false);
            announcing.receiveOne(false);
            assertEquals(WorkCompletionStatus.SUCCESS, announcing.pair.right.awaitCompletion());
            announcing.channel.wakeUp();

            assertSame(announcing.pair.right.queue, announcing.channel.await(LONG).orElseThrow());
            assertEquals(Optional.empty(), announcing.channel.await(Duration.ofHours(1)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void closesWhileThreadsWaitAndLetsThemAllGo(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open()) {
            final CompletionChannel channel = context.createCompletionChannel();
            final CountDownLatch started = new CountDownLatch(4);
            final List<CompletableFuture<IllegalStateException>> waiting = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                final CompletableFuture<IllegalStateException> end = new CompletableFuture<>();
                waiting.add(end);
                Thread.ofPlatform().start(() -> {
                    started.countDown();
                    end.complete(assertThrows(IllegalStateException.class, () -> {
                        while (channel.isOpen()) {
                            channel.await(Duration.ofHours(1));
                        }
                        channel.await(Duration.ofHours(1));
                    }));
                });
            }
            started.await();

            channel.close();

            for (final CompletableFuture<IllegalStateException> end : waiting) {
                assertEquals(channel + " is closed", end.get(LONG.toSeconds(), TimeUnit.SECONDS).getMessage());
            }
        }
    }

    /** More virtual threads wait than there are carriers. Another thread still runs. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void leavesTheCarriersOfWaitingVirtualThreadsToOthers(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open()) {
            final CompletionChannel channel = context.createCompletionChannel();
            final AtomicInteger waiting = new AtomicInteger();
            final List<Thread> waiters = new ArrayList<>();
            for (int thread = 0; thread < 4 * Runtime.getRuntime().availableProcessors(); thread++) {
                waiters.add(Thread.ofVirtual().start(() -> {
                    waiting.incrementAndGet();
                    channel.await(Duration.ofHours(1));
                    waiting.decrementAndGet();
                }));
            }

            final Thread other = Thread.ofVirtual().start(() -> {
                while (waiting.get() < waiters.size()) {
                    Thread.yield();
                }
            });
            assertTrue(other.join(LONG), "no carrier was left");
            assertEquals(waiters.size(), waiting.get());

            channel.close();
            for (final Thread waiter : waiters) {
                assertTrue(waiter.join(LONG));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesToCloseBeforeItsQueues(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final CompletionChannel channel = context.createCompletionChannel();
            final CompletionQueue queue = context.createCompletionQueue(8, channel, 0);

            final IllegalStateException refused = assertThrows(IllegalStateException.class, channel::close);

            assertTrue(refused.getMessage().contains(queue.toString()), refused.getMessage());
            queue.close();
            channel.close();
            assertFalse(channel.isOpen());
            assertThrows(IllegalStateException.class, () -> channel.await(Duration.ZERO));
            assertThrows(IllegalStateException.class, channel::wakeUp);
            assertThrows(IllegalStateException.class, channel::fileDescriptor);
            assertThrows(IllegalStateException.class, () -> context.createCompletionQueue(8, channel, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesVectorsThatDoNotExistAndChannelsOfOtherContexts(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); Context other = devices.left().open();
             CompletionChannel channel = context.createCompletionChannel()) {
            final int vectors = context.completionVectors();

            final IllegalArgumentException noVector = assertThrows(IllegalArgumentException.class,
                () -> context.createCompletionQueue(8, channel, vectors));
            assertEquals("completionVector is " + vectors + "; it must be 0 to " + (vectors - 1),
                noVector.getMessage());
            assertThrows(IllegalArgumentException.class, () -> context.createCompletionQueue(8, channel, -1));
            assertThrows(IllegalArgumentException.class, () -> other.createCompletionQueue(8, channel, 0));
            try (CompletionQueue polled = context.createCompletionQueue(8)) {
                assertThrows(IllegalStateException.class, () -> polled.requestNotification(false));
            }
        }
    }
}
