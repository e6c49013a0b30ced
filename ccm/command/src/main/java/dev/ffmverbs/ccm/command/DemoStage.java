// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeEvent.Kind;
import dev.ffmverbs.ccm.value.Liveness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import picocli.CommandLine.ExitCode;

/**
 * Where a story of the demonstration is played: node A and node B, each in a process, and what they say.
 *
 * <p>Every method that waits fails with a {@link CommandFailedException} when what it waits for does not happen, which
 * ends the story. One thread plays; the processes are read by threads of their own.
 */
final class DemoStage implements AutoCloseable {

    /** Time for anything a node does, even for a JVM to start on an emulated processor. */
    private static final long LIMIT_S = 600;
    private static final long POLL_MS = 20;
    private static final String MIRRORED_ENTRIES = "1000";
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_SECOND = 1e9;

    private final DemoPlacement placement;
    private final Timeline timeline;
    private final Set<Kind> hidden;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();

    /** A node that plays, and what it has said. */
    private static final class Part {
        private final List<NodeEvent> said = new ArrayList<>();
        private final List<String> otherOutput = new ArrayList<>();
        private NodeProcess process;
        private int looked;
    }

    /**
     * An empty stage.
     *
     * @param placement where the nodes run.
     * @param lines     shows what happens.
     * @param hidden    what is not shown.
     */
    DemoStage(final DemoPlacement placement, final EventLines lines, final Set<Kind> hidden) {
        this.placement = placement;
        this.timeline = new Timeline(lines, System::nanoTime);
        this.hidden = hidden;
        timeline.start();
    }

    /** Starts node "A", which mirrors its log to B, or "B", with arguments and environment beyond the usual. */
    void start(final String node, final Map<String, String> environment, final String... arguments) {
        final Part part = new Part();
        synchronized (this) {
            parts.put(node, part);
        }
        final DemoPlacement.Place place = placeOf(node);
        final String partner = "A".equals(node) ? "B" : "A";
        final List<String> all = new ArrayList<>(List.of("--name", node, "--device", place.deviceName(),
            "--listen", NodeLog.text(place.address()),
            "--partner", partner + "=" + NodeLog.text(placeOf(partner).address()),
            "--mirror", "A".equals(node) ? MIRRORED_ENTRIES : "0", "--lines", "JSON", "--controlled"));
        all.addAll(List.of(arguments));
        part.process =
            NodeProcess.start(place.jvmOptions(), all, environment, line -> heard(node, part, line));
        timeline.tell("node " + node + " starts, process " + part.process.pid());
    }

    void start(final String node, final String... arguments) {
        start(node, Map.of(), arguments);
    }

    /** Starts both nodes, and waits until they listen. */
    void startBoth(final String... arguments) {
        start("A", arguments);
        start("B", arguments);
        await("A", "A listens", Kind.STARTED);
        await("B", "B listens", Kind.STARTED);
    }

    private DemoPlacement.Place placeOf(final String node) {
        return "A".equals(node) ? placement.a() : placement.b();
    }

    private synchronized void heard(final String node, final Part part, final String line) {
        final Optional<NodeEvent> event = NodeEvent.parse(line);
        if (event.isEmpty()) {
            part.otherOutput.add(EventLines.plain(line));
            return;
        }
        part.said.add(event.get());
        if (!hidden.contains(event.get().kind())) {
            timeline.add(event.get());
        }
        notifyAll();
    }

    /** Says what the teller of the story does. */
    void tell(final String text) {
        timeline.tell(text);
    }

    /**
     * Waits for a node to say something it had not said when one was waited for last.
     *
     * @param node     which node.
     * @param what     what has happened then, in a clause.
     * @param expected tells what is waited for.
     */
    NodeEvent await(final String node, final String what, final Predicate<NodeEvent> expected) {
        return await(what, node, () -> next(parts.get(node), expected));
    }

    private NodeEvent await(final String what, final String node, final Supplier<Optional<NodeEvent>> expected) {
        timeline.pause("waiting until " + what);
        try {
            return find(node, what, expected);
        } finally {
            timeline.pause(null);
        }
    }

    /**
     * Waits until a node thinks so of its partner, whether it has come to think so before or after this is called: on a
     * busy machine it may have had doubts already.
     */
    void awaitLiveness(final String node, final String what, final Liveness liveness) {
        await(what, node, () -> latest(node, event -> event.kind() == Kind.LIVENESS)
            .filter(event -> event.isLiveness(liveness.name())));
    }

    /** The latest that a node has said of a kind. */
    synchronized Optional<NodeEvent> latest(final String node, final Predicate<NodeEvent> kind) {
        return parts.get(node).said.reversed().stream().filter(kind).findFirst();
    }

