// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.NodeProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two nodes in separate processes. Each is killed and restarted at random moments.
 *
 * <p>Property {@code ccm.storm.cycles} is the number of cycles, and {@code ccm.storm.seed} the seed; {@code
 * ccm/bin/reboot-storm} runs it at length.
 */
@Timeout(value = 6, unit = TimeUnit.HOURS)
class RebootStormTest {

    private static final int CYCLES = Integer.getInteger("ccm.storm.cycles", 8);
    private static final long SEED = Long.getLong("ccm.storm.seed", 20261122);
    private static final int CYCLES_PER_NEWS = 10;
    private static final long LIMIT_S = 60;
    private static final long DEAD_MS = 1_500;

    /** How long a node may consider a killed partner alive on a busy machine: until it is declared dead. */
    private static final long STALE_NS = TimeUnit.MILLISECONDS.toNanos(2 * DEAD_MS);

    private static final Pattern BOOT = Pattern.compile("(\\d+) boot (\\w+)");
    private static final Pattern PAIRED = Pattern.compile("(\\d+) (up|ready) (\\w+/\\d+) (\\w+/\\d+)");

    private final Random random = new Random(SEED);
    private final Histogram reestablishedMs = new Histogram(TimeUnit.MINUTES.toMillis(10), 3);
    private final List<Side> sides = new ArrayList<>();

    /** One of the nodes, through all its incarnations. */
    private static final class Side {
        private final String name;
        private final DemoPlacement.Place place;
        private final Map<String, Long> killedNs = new HashMap<>();
        private final List<String> boots = new ArrayList<>();
        private final Set<String> pairs = new HashSet<>();
        private ProgramProcess process;
        private int looked;
        private Side other;

        Side(final String name, final DemoPlacement.Place place) {
            this.name = name;
            this.place = place;
        }

        void start() throws IOException, InterruptedException {
            process = new ProgramProcess(NodeProgram.class, place.jvmOptions(), List.of(name, place.deviceName(),
                NodeLog.text(place.address()), other.name, NodeLog.text(other.place.address()),
                Long.toString(DEAD_MS)));
            looked = 0;
            final Matcher boot = BOOT.matcher(process.await(line -> BOOT.matcher(line).matches(), "boot id", LIMIT_S));
            assertTrue(boot.matches());
            boots.add(boot.group(2));
        }

        String present() {
            return boots.getLast();
        }

        void kill() throws InterruptedException {
            process.kill();
            killedNs.put(present(), System.nanoTime());
        }

        /** Whether this incarnation's client was notified of the partner's present one. */
        boolean isReady() {
            return process.lines.stream().map(PAIRED::matcher).anyMatch(line -> line.matches()
                && line.group(2).equals("ready") && line.group(4).startsWith(other.present() + "/"));
        }

        /** Checks what the present incarnation has printed since the last look. */
        void check() {
            for (; looked < process.lines.size(); looked++) {
                final Matcher line = PAIRED.matcher(process.lines.get(looked));
                if (line.matches()) {
                    checkPair(Long.parseLong(line.group(1)), line);
                }
            }
        }

        private void checkPair(final long timeNs, final Matcher line) {
            final String self = line.group(3).substring(0, line.group(3).indexOf('/'));
            final String partner = line.group(4).substring(0, line.group(4).indexOf('/'));
            assertTrue(self.equals(present()), () -> "a session of another incarnation: " + context(line));
            final boolean known = other.boots.contains(partner) || other.process.lines.toString().contains(partner);
            assertTrue(known, () -> "a session with an incarnation that never was: " + context(line));
            final Long endNs = other.killedNs.get(partner);
            assertTrue(endNs == null || timeNs - endNs < STALE_NS,
                () -> "a session with an incarnation long gone: " + context(line));
            assertTrue(pairs.add(line.group(2) + " " + line.group(3) + " " + line.group(4)),
                () -> "notified twice in a session: " + context(line));
        }

        private String context(final Matcher line) {
            return "seed " + SEED + ", " + name + " printed \"" + line.group() + "\" of " + process.lines
                + "; the partner's incarnations are " + other.boots;
        }
    }

    private void awaitReady() throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        while (!sides.getFirst().isReady() || !sides.getLast().isReady()) {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "not established again within " + LIMIT_S
                + " s, seed " + SEED + ": A printed " + sides.getFirst().process.lines + ", B printed "
                + sides.getLast().process.lines);
            Thread.sleep(1);
        }
    }

    private void check() {
        sides.forEach(Side::check);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void nodesKilledAtRandomMomentsAlwaysFindTheLivingIncarnationOfTheOther(final NodePair pair) throws Exception {
        pair.require();
        final DemoPlacement place =
            DemoPlacement.choose(List.of(pair.deviceA().name()), pair.endpointA().getPort() + 20_000);
        final Side a = new Side("A", place.a());
        final Side b = new Side("B", place.b());
        a.other = b;
        b.other = a;
        sides.addAll(List.of(a, b));
        try {
            a.start();
            b.start();
            for (int cycle = 1; cycle <= CYCLES; cycle++) {
                storm(random.nextBoolean() ? a : b);
                if (cycle % CYCLES_PER_NEWS == 0) {
                    System.out.printf("reboot storm on %s: %d of %d cycles%n", pair, cycle, CYCLES);
                }
            }
            awaitReady();
            check();
        } finally {
            for (final Side side : sides) {
                if (side.process != null) {
                    side.process.close();
                }
            }
        }
        System.out.printf("reboot storm on %s: %d cycles, seed %d, established again after restart: median %d ms,"
            + " 99 %% %d ms, max %d ms, %d measured%n", pair, CYCLES, SEED,
            reestablishedMs.getValueAtPercentile(50), reestablishedMs.getValueAtPercentile(99),
            reestablishedMs.getMaxValue(), reestablishedMs.getTotalCount());
    }

    /** Kills one node at a random moment of its boot or of a session, and restarts it. */
    private void storm(final Side victim) throws Exception {
        final boolean established = random.nextInt(4) > 0;
        if (established) {
            awaitReady();
            Thread.sleep(random.nextInt(100));
        } else {
            Thread.sleep(random.nextInt(1_000));
        }
        victim.kill();
        check();
        Thread.sleep(random.nextInt(established ? 50 : 2_500));
        final long startNs = System.nanoTime();
        victim.start();
        if (random.nextBoolean()) {
            awaitReady();
            reestablishedMs.recordValue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
        }
        check();
    }
}
