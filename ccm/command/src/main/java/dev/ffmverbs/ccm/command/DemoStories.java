// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import dev.ffmverbs.ccm.value.Liveness;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Plays the stories: does something to the nodes, and checks what they report. */
final class DemoStories {

    /** Default threshold of a node, to compare times with. */
    private static final long DEAD_MS = 3_000;

    /** How much earlier a verdict may come, because the last heartbeat may have preceded the event by this long. */
    private static final long EARLY_MS = 1_500;

    /** Threshold that is not reached while a JVM starts. */
    private static final String NEVER_MS = "600000";
    private static final double CALM_S = 1;
    private static final double ABSENCE_S = 3;
    private static final int SECRET_BYTES = 16;

    private final DemoStage stage;

    DemoStories(final DemoStage stage) {
        this.stage = stage;
    }

    /** Plays a story to its end; returns what it has shown, in a clause. */
    String play(final DemoScenario scenario) throws InterruptedException {
        return switch (scenario) {
            case CLEAN -> throw new IllegalArgumentException("the clean run has a separate report");
            case LATE -> playLate();
            case KILL -> playKill();
            case RESTART -> playRestart();
            case STALL -> playStall();
            case PARTITION -> playPartition();
            case WRONG_SECRET -> playWrongSecret();
            case TAKEOVER, SPLIT, WITNESS_LOST, BOTH_LOST, HANDOVER ->
                throw new IllegalArgumentException(scenario + " is a story of ownership");
        };
    }

    private List<NodeLine> startBoth(final String... arguments) {
        stage.startBoth(arguments);
        final List<NodeLine> sessions = stage.awaitSessions();
        stage.awaitMirror();
        stage.watch(CALM_S);
        return sessions;
    }

    private String playLate() throws InterruptedException {
        stage.start("A");
        stage.await("A", "A has found nobody at the address of B", Kind.ATTEMPT_FAILED);
        stage.watch(ABSENCE_S);
        stage.requireNone("A", Kind.STEP);
        stage.start("B");
        final NodeLine started = stage.await("B", "B listens", Kind.STARTED);
        final List<NodeLine> sessions = stage.awaitSessions();
        final double ms = stage.recordFigureMs("sessionAfterStartMs", started.atNs(),
            Math.max(sessions.getFirst().atNs(), sessions.getLast().atNs()));
        stage.awaitMirror();
        stage.leaveInOrder();
        return "A waited without touching the memory of B; both sessions were up " + formatSeconds(ms / 1000)
            + " after B listened";
    }

    private String playKill() throws InterruptedException {
        startBoth();
        final long killedNs = System.nanoTime();
        stage.tell("kill -9 of node B, process " + stage.process("B").pid());
        stage.process("B").kill();
        final Verdict verdict = awaitDeath("A", "B", killedNs, "");
        stage.leave("A");
        return "A suspected B after " + formatSeconds(verdict.suspectMs / 1000) + ", declared it dead after "
            + formatSeconds(verdict.deadMs / 1000) + ", fenced it, and then reported it";
    }

    /** The times after which a node suspected its partner and declared it dead. */
    private record Verdict(double suspectMs, double deadMs) {
    }

    private Verdict awaitDeath(final String node, final String partner, final long sinceNs, final String figures) {
        final NodeLine dead =
            stage.await(node, node + " has declared " + partner + " dead", event -> event.isLiveness("DEAD"));
        stage.await(node, node + " has fenced " + partner + " off", Kind.DOWN);
        final long suspectNs = stage.latest(node, event -> event.isLiveness("SUSPECT")).orElse(dead).atNs();
        final Verdict verdict = new Verdict(
            stage.recordFigureMs("suspect" + figures + "Ms", sinceNs, Math.max(sinceNs, suspectNs)),
            stage.recordFigureMs("dead" + figures + "Ms", sinceNs, dead.atNs()));
        if (verdict.deadMs < DEAD_MS - EARLY_MS) {
            throw stage.failureOf(node, "declared " + partner + " dead after " + verdict.deadMs + " ms already; the"
                + " limit is " + DEAD_MS + " ms");
        }
        return verdict;
    }

    private String playRestart() throws InterruptedException {
        final NodeLine before = startBoth("--dead-ms", NEVER_MS, "--stalled-dead-ms", NEVER_MS).getFirst();
        final long killedNs = System.nanoTime();
        stage.tell("kill -9 of node B, process " + stage.process("B").pid() + "; it is started again immediately");
        stage.process("B").kill();
        stage.process("B").await();
        stage.start("B");
        stage.await("A", "A has noticed that B has restarted", Kind.RESTARTED);
        final NodeLine after = stage.awaitSessions().getFirst();
        if (before.facts().get("bootId").equals(after.facts().get("bootId"))) {
            throw stage.failureOf("A", "has a session with the same boot id as before");
        }
        stage.requireNone("A", Kind.DOWN);
        final double ms = stage.recordFigureMs("sessionAgainMs", killedNs, after.atNs());
        stage.leaveInOrder();
        return "A ended the old session, and had one with the new boot id " + formatSeconds(ms / 1000)
            + " after kill -9";
    }

