// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that nothing keeps the loop from completions for long, whatever waits at the same time. */
@Timeout(60)
class SessionLoopTurnsTest extends SessionLoopTestBase {

    @Test
    void aRequestWhoseSenderHasGivenUpIsNotAnswered() throws Exception {
        addPartners(1);
        loop.start();
        final CompletableFuture<Void> first = new CompletableFuture<>();
        final CompletableFuture<Void> second = new CompletableFuture<>();
        loop.submit(new Request("B0", () -> first.complete(null), reason -> first.complete(null), () -> true));
        loop.submit(new Request("B0", () -> second.complete(null), reason -> { }));

        second.get();
        assertFalse(first.isDone(), "the first one is answered");
    }

    @Test
    void completionsArePolledBetweenRequestsHoweverManyWait() throws Exception {
        addPartners(1);
        final AtomicInteger polls = new AtomicInteger();
        source.onPoll = polls::incrementAndGet;
        final List<Integer> pollsBefore = new CopyOnWriteArrayList<>();
        for (int i = 0; i < MANY; i++) {
            loop.submit(new Request("B0", () -> pollsBefore.add(polls.get()), reason -> { }));
        }
        loop.start();
        await("all are answered", () -> pollsBefore.size() == MANY);

        for (int i = SessionLoop.MOST_REQUESTS_PER_TURN; i < MANY; i++) {
            assertTrue(pollsBefore.get(i) > pollsBefore.get(i - SessionLoop.MOST_REQUESTS_PER_TURN),
                "no poll while these were answered: " + pollsBefore.subList(0, i + 1));
        }
    }

    @Test
    void completionsArePolledBetweenSessionsThatTakeLong() throws Exception {
        final int several = 30;
        addPartners(several);
        final AtomicInteger polls = new AtomicInteger();
        source.onPoll = polls::incrementAndGet;
        final List<Integer> pollsBefore = new CopyOnWriteArrayList<>();
        partners.forEach(partner -> {
            partner.silent = true;
            partner.onTurn = () -> {
                pollsBefore.add(polls.get());
                pauseMs(2);
            };
        });
        loop.start();
        await("all had a turn", () -> pollsBefore.size() >= several);

        for (int i = 1; i < several; i++) {
            assertTrue(pollsBefore.get(i) > pollsBefore.get(i - 1), "no poll between two turns: " + pollsBefore);
        }
    }
}
