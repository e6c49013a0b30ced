// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every arbiter promises. A test of an implementation extends this class, and gets these tests.
 *
 * <p>The arbiters of the two nodes of a pair lead to one store, which is new in each test.
 */
@Timeout(120)
public abstract class ArbiterContract {

    /** Long enough for any store that works, on a machine that is busy. */
    protected static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int ROUNDS = 200;

    private static final OwnershipWord FIRST = new OwnershipWord(1, 0);

    private final List<Arbiter> opened = new ArrayList<>();

    /** Called by tests that extend this class. */
    protected ArbiterContract() {
        // There is nothing to prepare.
    }

    /**
     * Opens the arbiter of a node. Each test opens one per node at most, and closes them.
     *
     * @param node 0 or 1.
     * @return the arbiter.
     * @throws Exception if it cannot be opened.
     */
    protected abstract Arbiter open(int node) throws Exception;

    /**
     * Makes the store unreachable until the end of the test, so that calls get no answer.
     *
     * @throws Exception if that fails.
     */
    protected abstract void endStore() throws Exception;

    private Arbiter arbiter(final int node) throws Exception {
        final Arbiter arbiter = open(node);
        opened.add(arbiter);
        return arbiter;
    }

    @AfterEach
    public void closeArbiters() {
        opened.forEach(Arbiter::close);
    }

    private static void assertHolds(final OwnershipWord word, final Arbiter arbiter) throws Exception {
        final ArbiterAnswer answer = arbiter.read(LIMIT_NS);
        assertEquals(word, answer.word());
        assertEquals(Standing.DECIDED, answer.standing());
    }

    @Test
    public void aNewArbiterIsFreshAndNobodyCanWin() throws Exception {
        final Arbiter a = arbiter(0);

        final ArbiterAnswer answer = a.read(LIMIT_NS);
        assertEquals(OwnershipWord.NONE, answer.word());
        assertEquals(Standing.FRESH, answer.standing());
        assertFalse(a.win(FIRST, LIMIT_NS));
        assertFalse(a.renew(FIRST, LIMIT_NS));
        assertEquals(Standing.FRESH, a.read(LIMIT_NS).standing());
    }

    /** Founds a fresh arbiter, as a node does that has read that it is fresh. */
    protected static void foundFresh(final Arbiter arbiter, final OwnershipWord word) throws Exception {
        assertEquals(Standing.FRESH, arbiter.read(LIMIT_NS).standing());
        assertTrue(arbiter.foundWith(word, LIMIT_NS));
    }

    @Test
    public void nothingIsFoundedThatWasNotReadAsFresh() throws Exception {
        final Arbiter a = arbiter(0);

        assertFalse(a.foundWith(FIRST, LIMIT_NS));
        foundFresh(a, FIRST);
    }

    @Test
    public void bothNodesReadTheWordThatWasFounded() throws Exception {
        final Arbiter a = arbiter(0);
        final Arbiter b = arbiter(1);

        foundFresh(a, new OwnershipWord(7, 1));

        assertHolds(new OwnershipWord(7, 1), a);
        assertHolds(new OwnershipWord(7, 1), b);
    }

    @Test
    public void aWordIsFoundedOnlyWhereThereIsNone() throws Exception {
        final Arbiter a = arbiter(0);
        final Arbiter b = arbiter(1);
        foundFresh(a, FIRST);

        assertTrue(b.foundWith(FIRST, LIMIT_NS), "the same word is there already");
        assertFalse(b.foundWith(new OwnershipWord(1, 1), LIMIT_NS));
        assertFalse(b.foundWith(new OwnershipWord(9, 1), LIMIT_NS), "a higher term has to be won");
        assertHolds(FIRST, b);
    }

    @Test
    public void aTermIsWonOnce() throws Exception {
        final Arbiter a = arbiter(0);
        final Arbiter b = arbiter(1);
        foundFresh(a, FIRST);

        assertFalse(a.win(FIRST, LIMIT_NS), "a term that was founded");
        assertTrue(b.win(new OwnershipWord(2, 1), LIMIT_NS));
        assertFalse(a.win(new OwnershipWord(2, 0), LIMIT_NS), "the other node has won it");
        assertFalse(b.win(new OwnershipWord(2, 1), LIMIT_NS), "this node has won it before");
        assertHolds(new OwnershipWord(2, 1), a);
    }