    private String playStall() throws InterruptedException {
        final NodeLine first = startBoth("--stalled-dead-ms", Long.toString(DEAD_MS)).getFirst();
        stage.tell("SIGSTOP to node B for " + formatSeconds(CALM_S));
        stage.process("B").pause();
        Thread.sleep((long) (CALM_S * 1000));
        stage.awaitLiveness("A", "A suspects B", Liveness.SUSPECT);
        stage.tell("SIGCONT to node B");
        stage.process("B").resume();
        stage.awaitLiveness("A", "A finds B alive again", Liveness.ALIVE);
        stage.watch(CALM_S);
        for (final String node : List.of("A", "B")) {
            stage.requireNone(node, Kind.DOWN);
            stage.requireNone(node, Kind.DROPPED);
        }
        final long stoppedNs = System.nanoTime();
        stage.tell("SIGSTOP to node B, until A has declared it dead");
        stage.process("B").pause();
        awaitDeath("A", "B", stoppedNs, "");
        stage.tell("SIGCONT to node B, which does not know");
        stage.process("B").resume();
        final NodeLine again = stage.await("A", "A has a session with B again", Kind.SESSION_UP);
        stage.await("B", "B has noticed that its session had ended",
            event -> event.kind() == Kind.DROPPED || event.kind() == Kind.DOWN);
        stage.await("B", "B has a session with A again", Kind.SESSION_UP);
        requireSameIncarnation("A", first, again);
        stage.leaveInOrder();
        return "a second of silence had no effect; once declared dead, B needed a new handshake";
    }

    private void requireSameIncarnation(final String node, final NodeLine before, final NodeLine after) {
        if (!before.facts().get("bootId").equals(after.facts().get("bootId"))) {
            throw stage.failureOf(node, "has a session with another boot id, though its partner did not restart");
        }
    }

    private String playPartition() throws InterruptedException {
        final NodeLine before = startBoth().getFirst();
        final long cutNs = System.nanoTime();
        stage.tell("the link is cut, in both directions");
        stage.process("B").tell("partition=both");
        final Verdict ofA = awaitDeath("A", "B", cutNs, "AtA");
        final Verdict ofB = awaitDeath("B", "A", cutNs, "AtB");
        final long healedNs = System.nanoTime();
        stage.tell("the link is healed");
        stage.process("B").tell("");
        final NodeLine after = stage.awaitSessions().getFirst();
        requireSameIncarnation("A", before, after);
        final double ms = stage.recordFigureMs("sessionAfterHealMs", healedNs, after.atNs());
        stage.leaveInOrder();
        return "declared dead after " + formatSeconds(ofA.deadMs / 1000) + " and " + formatSeconds(ofB.deadMs / 1000)
            + ", fenced on both sides, together again " + formatSeconds(ms / 1000) + " after healing";
    }

    private String playWrongSecret() throws InterruptedException {
        final Map<String, String> right = randomSecret();
        stage.start("A", right);
        stage.await("A", "A listens", Kind.STARTED);
        stage.start("B", randomSecret());
        stage.await("A", "A has rejected B for its secret",
            event -> event.kind() == Kind.REJECTED && "WRONG_SECRET".equals(event.facts().get("reason")));
        stage.await("B", "B knows that its secret is wrong",
            event -> event.kind() == Kind.ATTEMPT_FAILED && "WRONG_SECRET".equals(event.facts().get("outcome")));
        stage.watch(CALM_S);
        for (final String node : List.of("A", "B")) {
            stage.requireNone(node, Kind.SESSION_UP);
            stage.requireNone(node, Kind.STEP);
        }
        stage.leave("B");
        stage.tell("node B is started again, with the secret of A");
        stage.start("B", right);
        stage.awaitSessions();
        stage.awaitMirror();
        stage.leaveInOrder();
        return "without the right secret nothing was read or written; with it both sessions came up";
    }

    private static Map<String, String> randomSecret() {
        final byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        return Map.of(Secrets.VARIABLE, HexFormat.of().formatHex(random));
    }

    static String formatSeconds(final double seconds) {
        return String.format(Locale.ROOT, "%.2f s", seconds);
    }
}
