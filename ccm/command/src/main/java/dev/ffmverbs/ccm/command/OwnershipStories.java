// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import dev.ffmverbs.ccm.command.OwnershipUses.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plays the stories about who owns. A judge then reads when the nodes used what they owned, which each of them has
 * recorded in a file that stays when its process is killed.
 */
final class OwnershipStories {

    /** The lease where processes start at once. Where they start slowly, nodes may be suspended for longer. */
    private static final long SHORTEST_LEASE_MS = 500;

    /** The lease of an emulated machine, where a process takes half a minute to start. */
    private static final long LONGEST_LEASE_MS = 3_000;
    private static final long LEASES_UNTIL_DEAD = 2;

    /** After this time of silence a partner is suspect, with the shortest lease. */
    private static final long SHORTEST_SUSPICION_MS = 300;

    /** In this time a node has connected to a new witness and told it who owns. */
    private static final long LEASES_IN_A_CALM = 3;
    private static final double MS_PER_SECOND = 1000;
    private static final int MOST_HAND_OVERS = 60;

    private final DemoStage stage;
    private final boolean isBEarly;
    private final Map<Path, String> nodesOfFiles = new LinkedHashMap<>();
    private Path folder;
    private long leaseMs = SHORTEST_LEASE_MS;

    OwnershipStories(final DemoStage stage) {
        this(stage, false);
    }

    /**
     * Prepares a story.
     *
     * @param stage    where it is played.
     * @param isBEarly whether B is preferred, and A starts once B listens, so that B owns before the story begins;
     *                 otherwise A is preferred, and both start together.
     */
    OwnershipStories(final DemoStage stage, final boolean isBEarly) {
        this.stage = stage;
        this.isBEarly = isBEarly;
    }

    /** Plays a story to its end and has it judged; returns what it has shown, in a clause. */
    String play(final DemoScenario scenario) throws InterruptedException {
        try {
            folder = Files.createTempDirectory("ccm-demo-");
            final String shown = switch (scenario) {
                case TAKEOVER -> playTakeover();
                case SPLIT -> playSplit();
                case WITNESS_LOST -> playWitnessLost();
                case BOTH_LOST -> playBothLost();
                case HANDOVER -> playHandover();
                default -> throw new IllegalArgumentException(scenario + " is not a story of ownership");
            };
            stage.tell("judge: " + judge());
            return shown;
        } catch (final IOException e) {
            throw new CommandFailedException("cannot keep the times at which nodes used what they own in " + folder
                + ": " + OutputFile.reason(e), e);
        } finally {
            removeFiles();
        }
    }

    private void start(final String node) {
        final Path file = folder.resolve(nodesOfFiles.size() + ".uses");
        nodesOfFiles.put(file, node);
        stage.start(node, "--witness", NodeLog.text(stage.placement().witness().address()), "--owns-first",
            isBEarly ? "B" : "A", "--lease-ms", Long.toString(leaseMs), "--suspect-ms",
            Long.toString(leaseMs * SHORTEST_SUSPICION_MS / SHORTEST_LEASE_MS), "--dead-ms",
            Long.toString(LEASES_UNTIL_DEAD * leaseMs), "--uses", file.toString());
    }

    /** Starts everything, and waits until A owns. It is preferred, but on a busy machine it may be late. */
    private void startAll() {
        chooseLease(stage.startWitness());
        if (isBEarly) {
            start("B");
            stage.await("B", "B listens", Kind.STARTED);
            start("A");
        } else {
            start("A");
            start("B");
        }
        stage.awaitSessions();
        if ("B".equals(stage.awaitEither("one of them owns", Kind.OWNERSHIP_ACQUIRED).node())) {
            stage.tell("B owns, because A was late; it hands over");
            passOwnership("B", "A");
        } else {
            awaitOwner("A");
        }
        stage.begin();
        stage.watch(calmS());
    }

    private void chooseLease(final long startMs) {
        leaseMs = leaseMs(startMs);
        if (leaseMs > SHORTEST_LEASE_MS) {
            stage.tell("the witness took " + seconds((double) startMs)
                + " to start: this machine is slow, so a lease is " + seconds((double) leaseMs));
        }
    }

    /** Returns the lease on a machine on which a process takes this long to start. */
    static long leaseMs(final long startMs) {
        return Math.clamp(startMs, SHORTEST_LEASE_MS, LONGEST_LEASE_MS);
    }

    private double calmS() {
        return LEASES_IN_A_CALM * leaseMs / MS_PER_SECOND;
    }

    private NodeLine awaitOwner(final String node) {
        return stage.await(node, node + " owns", Kind.OWNERSHIP_ACQUIRED);
    }

    private String playTakeover() throws InterruptedException {
        startAll();
        final long killedNs = System.nanoTime();
        stage.tell("kill -9 of node A, process " + stage.process("A").pid());
        stage.process("A").kill();
        final NodeLine down = stage.await("B", "B has declared A dead", event -> event.isLiveness("DEAD"));
        final NodeLine owned = awaitOwner("B");
        final double deadMs = stage.recordFigureMs("deadMs", killedNs, down.atNs());
        final double ownedMs = stage.recordFigureMs("takeOverMs", killedNs, owned.atNs());
        for (final TakeOverPart part : TakeOverPart.values()) {
            stage.figures().put(part.fact(), owned.facts().get(part.fact()));
        }
        stage.tell("as B sees it: " + owned.detail());
        stage.leave("B");
        return "B declared A dead after " + seconds(deadMs) + ", and owned " + seconds(ownedMs) + " after kill -9";
    }

