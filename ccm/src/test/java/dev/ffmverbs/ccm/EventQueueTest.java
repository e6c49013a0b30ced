// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.OwnershipLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventQueueTest {

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);
    private final Partner partner = NamedPartner.of("B=10.9.9.2:7471");
    private final NodeEvent event = new NodeEvent.ConnectionLost(partner, "all facts");
    private final List<String> heard = new ArrayList<>();
    private final CapturedLog log = new CapturedLog();

    /** For a listener that blocks: it has been called, and it may return. */
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private void deliver(final NodeEventListener listener) {
        final EventQueue queue = new EventQueue(listener, "A");
        queue.start();
        queue.on(event);
        queue.stop(LIMIT_NS);
    }

    @Test
    void aListenerWithAMethodForEachKindHearsAnEventByThatMethod() {
        deliver(new SessionListener() {
            @Override
            public void connectionLost(final Partner from, final String detail) {
                heard.add(from.name() + ": " + detail);
            }
        });

        assertEquals(List.of("B: all facts"), heard);
    }

    @Test
    void aListenerWithAnOnOfItsClassHearsEveryEventByThat() {
        deliver(new SessionListener() {
            @Override
            public void on(final NodeEvent what) {
                heard.add(what.text());
                SessionListener.super.on(what);
            }

            @Override
            public void connectionLost(final Partner from, final String detail) {
                heard.add(from.name());
            }
        });

        assertEquals(List.of(event.text(), "B"), heard);
    }

    /** Starts a queue whose listener blocks when it hears its first event. */
    private EventQueue startBlocking() {
        final EventQueue queue = new EventQueue(what -> {
            entered.countDown();
            try {
                release.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            heard.add(what.text());
        }, "A", log);
        queue.start();
        return queue;
    }

    @Test
    void aListenerThatBlocksMissesReportsOfAttemptsAloneAndTheLogSaysHowMany() throws InterruptedException {
        final EventQueue queue = startBlocking();
        queue.on(event);
        entered.await();
        final NodeEvent failed = new NodeEvent.AttemptFailed(partner, AttemptOutcome.UNREACHABLE, "all facts");
        final NodeEvent lost = new NodeEvent.OwnershipLost(partner, "disk", 1, OwnershipLoss.EXPIRED);
        final int attempts = 1_000_000;
        for (int i = 0; i < attempts; i++) {
            queue.on(failed);
        }
        queue.on(lost);
        awaitMessage();
        release.countDown();
        queue.stop(LIMIT_NS);

        assertEquals(1 + EventQueue.MOST_WAITING + 1, heard.size());
        assertEquals(event.text(), heard.getFirst());
        assertEquals(lost.text(), heard.getLast());
        assertEquals(2, log.messages.size(), log.messages.toString());
        assertTrue(log.messages.getFirst().startsWith("the listener of node A on thread ccm-events-A is behind"),
            log.messages.toString());
        assertTrue(log.messages.getLast().startsWith("the listener of node A has missed "
            + (attempts - EventQueue.MOST_WAITING) + " reports"), log.messages.toString());
    }

    private void awaitMessage() throws InterruptedException {
        while (log.messages.isEmpty()) {
            Thread.sleep(1);
        }
    }

    @Test
    void noThreadOfTheNodeWaitsForALogThatBlocksAsTheListenerDoes() throws InterruptedException {
        log.gate = release;
        final EventQueue queue = startBlocking();
        queue.on(event);
        entered.await();
        queue.warnIfBlocked(1);
        final NodeEvent failed = new NodeEvent.AttemptFailed(partner, AttemptOutcome.UNREACHABLE, "all facts");
        for (int i = 0; i <= EventQueue.MOST_WAITING; i++) {
            queue.on(failed);
        }
        assertEquals(List.of(), log.messages);
        release.countDown();
        queue.stop(LIMIT_NS);
        awaitMessage();
    }

    @Test
    void warnsOnceOfAListenerThatTakesLongForAnEvent() throws InterruptedException {
        final EventQueue queue = startBlocking();
        queue.warnIfBlocked(1);
        assertEquals(List.of(), log.messages, "it has heard nothing yet");
        queue.on(event);
        queue.on(event);
        entered.await();
        queue.warnIfBlocked(LIMIT_NS);
        assertEquals(List.of(), log.messages, "it was called a moment ago");
        queue.warnIfBlocked(1);
        awaitMessage();
        queue.warnIfBlocked(1);
        release.countDown();
        queue.stop(LIMIT_NS);

        assertEquals(1, log.messages.size(), log.messages.toString());
        assertTrue(Pattern.matches("the listener of node A on thread ccm-events-A has been busy with ConnectionLost of"
            + " partner B for \\d+ ms, and 1 events wait for it\\. .*", log.messages.getFirst()),
            log.messages.toString());
    }

    /** What fails before that is this node's failure, and the event is delivered again. */
    @Test
    void aListenerIsAskedForWhenEverythingIsReadyForTheCall() {
        final IllegalStateException notYet = new IllegalStateException("the listener is not asked for yet");

        assertEquals(notYet, assertThrows(IllegalStateException.class, () -> ListenerMethods.call(event, () -> {
            throw notYet;
        })));
    }
}