    @Test
    public void onlyAHigherTermReplacesAWord() throws Exception {
        final Arbiter a = arbiter(0);
        final Arbiter b = arbiter(1);
        foundFresh(a, FIRST);

        assertTrue(a.win(new OwnershipWord(10, 0), LIMIT_NS), "terms can be left out");
        assertFalse(b.win(new OwnershipWord(9, 1), LIMIT_NS));
        assertHolds(new OwnershipWord(10, 0), b);
        assertTrue(b.win(new OwnershipWord(11, 1), LIMIT_NS));
        assertHolds(new OwnershipWord(11, 1), a);
    }

    @Test
    public void theHighestTermIsHeld() throws Exception {
        final Arbiter a = arbiter(0);
        final OwnershipWord highest = new OwnershipWord((1L << 62) - 1, 0);
        foundFresh(a, FIRST);

        assertTrue(a.win(highest, LIMIT_NS));
        assertHolds(highest, a);
        assertTrue(a.renew(highest, LIMIT_NS));
    }

    @Test
    public void onlyTheWordInPlaceIsRenewed() throws Exception {
        final Arbiter a = arbiter(0);
        final Arbiter b = arbiter(1);
        foundFresh(a, FIRST);
        assertTrue(a.renew(FIRST, LIMIT_NS));
        assertFalse(a.renew(new OwnershipWord(2, 0), LIMIT_NS));

        assertTrue(b.win(new OwnershipWord(2, 1), LIMIT_NS));

        assertFalse(a.renew(FIRST, LIMIT_NS));
        assertTrue(b.renew(new OwnershipWord(2, 1), LIMIT_NS));
    }

    @Test
    public void theOtherNodeSeesWhetherTheOwnerRenews() throws Exception {
        final Arbiter a = arbiter(0);
        final Arbiter b = arbiter(1);
        foundFresh(a, FIRST);
        assertTrue(a.renew(FIRST, LIMIT_NS));
        settle();
        final long before = b.read(LIMIT_NS).renewals();

        assertEquals(before, b.read(LIMIT_NS).renewals());
        assertTrue(a.renew(FIRST, LIMIT_NS));
        settle();
        assertNotEquals(before, b.read(LIMIT_NS).renewals());
    }

    /** Gives answers that a decision did not have to wait for the time to arrive. */
    private static void settle() throws InterruptedException {
        Thread.sleep(TimeUnit.NANOSECONDS.toMillis(SHORT_NS));
    }