    private String playSplit() throws InterruptedException {
        startAll();
        stage.tell("the link between A and B is cut; both reach the witness");
        stage.process("B").tell("partition=both,peer=" + address(stage.placement().a()));
        stage.await("A", "A has declared B dead", Kind.DOWN);
        stage.await("B", "B has declared A dead", Kind.DOWN);
        stage.watch(calmS());
        stage.requireNone("A", Kind.OWNERSHIP_LOST);
        stage.requireNone("B", Kind.OWNERSHIP_ACQUIRED);
        final long cutNs = System.nanoTime();
        stage.tell("the link between A and the witness is cut, too");
        stage.process("A").tell("partition=both,peer=" + address(stage.placement().witness()));
        final NodeLine lost = stage.await("A", "A no longer owns", Kind.OWNERSHIP_LOST);
        final NodeLine owned = awaitOwner("B");
        final double lostMs = stage.recordFigureMs("lostMs", cutNs, lost.atNs());
        final double ownedMs = stage.recordFigureMs("takeOverMs", cutNs, owned.atNs());
        stage.tell("both links are healed");
        stage.process("A").tell("");
        stage.process("B").tell("");
        stage.awaitSessions();
        stage.watch(calmS());
        stage.requireNone("B", Kind.OWNERSHIP_LOST);
        stage.leaveInOrder();
        return "A owned while it saw the witness, gave up " + seconds(lostMs) + " later, and B owned after "
            + seconds(ownedMs);
    }

    private String playWitnessLost() throws InterruptedException {
        startAll();
        stage.tell("kill -9 of the witness");
        stage.killWitness();
        stage.watch(2 * calmS());
        stage.requireNone("A", Kind.OWNERSHIP_LOST);
        stage.tell("A still owns, because B agrees");
        stage.startWitness();
        stage.watch(2 * calmS());
        stage.requireNone("A", Kind.OWNERSHIP_LOST);
        final long killedNs = System.nanoTime();
        stage.tell("kill -9 of node A, process " + stage.process("A").pid());
        stage.process("A").kill();
        final double ownedMs = stage.recordFigureMs("takeOverMs", killedNs, awaitOwner("B").atNs());
        stage.leave("B");
        return "A owned without a witness; with the new one, B owned " + seconds(ownedMs) + " after kill -9 of A";
    }

    private String playBothLost() throws InterruptedException {
        startAll();
        final long killedNs = System.nanoTime();
        stage.tell("kill -9 of the witness and of node B");
        stage.killWitness();
        stage.process("B").kill();
        final NodeLine lost = stage.await("A", "A no longer owns", Kind.OWNERSHIP_LOST);
        final double lostMs = stage.recordFigureMs("lostMs", killedNs, lost.atNs());
        stage.leave("A");
        return "A, which nobody answered, gave up what it owned " + seconds(lostMs) + " later";
    }

    private String playHandover() throws InterruptedException {
        startAll();
        final double toBMs = handOver("A", "B");
        stage.watch(calmS());
        final double toAMs = handOver("B", "A");
        stage.leaveInOrder();
        return "B owned " + seconds(toBMs) + " after A was asked, and A again " + seconds(toAMs) + " after B was asked";
    }

    private double handOver(final String from, final String to) {
        final long askedNs = System.nanoTime();
        stage.tell(from + " is asked to hand over");
        return stage.recordFigureMs("handOverTo" + to + "Ms", askedNs, passOwnership(from, to).atNs());
    }

    /** Asks a node to hand over until the other one owns, which on a busy machine may be late at first. */
    NodeLine passOwnership(final String from, final String to) {
        for (int asked = 0; asked < MOST_HAND_OVERS; asked++) {
            stage.process(from).tell(NodeControl.HAND_OVER);
            final NodeLine news =
                stage.awaitFirst(to + " owns", to, Kind.OWNERSHIP_ACQUIRED, from, Kind.OWNERSHIP_KEPT);
            if (news.node().equals(to)) {
                return news;
            }
            stage.tell(to + " was late and did not take over; " + from + " is asked again");
            // A node that has just given up has nothing to hand over before it owns again.
            stage.watch(1);
        }
        throw new CommandFailedException("node " + to + " did not take over although node " + from + " was asked "
            + MOST_HAND_OVERS + " times to hand over", null);
    }

    private static String address(final DemoPlacement.Place place) {
        return place.address().getAddress().getHostAddress();
    }

    private static String seconds(final double ms) {
        return DemoStories.formatSeconds(ms / MS_PER_SECOND);
    }

    private String judge() throws IOException {
        final List<Use> uses = new ArrayList<>();
        for (final Map.Entry<Path, String> file : nodesOfFiles.entrySet()) {
            uses.addAll(OwnershipUses.read(file.getValue(), file.getKey()));
        }
        final List<String> wrong = OwnershipUses.judge(uses);
        if (!wrong.isEmpty()) {
            throw new CommandFailedException("two nodes owned: " + String.join("; ", wrong), null);
        }
        return uses.size() + (uses.size() == 1 ? " term was" : " terms were") + " used, never two at a time";
    }

    private void removeFiles() {
        try {
            for (final Path file : nodesOfFiles.keySet()) {
                Files.deleteIfExists(file);
            }
            if (folder != null) {
                Files.deleteIfExists(folder);
            }
        } catch (final IOException e) {
            stage.tell("files stay behind in " + folder + ": " + OutputFile.reason(e));
        }
    }
}
