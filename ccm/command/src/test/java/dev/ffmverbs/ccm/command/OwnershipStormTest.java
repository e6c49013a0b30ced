// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.command.OwnershipUses.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two nodes and their witness in separate processes, which are killed, stopped and cut off from each other at random
 * moments. A judge outside the processes reads every use of what a node owned: never do two own, and after each cycle
 * one owns again.
 *
 * <p>Property {@code ccm.ownership.cycles} is the number of cycles, and {@code ccm.ownership.seed} the seed; {@code
 * ccm/bin/ownership-storm} runs it at length.
 */
@Timeout(value = 6, unit = TimeUnit.HOURS)
class OwnershipStormTest {

    private static final int CYCLES = Integer.getInteger("ccm.ownership.cycles", 6);
    private static final long SEED = Long.getLong("ccm.ownership.seed", 20261130);
    private static final int CYCLES_PER_NEWS = 10;
    private static final String LEASE_MS = "300";
    private static final String DEAD_MS = "600";

    /** The longest stop of a process, and the longest cut of a link: longer than all that a node waits for. */
    private static final int LONGEST_MS = 1_500;
    private static final long RECENT_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_MS = 5;
    private static final List<String> DIRECTIONS = List.of("both", "incoming", "outgoing");

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private final Map<String, NodeProcess> processes = new LinkedHashMap<>();
    private final Map<Path, String> nodesOfFiles = new LinkedHashMap<>();
    private final List<String> history = new ArrayList<>();
    private final List<String> printed = new ArrayList<>();
    private volatile boolean founded;
    private final Histogram ownedAgainMs = new Histogram(TimeUnit.MINUTES.toMillis(10), 3);
    private DemoPlacement placement;

    @AfterEach
    void killAll() {
        processes.values().forEach(NodeProcess::close);
    }

    private DemoPlacement.Place placeOf(final String process) {
        return switch (process) {
            case "A" -> placement.a();
            case "B" -> placement.b();
            default -> placement.witness();
        };
    }

    private void note(final String what) {
        history.add(what);
    }

    private synchronized void print(final String line) {
        founded |= line.contains("won by node");
        if (!line.contains("\"HEARTBEATS\"") && !line.contains("\"STEP\"")) {
            printed.add(line);
        }
    }

    private void start(final String process) {
        final DemoPlacement.Place place = placeOf(process);
        final List<String> arguments = new ArrayList<>(List.of("--device", place.deviceName(), "--listen",
            NodeLog.text(place.address())));
        if (!process.equals("W")) {
            final String partner = process.equals("A") ? "B" : "A";
            final Path file = folder.resolve(nodesOfFiles.size() + ".uses");
            nodesOfFiles.put(file, process);
            arguments.addAll(List.of("--name", process, "--partner",
                partner + "=" + NodeLog.text(placeOf(partner).address()), "--witness",
                NodeLog.text(placement.witness().address()), "--lease-ms", LEASE_MS, "--dead-ms", DEAD_MS,
                "--stalled-dead-ms", DEAD_MS, "--uses", file.toString(), "--lines", "JSON", "--controlled"));
        }
        founded &= !process.equals("W");
        processes.put(process, NodeProcess.start(process.equals("W") ? "witness" : "node", place.jvmOptions(),
            arguments, Map.of(), this::print));
    }

    private List<Use> readUses() throws IOException {
        final List<Use> uses = new ArrayList<>();
        for (final Map.Entry<Path, String> file : nodesOfFiles.entrySet()) {
            if (Files.exists(file.getKey())) {
                uses.addAll(OwnershipUses.read(file.getValue(), file.getKey()));
            }
        }
        return uses;
    }

    private String context() {
        return "seed " + SEED + ", " + history + ", printed: " + String.join("\n", printed);
    }

    private void judge() throws IOException {
        assertEquals(List.of(), OwnershipUses.judge(readUses()), this::context);
    }

    private void awaitOwner() throws IOException, InterruptedException {
        final long startNs = System.nanoTime();
        while (readUses().stream().noneMatch(use -> use.lastNs() - startNs >= 0)) {
            assertTrue(System.nanoTime() - startNs < LIMIT_NS, () -> "nobody owns after 60 s, " + context());
            Thread.sleep(LOOK_MS);
        }
        ownedAgainMs.recordValue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
    }