    @Test
    public void ofTwoContendersAtMostOneWinsATerm() throws Exception {
        final Arbiter[] arbiters = {arbiter(0), arbiter(1)};
        foundFresh(arbiters[0], FIRST);
        final CyclicBarrier barrier = new CyclicBarrier(2);
        int won = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (long term = 2; term < 2 + ROUNDS; term++) {
                final List<Future<Boolean>> results = new ArrayList<>();
                for (int node = 0; node < 2; node++) {
                    results.add(threads.submit(attempt(arbiters[node], new OwnershipWord(term, node), barrier)));
                }
                final boolean first = results.get(0).get();
                final boolean second = results.get(1).get();
                assertFalse(first && second, "both have won term " + term);
                if (first || second) {
                    assertHolds(new OwnershipWord(term, first ? 0 : 1), arbiters[first ? 1 : 0]);
                    won++;
                }
            }
        }
        assertTrue(won > 0, "nobody has won any of " + ROUNDS + " terms");
    }

    private static Callable<Boolean> attempt(
        final Arbiter arbiter, final OwnershipWord word, final CyclicBarrier barrier) {
        return () -> {
            barrier.await();
            return arbiter.win(word, LIMIT_NS);
        };
    }

    /** Both nodes take the highest term that they know as the start of their next attempt, as nodes do. */
    @Test
    public void wordsGrowWhileBothNodesContendWithoutARhythm() throws Exception {
        final Arbiter[] arbiters = {arbiter(0), arbiter(1)};
        foundFresh(arbiters[0], FIRST);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            final List<Future<List<Long>>> results = new ArrayList<>();
            for (int node = 0; node < 2; node++) {
                final int self = node;
                results.add(threads.submit(() -> contend(arbiters[self], self, new Random(self))));
            }
            final List<Long> terms = new ArrayList<>(results.get(0).get());
            terms.addAll(results.get(1).get());
            assertEquals(terms.size(), terms.stream().distinct().count(), "a term was won twice: " + terms);
            assertTrue(!terms.isEmpty(), "nobody has won");
        }
    }

    private static List<Long> contend(final Arbiter arbiter, final int node, final Random random) throws Exception {
        final List<Long> won = new ArrayList<>();
        long highest = 0;
        long decided = 0;
        for (int i = 0; i < ROUNDS; i++) {
            final ArbiterAnswer answer = arbiter.read(LIMIT_NS);
            if (answer.standing() == Standing.DECIDED) {
                assertTrue(answer.word().term() >= decided, answer + " after term " + decided);
                decided = answer.word().term();
            }
            highest = Math.max(highest, answer.word().term()) + 1;
            final OwnershipWord next = new OwnershipWord(highest, node);
            if (arbiter.win(next, LIMIT_NS)) {
                won.add(next.term());
                for (int renewals = random.nextInt(3); renewals > 0; renewals--) {
                    arbiter.renew(next, LIMIT_NS);
                }
            }
        }
        return won;
    }

    @Test
    public void everyCallEndsInTimeIfTheStoreDoesNotAnswer() throws Exception {
        final Arbiter a = arbiter(0);
        foundFresh(a, FIRST);
        endStore();

        assertThrows(ArbiterException.class, () -> a.read(SHORT_NS));
        assertThrows(ArbiterException.class, () -> a.renew(FIRST, SHORT_NS));
        assertThrows(ArbiterException.class, () -> a.win(new OwnershipWord(2, 0), SHORT_NS));
        assertThrows(ArbiterException.class, () -> a.foundWith(FIRST, SHORT_NS));
        assertThrows(ArbiterException.class, () -> a.read(0));
    }

    @Test
    public void anInterruptEndsACall() throws Exception {
        final Arbiter a = arbiter(0);
        endStore();
        final CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        final Thread caller = Thread.ofPlatform().start(() -> thrown.complete(
            assertThrows(Throwable.class, () -> a.read(LIMIT_NS))));

        caller.interrupt();

        assertInstanceOf(InterruptedException.class, thrown.get(LIMIT_NS / 2, TimeUnit.NANOSECONDS));
    }

    @Test
    public void closingEndsACallThatWaits() throws Exception {
        final Arbiter a = arbiter(0);
        endStore();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            final Future<ArbiterAnswer> waiting = thread.submit(() -> a.read(LIMIT_NS));
            settle();

            a.close();

            final ExecutionException ended =
                assertThrows(ExecutionException.class, () -> waiting.get(LIMIT_NS / 2, TimeUnit.NANOSECONDS));
            assertInstanceOf(ArbiterException.class, ended.getCause());
        }
    }

    @Test
    public void aClosedArbiterRefusesEveryCallAndTheWordStays() throws Exception {
        final Arbiter a = arbiter(0);
        foundFresh(a, FIRST);

        a.close();
        a.close();

        assertThrows(IllegalStateException.class, () -> a.read(LIMIT_NS));
        assertThrows(IllegalStateException.class, () -> a.renew(FIRST, LIMIT_NS));
        assertThrows(IllegalStateException.class, () -> a.win(new OwnershipWord(2, 0), LIMIT_NS));
        assertThrows(IllegalStateException.class, () -> a.foundWith(FIRST, LIMIT_NS));
        assertHolds(FIRST, arbiter(1));
    }
}