    private Optional<NodeEvent> next(final Part part, final Predicate<NodeEvent> expected) {
        while (part.looked < part.said.size()) {
            final NodeEvent event = part.said.get(part.looked++);
            if (expected.test(event)) {
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    private synchronized NodeEvent find(
        final String node, final String what, final Supplier<Optional<NodeEvent>> expected) {
        final Part part = parts.get(node);
        final long startNs = System.nanoTime();
        while (true) {
            final Optional<NodeEvent> found = expected.get();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(LIMIT_S)) {
                throw failed(node, "did not report within " + LIMIT_S + " s that " + what);
            }
            if (!part.process.isAlive() && part.process.isRead()) {
                throw failed(node, "ended before " + what);
            }
            pauseMs(POLL_MS);
        }
    }

    NodeEvent await(final String node, final String what, final Kind kind) {
        return await(node, what, event -> event.kind() == kind);
    }

    /** Waits until both nodes say that there is a session; returns what A and B say. */
    List<NodeEvent> awaitSessions() {
        return List.of(await("A", "A has a session with B", Kind.SESSION_UP),
            await("B", "B has a session with A", Kind.SESSION_UP));
    }

    /** Waits until all entries of A's log are with B. */
    void awaitMirror() {
        final NodeEvent mirrored = await("A", "the log of A is mirrored to B", Kind.MIRRORED);
        if (!MIRRORED_ENTRIES.equals(String.valueOf(mirrored.facts().get("entries")))) {
            throw failed("A", "mirrored " + mirrored.facts().get("entries") + " of " + MIRRORED_ENTRIES + " entries");
        }
    }

    /** Makes sure that a node has never said something of a kind. */
    synchronized void requireNone(final String node, final Kind kind) {
        for (final NodeEvent event : parts.get(node).said) {
            if (event.kind() == kind) {
                throw failed(node, "should not have reported: " + event.text());
            }
        }
    }

    /** Ends the story because of a node. */
    CommandFailedException failed(final String node, final String how) {
        final List<String> others = parts.get(node).otherOutput;
        return new CommandFailedException("node " + node + " " + how
            + (others.isEmpty() ? "" : "; it also printed: " + String.join(System.lineSeparator(), others)), null);
    }

    /** Lets time pass, in which the nodes go on. */
    void watch(final double seconds) {
        final long untilNs = System.nanoTime() + (long) (seconds * NS_PER_SECOND);
        timeline.pause(String.format(Locale.ROOT, "watching for %.0f s", seconds));
        synchronized (this) {
            while (System.nanoTime() - untilNs < 0) {
                for (final Map.Entry<String, Part> part : parts.entrySet()) {
                    if (!part.getValue().process.isAlive()) {
                        throw failed(part.getKey(), "ended early");
                    }
                }
                pauseMs(POLL_MS);
            }
        }
        timeline.pause(null);
    }

    private void pauseMs(final long ms) {
        try {
            wait(ms);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted", e);
        }
    }

    /** The process of a node, for the teller to do something to. */
    NodeProcess process(final String node) {
        return parts.get(node).process;
    }

    /** Asks a node to leave, and waits until it has ended as it should. */
    void leave(final String node) throws InterruptedException {
        final NodeProcess process = process(node);
        timeline.pause("waiting until " + node + " has left");
        process.stop();
        final int status = process.await();
        timeline.pause(null);
        if (status != ExitCode.OK) {
            throw failed(node, status < 0 ? "did not end in time and was killed" : "ended with exit status " + status);
        }
        synchronized (this) {
            parts.get(node).looked = 0;
        }
    }

    /** Both leave, A first, and B sees it. */
    void leaveInOrder() throws InterruptedException {
        leave("A");
        await("B", "B has seen A leave", Kind.LEFT);
        leave("B");
    }

    /** What a node that has left reports of itself. */
    Map<String, Object> results(final String node) {
        return await(node, "node " + node + " has reported its results", Kind.RESULTS).facts();
    }

    /** Remembers a time as a result of the story. */
    double figureMs(final String name, final long fromNs, final long toNs) {
        final double ms = Math.round((toNs - fromNs) / NS_PER_MS * 10) / 10.0;
        figures.put(name, ms);
        return ms;
    }

    /** What was remembered. */
    Map<String, Object> figures() {
        return figures;
    }

    /** Ends what still runs. */
    @Override
    public void close() {
        for (final Part part : parts.values()) {
            if (part.process != null) {
                part.process.close();
            }
        }
        timeline.close();
    }
}