    /** Returns the node that has used what it owned a moment ago; A if none has. */
    private String owner() throws IOException {
        final long nowNs = System.nanoTime();
        return readUses().stream().filter(use -> nowNs - use.lastNs() < RECENT_NS).map(Use::node).findFirst()
            .orElse("A");
    }

    private void pause() throws InterruptedException {
        Thread.sleep(random.nextInt(LONGEST_MS));
    }

    private void kill(final String process) throws InterruptedException {
        note("kill " + process);
        processes.get(process).kill();
        processes.get(process).await();
        if (random.nextBoolean()) {
            pause();
        }
        start(process);
    }

    /**
     * Kills a node, and starts it again when its partner owns. Both have given their word to the witness before: the
     * partner alone must not found one that has just started.
     */
    private void killUntilPartnerOwns(final String node) throws IOException, InterruptedException {
        final long startNs = System.nanoTime();
        while (!founded) {
            assertTrue(System.nanoTime() - startNs < LIMIT_NS, () -> "nobody founds the witness, " + context());
            Thread.sleep(LOOK_MS);
        }
        note("kill " + node + " until its partner owns");
        processes.get(node).kill();
        processes.get(node).await();
        awaitOwner();
        start(node);
    }

    private void stop(final String process) throws InterruptedException {
        note("stop " + process);
        processes.get(process).pause();
        pause();
        processes.get(process).resume();
    }

    /** Cuts a link of a node in one direction or both, for a while. */
    private void cut(final String node) throws InterruptedException {
        final String partner = node.equals("A") ? "B" : "A";
        final String peer = random.nextBoolean() ? "W" : partner;
        final String direction = DIRECTIONS.get(random.nextInt(DIRECTIONS.size()));
        note("cut " + node + " from " + peer + " " + direction);
        processes.get(node).tell(
            "partition=" + direction + ",peer=" + placeOf(peer).address().getAddress().getHostAddress());
        pause();
        if (random.nextInt(3) == 0) {
            disturb(random.nextBoolean() ? partner : node);
        }
        if (processes.get(node).isAlive()) {
            processes.get(node).tell("");
        }
    }

    private void disturb(final String node) throws InterruptedException {
        if (random.nextBoolean()) {
            kill(node);
        } else {
            stop(node);
        }
    }

    private void cycle() throws IOException, InterruptedException {
        final String owner = owner();
        final String node = random.nextInt(4) > 0 ? owner : owner.equals("A") ? "B" : "A";
        switch (random.nextInt(7)) {
            case 0 -> kill(node);
            case 1 -> killUntilPartnerOwns(node);
            case 2 -> stop(node);
            case 3 -> kill("W");
            case 4 -> {
                note("hand over from " + owner);
                processes.get(owner).tell(NodeControl.HAND_OVER);
            }
            default -> cut(node);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void neverDoTwoOwnAndAfterEachDisturbanceOneOwns(final NodePair pair) throws Exception {
        pair.require();
        placement = DemoPlacement.choose(List.of(pair.deviceA().name()), pair.endpointA().getPort() + 20_000);
        Assumptions.assumeTrue(placement.a().isSoftware(), () -> "the links of " + pair + " cannot be cut");
        start("W");
        start("A");
        start("B");
        awaitOwner();
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            history.clear();
            cycle();
            awaitOwner();
            judge();
            if (cycle % CYCLES_PER_NEWS == 0) {
                System.out.printf("ownership storm on %s: %d of %d cycles, %d terms%n", pair, cycle, CYCLES,
                    readUses().size());
            }
        }
        System.out.printf("ownership storm on %s: %d cycles, %d terms; an owner after p50 %d ms, p99 %d ms, max %d"
            + " ms%n", pair, CYCLES, readUses().size(), ownedAgainMs.getValueAtPercentile(50),
            ownedAgainMs.getValueAtPercentile(99), ownedAgainMs.getMaxValue());
    }
}
