// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.mirror.LogEntries;
import dev.ffmverbs.ccm.mirror.MemoryFolder;
import dev.ffmverbs.ccm.mirror.MirrorState;
import dev.ffmverbs.ccm.mirror.MirroredLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two nodes in separate processes append to mirrored logs, and each is killed at random moments. A judge outside of
 * both compares what remains with what was acknowledged.
 *
 * <p>System property {@code ccm.mirror.kills} is the number of kills, a third of them with files, a third without and a
 * third with an owner, and {@code ccm.mirror.storm.seed} the seed; {@code ccm/bin/mirror-storm} runs 500.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class MirrorStormTest {

    private static final int KILLS = Integer.getInteger("ccm.mirror.kills", 6) / 3;
    private static final long SEED = Long.getLong("ccm.mirror.storm.seed", 20_261_130L);
    private static final int KILLS_PER_NEWS = 25;
    private static final long LIMIT_S = 60;
    private static final int LONGEST_LIFE_MS = 900;
    private static final int LONGEST_WINDOW_MS = 40;

    private final Random random = new Random(SEED);
    private final Map<MirrorState, Integer> statesAtKills = new EnumMap<>(MirrorState.class);
    private long totalLost;
    private int reported;
    private Path folder;
    private Side a;
    private Side b;
    private GrantedTerm granted;

    /** One of the nodes, through all its processes. */
    private static final class Side {

        private final String name;
        private final DemoPlacement.Place place;
        private final List<String> role;
        private final String file;
        private final Path knownFile;
        private final AcknowledgedEntries known;
        private Side other;
        private ProgramProcess process;

        Side(
            final String name, final DemoPlacement.Place place, final Path folder, final boolean hasFile,
            final String knownFile, final List<String> role) throws IOException {
            this.role = role;
            this.name = name;
            this.place = place;
            this.file = hasFile ? folder.resolve("log-" + name).toString() : "-";
            this.knownFile = folder.resolve(knownFile);
            this.known = new AcknowledgedEntries(this.knownFile);
        }

        void start() throws IOException {
            final List<String> arguments = new ArrayList<>(List.of(name, place.deviceName(),
                NodeLog.text(place.address()), other.name, NodeLog.text(other.place.address()), file,
                knownFile.toString()));
            arguments.addAll(role);
            process = new ProgramProcess(MirrorStormProgram.class, place.jvmOptions(), arguments);
        }

        void kill() throws InterruptedException {
            process.kill();
            requireNothingWrong();
        }

        /** What the process itself has found after it recovered. */
        void requireNothingWrong() {
            assertFalse(process.lines.stream().anyMatch(line -> line.contains("WRONG")), this::facts);
        }

        /** Reads the file that a killed process has left. */
        void judgeFile() throws IOException {
            try (MirroredLog left = MirrorStormProgram.open(file)) {
                judge("its log", left.entries(), known);
                judge("its copy of the partner's log", left.partnersEntries().orElseThrow(), other.known);
            }
        }

        private void judge(final String what, final LogEntries entries, final AcknowledgedEntries by) {
            final String outcome = MirrorStormProgram.describe(entries, by, new long[1]);
            assertTrue("lost 0".equals(outcome), () -> what + " in " + file + ": " + outcome + "; " + facts());
        }

        /** Waits for recovery, and returns how many entries were lost and told. */
        long awaitReady() throws InterruptedException {
            final String line = process.await(printed -> printed.startsWith("ready "), "recovery of " + name, LIMIT_S);
            requireNothingWrong();
            return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
        }

        void awaitState(final boolean wanted, final MirrorState... states) throws InterruptedException {
            final long startNs = System.nanoTime();
            while (List.of(states).contains(known.state()) != wanted) {
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(LIMIT_S), this::facts);
                requireNothingWrong();
                Thread.sleep(1);
            }
        }

        /** Waits until the log has progressed, so that a storm in which nothing happens fails. */
        void awaitProgress() throws InterruptedException {
            final long before = known.last();
            final long startNs = System.nanoTime();
            while (known.last() < before + 100) {
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(LIMIT_S), this::facts);
                requireNothingWrong();
                Thread.sleep(1);
            }
        }

        String facts() {
            return "seed " + SEED + ", node " + name + " was " + known.state() + ", acknowledged " + known.last()
                + ", printed " + process.lines + "; the partner was " + other.known.state() + ", printed "
                + other.process.lines;
        }
    }

    @BeforeEach
    void createFolder() throws IOException {
        folder = MemoryFolder.create();
    }

    @AfterEach
    void removeFolder() throws IOException {
        for (final Side side : new Side[] {a, b}) {
            if (side != null && side.process != null) {
                side.process.close();
            }
        }
        MemoryFolder.remove(folder);
    }

    private void place(final NodePair pair, final boolean haveFiles) throws IOException {
        pair.require();
        final DemoPlacement place =
            DemoPlacement.choose(List.of(pair.deviceA().name()), pair.endpointA().getPort() + 22_000);
        start(new Side("A", place.a(), folder, haveFiles, "known-A", List.of()),
            new Side("B", place.b(), folder, haveFiles, "known-B", haveFiles ? List.of() : List.of("hold")));
    }

    private void placeWithAnOwner(final NodePair pair) throws IOException {
        pair.require();
        final DemoPlacement place =
            DemoPlacement.choose(List.of(pair.deviceA().name()), pair.endpointA().getPort() + 22_000);
        final String term = folder.resolve("term").toString();
        granted = new GrantedTerm(Path.of(term));
        start(new Side("A", place.a(), folder, true, "known", List.of(term, "0")),
            new Side("B", place.b(), folder, true, "known", List.of(term, "1")));
    }

    private void start(final Side sideA, final Side sideB) throws IOException {
        a = sideA;
        b = sideB;
        a.other = b;
        b.other = a;
        a.start();
        b.start();
    }

    private void kill(final Side side) throws InterruptedException {
        side.kill();
        statesAtKills.merge(side.known.state(), 1, Integer::sum);
    }

    private void report(final NodePair pair, final String kind, final int kills) {
        if (kills / KILLS_PER_NEWS != reported || kills >= KILLS) {
            reported = kills / KILLS_PER_NEWS;
            System.out.printf("mirror storm %s on %s: %d of %d kills, seed %d, states at kills %s, acknowledged %d and"
                + " %d, lost and told %d%n", kind, pair, kills, KILLS, SEED, statesAtKills, a.known.last(),
                b.known.last(), totalLost);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void withFilesNothingAcknowledgedIsLostWhicheverNodesAreKilled(final NodePair pair) throws Exception {
        place(pair, true);
        a.awaitProgress();
        b.awaitProgress();
        int kills = 0;
        while (kills < KILLS) {
            if (random.nextBoolean()) {
                // Otherwise, on a slow machine, every kill would hit nodes that have not met yet.
                a.awaitProgress();
                b.awaitProgress();
            }
            Thread.sleep(random.nextInt(LONGEST_LIFE_MS));
            final Side victim = random.nextBoolean() ? a : b;
            final boolean both = random.nextInt(4) == 0;
            kill(victim);
            if (both) {
                kill(victim.other);
                victim.other.judgeFile();
            }
            victim.judgeFile();
            victim.start();
            if (both) {
                victim.other.start();
            }
            kills += both ? 2 : 1;
            report(pair, "with files", kills);
        }
        a.awaitReady();
        b.awaitReady();
        a.awaitProgress();
        b.awaitProgress();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void withoutFilesAKillWhileThePartnerCatchesUpIsToldBefore(final NodePair pair) throws Exception {
        place(pair, false);
        a.awaitProgress();
        for (int kills = 2; kills <= KILLS; kills += 2) {
            kill(b);
            a.awaitState(false, MirrorState.MIRRORED);
            b.start();
            a.awaitState(false, MirrorState.ALONE);
            Thread.sleep(random.nextInt(LONGEST_WINDOW_MS));
            kill(a);
            final MirrorState told = a.known.state();
            a.start();
            final long lost = a.awaitReady();
            totalLost += lost;
            assertTrue(lost == 0 || told != MirrorState.MIRRORED, () -> lost + " entries are lost; " + a.facts());
            a.awaitState(true, MirrorState.MIRRORED);
            a.awaitProgress();
            report(pair, "without files", kills);
        }
    }

    /** Lets one of the nodes own, at random. */
    private void elect() {
        granted.grantNext(random.nextInt(2));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void withAnOwnerEveryLaterOwnerHasWhatWasAcknowledged(final NodePair pair) throws Exception {
        placeWithAnOwner(pair);
        elect();
        a.awaitProgress();
        int kills = 0;
        while (kills < KILLS) {
            if (random.nextBoolean()) {
                a.awaitProgress();
            }
            Thread.sleep(random.nextInt(LONGEST_LIFE_MS));
            final Side victim = random.nextBoolean() ? a : b;
            final boolean both = random.nextInt(4) == 0;
            kill(victim);
            if (both) {
                kill(victim.other);
            } else if (random.nextBoolean()) {
                granted.grantNext(victim == a ? 1 : 0);
                Thread.sleep(random.nextInt(LONGEST_WINDOW_MS));
            }
            victim.start();
            if (both) {
                victim.other.start();
            }
            elect();
            kills += both ? 2 : 1;
            report(pair, "with an owner", kills);
        }
        for (int node = 0; node < 2; node++) {
            granted.grantNext(node);
            a.awaitProgress();
            b.requireNothingWrong();
        }
    }
}
