// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.internal.link.IncomingRequest;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the loop in real time, with partners that never answer and do to it what the test wants. */
@Timeout(60)
class SessionLoopTest extends SessionLoopTestBase {

    private static List<Error> errors() {
        return List.of(new OutOfMemoryError("on purpose"), new StackOverflowError("on purpose"),
            new NoClassDefFoundError("on purpose"), new AssertionError("on purpose"));
    }

    private static Runnable throwing(final Error error) {
        return () -> {
            throw error;
        };
    }

    @Test
    void ofAThousandSessionsOnlyTheOneThatSomethingHappenedToIsDriven() throws Exception {
        // Attempts last until the end, although they do not all begin at once.
        timeouts = new Timeouts(timeouts.operation(), Duration.ofMinutes(1), timeouts.leave());
        addPartners(MANY);
        partners.forEach(partner -> partner.silent = true);
        loop.start();
        await("all have their first turn", () -> partners.stream().allMatch(partner -> partner.attempts.get() == 1));
        await("the loop sleeps", () -> !source.waitsNs.isEmpty());
        final List<Integer> before = partners.stream().map(partner -> partner.turns.get()).toList();
        final AbsentPartner one = partners.get(617);
        for (int times = 1; times <= 10; times++) {
            final int expected = before.get(617) + times;
            one.alarm.run();
            await("it is driven", () -> one.turns.get() >= expected);
        }

        for (int i = 0; i < MANY; i++) {
            assertEquals(before.get(i) + (i == 617 ? 10 : 0), partners.get(i).turns.get(), "turns of number " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorOutOfOneSessionIsLoggedWithItsNamesAndTouchesNoOther(final Error error) throws Exception {
        addPartners(3);
        partners.get(1).onAttempt = throwing(error);
        loop.start();
        await("the others continue", () -> partners.get(0).attempts.get() > 3 && partners.get(2).attempts.get() > 3);
        await("it is tried again", () -> partners.get(1).attempts.get() > 2);

        assertEquals("node A: session with B1 failed unexpectedly; it connects again", log.messages.getFirst());
        assertEquals(error, log.thrown.getFirst());
        assertTrue(log.messages.stream().allMatch(message -> message.contains("session with B1")),
            log.messages.toString());
        partners.get(1).onAttempt = () -> { };
        final int attempts = partners.get(1).attempts.get();
        await("it also continues", () -> partners.get(1).attempts.get() > attempts);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorThatCannotEvenBeLoggedDoesNotEndTheLoop(final Error error) throws Exception {
        addPartners(2);
        log.failure = new OutOfMemoryError("no memory to log with, on purpose");
        partners.get(0).onTurn = throwing(error);
        loop.start();

        await("the other continues", () -> partners.get(1).attempts.get() > 3);
        await("it is driven again", () -> partners.get(0).turns.get() > 3);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void aDeviceThatThrowsDoesNotEndTheLoopButKeepsItFromReportingTurns(final Error error) throws Exception {
        addPartners(1);
        loop.start();
        await("it turns", () -> partners.getFirst().attempts.get() > 1);
        source.onPoll = throwing(error);
        await("it says so", () -> !log.messages.isEmpty());
        final long lastTurnNs = loop.lastTurnNs();
        loop.wakeUp();
        Thread.sleep(100);
        assertEquals(lastTurnNs, loop.lastTurnNs(), "it cannot judge, and does not pretend to");
        source.onPoll = () -> { };

        await("it turns again", () -> loop.lastTurnNs() > lastTurnNs);
        assertEquals("node A: the session loop cannot poll or wait for completions; it tries again",
            log.messages.getFirst());
    }

    @Test
    void aRequestThatCannotBeAnsweredOrIsOfNobodyKnownHarmsNothing() throws Exception {
        addPartners(1);
        loop.start();
        final List<Rejection> rejected = new CopyOnWriteArrayList<>();
        loop.submit(new Request("B0", throwing(new OutOfMemoryError("on purpose")), rejected::add));
        loop.submit(new Request("nobody", () -> { }, reason -> {
            rejected.add(reason);
            throw new StackOverflowError("on purpose");
        }));
        final CompletableFuture<Void> accepted = new CompletableFuture<>();
        loop.submit(new Request("B0", () -> accepted.complete(null), rejected::add));

        accepted.get();
        assertEquals(List.of(Rejection.UNKNOWN_NODE), rejected);
        await("both are logged", () -> log.messages.size() >= 2);
        assertEquals("node A: session with B0 cannot answer a request; the partner tries again",
            log.messages.getFirst());
    }

    /** A request that cannot even be looked at the first few times. */
    private static final class UnreadableRequest implements IncomingRequest {
        private final CompletableFuture<Void> accepted = new CompletableFuture<>();
        private final AtomicInteger failuresLeft;
        private final Error error;

        UnreadableRequest(final int failures, final Error error) {
            this.failuresLeft = new AtomicInteger(failures);
            this.error = error;
        }

        @Override
        public String nodeName() {
            if (failuresLeft.getAndDecrement() > 0) {
                throw error;
            }
            return "B0";
        }

        @Override
        public BootId bootId() {
            return BootId.NONE;
        }

        @Override
        public boolean isWithdrawn() {
            return false;
        }

        @Override
        public void accept(final long epoch) {
            assertTrue(accepted.complete(null), "accepted once");
        }

        @Override
        public void reject(final Rejection reason) {
            accepted.completeExceptionally(new AssertionError(reason));
        }
    }

    @ParameterizedTest
    @MethodSource("errors")
    void aRequestIsAnsweredHoweverOftenTheLoopFailsBefore(final Error error) throws Exception {
        addPartners(1);
        loop.start();
        for (int failures = 0; failures < 10; failures++) {
            final UnreadableRequest request = new UnreadableRequest(failures, error);
            loop.submit(request);

            request.accepted.get();
        }
    }

    /** Leaves, and returns whether a later request is rejected. */
    private boolean leaveAndReject() throws InterruptedException {
        final Thread leaver = Thread.ofPlatform().daemon().start(() -> loop.leave(() -> { }));
        assertTrue(leaver.join(Duration.ofSeconds(30)), "leave returns");
        final List<Rejection> rejected = new ArrayList<>();
        loop.submit(new Request("B0", () -> { }, rejected::add));
        return rejected.equals(List.of(Rejection.LEAVING));
    }

    @Test
    void leavingEndsWhenNothingCanBePolledForWhileAnAttemptToConnectIsInProgress() throws Exception {
        addPartners(1);
        partners.getFirst().silent = true;
        loop.start();
        await("an attempt is in progress", () -> partners.getFirst().attempts.get() == 1);
        source.onPoll = throwing(new OutOfMemoryError("on purpose"));

        assertTrue(leaveAndReject());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void leavingContinuesAfterAnError(final Error error) throws Exception {
        addPartners(2);
        loop.start();
        await("attempts are made", () -> partners.stream().allMatch(partner -> partner.attempts.get() > 1));
        final AtomicInteger failuresLeft = new AtomicInteger(20);
        partners.get(1).onAskedWhetherConnected = () -> {
            if (failuresLeft.getAndDecrement() > 0) {
                throw error;
            }
        };

        assertTrue(leaveAndReject());
    }

    @Test
    void leavingEndsWhenItCannotBeFinished() throws Exception {
        addPartners(2);
        loop.start();
        await("attempts are made", () -> partners.stream().allMatch(partner -> partner.attempts.get() > 1));
        partners.get(1).onAskedWhetherConnected = throwing(new OutOfMemoryError("on purpose"));
        finishesLeaving = false;
        final Thread leaver = Thread.ofPlatform().daemon().start(() -> loop.leave(() -> { }));

        assertTrue(leaver.join(Duration.ofSeconds(30)), "leave returns");
    }

    @Test
    void aTurnThatIsLateMakesNoLaterWaitLonger() throws Exception {
        addPartners(4);
        loop.start();
        await("attempts are made", () -> partners.stream().allMatch(partner -> partner.attempts.get() > 1));
        source.waitsNs.clear();
        source.afterWait = () -> pauseMs(200);
        await("some turns were late", () -> source.waitsNs.size() >= 3);
        source.afterWait = () -> { };
        await("more turns", () -> source.waitsNs.size() >= 12);

        for (final long waitNs : source.waitsNs) {
            assertTrue(waitNs <= TimeUnit.MILLISECONDS.toNanos(500), "no wait is longer than the longest back-off: "
                + source.waitsNs);
        }
    }

    @Test
    void aLoopThatTurnsIsNotRungHoweverOftenItIsWoken() throws Exception {
        addPartners(1);
        partners.getFirst().silent = true;
        final Semaphore turning = new Semaphore(0);
        final Semaphore goOn = new Semaphore(0);
        partners.getFirst().onTurn = () -> {
            turning.release();
            goOn.acquireUninterruptibly();
        };
        loop.start();
        turning.acquire();
        for (int i = 0; i < 1_000; i++) {
            loop.wakeUp();
        }
        assertEquals(0, source.rings.get());
        partners.getFirst().onTurn = () -> { };
        goOn.release();

        await("it turns once more, and sleeps", () -> !source.waitsNs.isEmpty());
        final long beforeNs = loop.lastTurnNs();
        loop.wakeUp();
        await("it is woken", () -> loop.lastTurnNs() > beforeNs);
    }
}
