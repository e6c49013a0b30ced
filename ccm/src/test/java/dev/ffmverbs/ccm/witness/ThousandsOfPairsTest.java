// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import static dev.ffmverbs.ccm.witness.WitnessSite.DEVICES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import dev.ffmverbs.ccm.witness.Question.Answer;
import dev.ffmverbs.spi.Closing;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many pairs at one witness. One thread plays all their nodes. Property {@code ccm.witness.blocks} sets how many pairs
 * there are; each needs two of the port numbers of a device.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ThousandsOfPairsTest {

    private static final int PAIRS = Integer.getInteger("ccm.witness.blocks", 500);
    private static final int PAIRS_PER_GROUP = 50;

    /** Of other tests and of the JVM, which may start meanwhile. */
    private static final int OTHER_THREADS = 8;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final List<Group> groups = new ArrayList<>();

    private static PairNames names(final int pair) {
        return PairNames.of("A", "B", "o" + pair);
    }

    private static OwnershipWord first(final int pair) {
        return new OwnershipWord(1_000L * (pair + 1), 0);
    }

    /** Odd pairs have a second owner, and even ones keep their first. */
    private static boolean changes(final int pair) {
        return pair % 2 == 1;
    }

    private static OwnershipWord last(final int pair) {
        return changes(pair) ? first(pair).next(1) : first(pair);
    }

    private static Answer yesIf(final boolean yes) {
        return yes ? Answer.YES : Answer.NO;
    }

    /** Some pairs whose nodes share a completion queue. */
    private static final class Group implements AutoCloseable {

        private final int from;
        private final VoiceDevice device;
        private final List<Voice> voices = new ArrayList<>();
        private final List<VoiceKeeper> keepers = new ArrayList<>();

        /** Creates the nodes of pairs, which have been asked to READ and have no connection yet. */
        Group(final NodePair devices, final InetSocketAddress witness, final int from, final int count) {
            this.from = from;
            this.device = VoiceDevice.open(devices.deviceA(), 2 * count);
            final InetSocketAddress source = devices.endpointA();
            for (int i = 0; i < 2 * count; i++) {
                final PairNames names = names(from + i / 2);
                final Voice voice = new Voice(witness, names, WitnessAddresses.digest(List.of(witness)));
                voice.ask(new Question.Read(LIMIT_NS));
                voices.add(voice);
                keepers.add(new VoiceKeeper(voice, new VoiceKeeper.Keeping("node " + i % 2 + " of pair " + names,
                    PairNumber.of(names), i % 2, source, WitnessSite.SECRET, () -> { }), device));
            }
        }

        int count() {
            return voices.size() / 2;
        }

        Voice voice(final int pair, final int node) {
            return voices.get(2 * (pair - from) + node);
        }

        void turn() {
            device.poll((id, status) -> voices.forEach(voice -> voice.complete(id, status)));
            keepers.forEach(keeper -> keeper.advance(System.nanoTime()));
            voices.forEach(Voice::advance);
        }

        void awaitAnswers() {
            final long startNs = System.nanoTime();
            turn();
            while (voices.stream().anyMatch(voice -> voice.answer() == null)) {
                assertTrue(System.nanoTime() - startNs < LIMIT_NS, () -> voices.stream()
                    .filter(voice -> voice.answer() == null).map(Voice::describe).collect(Collectors.joining("; ")));
                LockSupport.parkNanos(PAUSE_NS);
                turn();
            }
        }

        /** Asks one node of each pair, all at once, and checks the answers. */
        void ask(final int node, final IntFunction<Question> question, final IntFunction<Answer> expected) {
            pairs().forEach(pair -> voice(pair, node).ask(question.apply(pair)));
            awaitAnswers();
            pairs().forEach(pair -> assertEquals(expected.apply(pair), voice(pair, node).answer(),
                () -> names(pair) + " node " + node + ": " + question.apply(pair)));
        }

        IntStream pairs() {
            return IntStream.range(from, from + count());
        }

        @Override
        public void close() {
            Closing.closeAll(keepers, VoiceKeeper::close);
            device.close();
        }
    }

    /** Connects both nodes of each pair; one founds a word, which the other one sees. */
    private static void found(final Group group) {
        group.awaitAnswers();
        group.ask(0, pair -> new Question.Found(first(pair), LIMIT_NS), pair -> Answer.YES);
        group.ask(1, pair -> new Question.Read(LIMIT_NS), pair -> Answer.YES);
        group.pairs().forEach(pair -> assertEquals(first(pair).bits(), group.voice(pair, 1).word()));
    }

    private static void decide(final Group group) {
        group.ask(0, pair -> new Question.Renew(first(pair), 1, LIMIT_NS), pair -> Answer.YES);
        group.ask(1, pair -> new Question.Win(last(pair), LIMIT_NS), pair -> yesIf(changes(pair)));
        group.ask(0, pair -> new Question.Renew(first(pair), 2, LIMIT_NS), pair -> yesIf(!changes(pair)));
        group.ask(0, pair -> new Question.Win(new OwnershipWord(last(pair).term(), 0), LIMIT_NS), pair -> Answer.NO);
    }

    /** Requests one pair more; returns why it has no connection. */
    private static String refusalOfAnother(final NodePair devices, final InetSocketAddress witness) {
        try (Group another = new Group(devices, witness, PAIRS, 1)) {
            final long startNs = System.nanoTime();
            String reason = "";
            while (!reason.contains("no room")) {
                assertTrue(System.nanoTime() - startNs < LIMIT_NS, reason);
                LockSupport.parkNanos(PAUSE_NS);
                another.turn();
                reason = another.voice(PAIRS, 0).describe();
            }
            return reason;
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void eachDecidesForItselfAndOneMoreIsRefusedWithTheLargestNumber(final NodePair devices) {
        devices.require();
        try (Witness witness = Witness.start(devices.deviceB(), devices.endpointB(), WitnessSite.SECRET, PAIRS)) {
            final long startNs = System.nanoTime();
            int threads = 0;
            for (int from = 0; from < PAIRS; from += PAIRS_PER_GROUP) {
                groups.add(new Group(devices, witness.address(), from, Math.min(PAIRS_PER_GROUP, PAIRS - from)));
                found(groups.getLast());
                threads = groups.size() == 1 ? Thread.activeCount() : threads;
            }
            final long foundNs = System.nanoTime();
            groups.forEach(ThousandsOfPairsTest::decide);
            final long decidedNs = System.nanoTime();

            assertEquals(IntStream.range(0, PAIRS).boxed().collect(Collectors.toMap(
                pair -> names(pair).toString(), ThousandsOfPairsTest::last)), witness.pairs().stream()
                .filter(pair -> pair.connectedNodes() == 2)
                .collect(Collectors.toMap(WitnessedPair::name, WitnessedPair::word)));
            assertTrue(Thread.activeCount() <= threads + OTHER_THREADS,
                "threads grow with the pairs, to " + Thread.activeCount());
            final String refusal = refusalOfAnother(devices, witness.address());
            assertTrue(refusal.endsWith("no room for another pair: it serves " + PAIRS + " pairs, and no more"),
                refusal);
            groups.getFirst().ask(0, pair -> new Question.Renew(last(pair), 3, LIMIT_NS), pair -> Answer.YES);
            System.out.printf(Locale.ROOT, "%d pairs on %s: per pair %.2f ms to connect both nodes and found, %.2f for"
                + " four decisions%n", PAIRS, devices, (foundNs - startNs) / 1e6 / PAIRS,
                (decidedNs - foundNs) / 1e6 / PAIRS);
        } finally {
            Closing.closeAll(groups, Group::close);
        }
    }
}
