// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import dev.ffmverbs.ccm.value.Liveness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.ExitCode;

/**
 * The stage on which a story of the demonstration is played: nodes A and B and the witness, each in a process, and the
 * lines they print.
 *
 * <p>Every method that waits throws a {@link CommandFailedException} if what it waits for does not happen; that ends
 * the story. One thread plays the story, and further threads read the output of the processes.
 */
final class DemoStage implements AutoCloseable {

    /** Limit for everything a node does, long enough for a JVM to start on an emulated processor. */
    private static final long LIMIT_S = 600;
    private static final long POLL_MS = 20;
    private static final String WITNESS = "the witness";
    private static final String MIRRORED_ENTRIES = "1000";

    /** How long a node that leaves waits for its partner, which on a busy machine may not run for seconds. */
    private static final String LEAVE_MS = "15000";
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_SECOND = 1e9;

    private final DemoPlacement placement;
    private final Timeline timeline;
    private final Set<Kind> hidden;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();

    /** A node, and the lines it has printed. */
    private static final class Part {
        private final List<NodeLine> said = new ArrayList<>();
        private final List<String> otherOutput = new ArrayList<>();
        private NodeProcess process;
        private int looked;
        private int begun;
    }

    /**
     * Creates an empty stage.
     *
     * @param placement where the nodes run.
     * @param lines     prints what happens.
     * @param hidden    kinds of lines that are not printed.
     */
    DemoStage(final DemoPlacement placement, final EventLines lines, final Set<Kind> hidden) {
        this.placement = placement;
        this.timeline = new Timeline(lines, System::nanoTime);
        this.hidden = hidden;
        timeline.start();
    }

    /** Starts node A, which mirrors its log to B, or node B, with additional arguments and environment variables. */
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
            "--mirror", "A".equals(node) ? MIRRORED_ENTRIES : "0", "--leave-ms", LEAVE_MS, "--lines", "JSON",
            "--controlled"));
        all.addAll(List.of(arguments));
        part.process =
            NodeProcess.start("node", place.jvmOptions(), all, environment, line -> receive(part, line));
        timeline.tell("node " + node + " starts, process " + part.process.pid());
    }

    /** Starts the witness, and waits until it listens; returns how long that took, in milliseconds. */
    long startWitness() {
        final long beganNs = System.nanoTime();
        final Part part = new Part();
        synchronized (this) {
            parts.put(WITNESS, part);
        }
        final DemoPlacement.Place place = placement.witness();
        part.process = NodeProcess.start("witness", place.jvmOptions(), List.of("--device", place.deviceName(),
            "--listen", NodeLog.text(place.address()), "--controlled"), Map.of(), line -> receive(part, line));
        timeline.tell("the witness starts, process " + part.process.pid());
        await("the witness listens", WITNESS, () -> part.otherOutput.stream()
            .filter(line -> line.contains("listens")).findFirst());
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
    }

    /** Kills the witness. */
    void killWitness() throws InterruptedException {
        final NodeProcess witness;
        synchronized (this) {
            witness = parts.remove(WITNESS).process;
        }
        witness.kill();
        witness.await();
    }

    /** Returns where the processes run. */
    DemoPlacement placement() {
        return placement;
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

    private synchronized void receive(final Part part, final String line) {
        final Optional<NodeLine> event = NodeLine.parse(line);
        if (event.isEmpty()) {
            part.otherOutput.add(EventLines.removeControls(line));
            notifyAll();
            return;
        }
        part.said.add(event.get());
        if (!hidden.contains(event.get().kind())) {
            timeline.add(event.get());
        }
        notifyAll();
    }

    /** Prints what the narrator of the story does. */
    void tell(final String text) {
        timeline.tell(text);
    }

    /**
     * Waits for a line that a node has printed since the previous line that was waited for.
     *
     * @param node     name of the node.
     * @param what     what the line reports, in a clause.
     * @param expected recognises the line.
     */
    NodeLine await(final String node, final String what, final Predicate<NodeLine> expected) {
        return await(what, node, () -> takeNext(parts.get(node), expected));
    }

    /**
     * Waits for a line of one node or one of the other, each printed since the previous line of that node that was
     * waited for.
     */
    NodeLine awaitFirst(
        final String what, final String node, final Kind expected, final String other, final Kind otherExpected) {
        return await(what, node, () -> takeNext(parts.get(node), event -> event.kind() == expected)
            .or(() -> takeNext(parts.get(other), event -> event.kind() == otherExpected)));
    }

    private <T> T await(final String what, final String node, final Supplier<Optional<T>> expected) {
        timeline.pause("waiting until " + what);
        try {
            return awaitPresent(node, what, expected);
        } finally {
            timeline.pause(null);
        }
    }

    /**
     * Waits until the liveness verdict of a node for its partner is this one. The verdict may have changed before this
     * call, as it does on a busy machine.
     */
    void awaitLiveness(final String node, final String what, final Liveness liveness) {
        await(what, node, () -> latest(node, event -> event.kind() == Kind.LIVENESS)
            .filter(event -> event.isLiveness(liveness.name())));
    }

    /** Returns the latest line of a node that matches. */
    synchronized Optional<NodeLine> latest(final String node, final Predicate<NodeLine> kind) {
        return parts.get(node).said.reversed().stream().filter(kind).findFirst();
    }

    private Optional<NodeLine> takeNext(final Part part, final Predicate<NodeLine> expected) {
        while (part.looked < part.said.size()) {
            final NodeLine event = part.said.get(part.looked++);
            if (expected.test(event)) {
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    private synchronized <T> T awaitPresent(
        final String node, final String what, final Supplier<Optional<T>> expected) {
        final Part part = parts.get(node);
        final long startNs = System.nanoTime();
        while (true) {
            final Optional<T> found = expected.get();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(LIMIT_S)) {
                throw failureOf(node, "did not report within " + LIMIT_S + " s that " + what);
            }
            if (!part.process.isAlive() && part.process.isOutputRead()) {
                throw failureOf(node, "ended before " + what);
            }
            pauseMs(POLL_MS);
        }
    }

    NodeLine await(final String node, final String what, final Kind kind) {
        return await(node, what, event -> event.kind() == kind);
    }

    /** Waits until either node has printed a line of this kind; returns it. */
    NodeLine awaitEither(final String what, final Kind kind) {
        return await(what, "A", () -> Stream.of("A", "B")
            .flatMap(node -> latest(node, event -> event.kind() == kind).stream()).findFirst());
    }

    /** Waits until both nodes report a session; returns the line of A and the line of B. */
    List<NodeLine> awaitSessions() {
        return List.of(await("A", "A has a session with B", Kind.SESSION_UP),
            await("B", "B has a session with A", Kind.SESSION_UP));
    }

    /** Waits until B holds all entries of A's log. */
    void awaitMirror() {
        final NodeLine mirrored = await("A", "the log of A is mirrored to B", Kind.MIRRORED);
        if (!MIRRORED_ENTRIES.equals(String.valueOf(mirrored.facts().get("entries")))) {
            throw failureOf("A", "mirrored " + mirrored.facts().get("entries") + " of " + MIRRORED_ENTRIES
                + " entries");
        }
    }

    /** Lets the story begin: what has been printed so far is neither waited for nor refused. */
    synchronized void begin() {
        for (final Part part : parts.values()) {
            part.begun = part.said.size();
            part.looked = part.begun;
        }
    }

    /** Ends the story if a node has printed a line of this kind since the story began. */
    synchronized void requireNone(final String node, final Kind kind) {
        final Part part = parts.get(node);
        for (final NodeLine event : part.said.subList(part.begun, part.said.size())) {
            if (event.kind() == kind) {
                throw failureOf(node, "should not have reported: " + event.text());
            }
        }
    }

    /** Creates the exception that ends the story because of a node. */
    CommandFailedException failureOf(final String node, final String how) {
        final List<String> others = parts.get(node).otherOutput;
        return new CommandFailedException("node " + node + " " + how
            + (others.isEmpty() ? "" : "; it also printed: " + String.join(System.lineSeparator(), others)), null);
    }

    /** Lets time pass while the nodes run. */
    void watch(final double seconds) {
        final long untilNs = System.nanoTime() + (long) (seconds * NS_PER_SECOND);
        timeline.pause(String.format(Locale.ROOT, "watching for %.0f s", seconds));
        synchronized (this) {
            while (System.nanoTime() - untilNs < 0) {
                for (final Map.Entry<String, Part> part : parts.entrySet()) {
                    if (!part.getValue().process.isAlive()) {
                        throw failureOf(part.getKey(), "ended early");
                    }
                }
                pauseMs(POLL_MS);
            }
        }
        timeline.pause(null);
    }

    @SuppressWarnings("WaitNotInLoop") // each caller checks its condition and its deadline in a loop
    private void pauseMs(final long ms) {
        try {
            wait(ms);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted", e);
        }
    }

    /** Returns the process of a node, for the narrator to act on. */
    NodeProcess process(final String node) {
        return parts.get(node).process;
    }

    /** Asks a node to leave, and waits until its process has ended with status 0. */
    void leave(final String node) throws InterruptedException {
        final NodeProcess process = process(node);
        timeline.pause("waiting until " + node + " has left");
        process.stop();
        final int status = process.await();
        timeline.pause(null);
        if (status != ExitCode.OK) {
            throw failureOf(node,
                status < 0 ? "did not end in time and was killed" : "ended with exit status " + status);
        }
        synchronized (this) {
            parts.get(node).looked = parts.get(node).begun;
        }
    }

    /** Lets both nodes leave, A first, and waits until B has seen it. */
    void leaveInOrder() throws InterruptedException {
        leave("A");
        await("B", "B has seen A leave", Kind.LEFT);
        leave("B");
    }

    /** Waits for the results of a node that has left. */
    Map<String, Object> awaitResults(final String node) {
        return await(node, "node " + node + " has reported its results", Kind.RESULTS).facts();
    }

    /** Records a time as a result of the story; returns it in milliseconds. */
    double recordFigureMs(final String name, final long fromNs, final long toNs) {
        final double ms = Math.round((toNs - fromNs) / NS_PER_MS * 10) / 10.0;
        figures.put(name, ms);
        return ms;
    }

    /** Returns the recorded results. */
    Map<String, Object> figures() {
        return figures;
    }

    /** Kills the processes that still run, and waits until they have ended and freed their devices. */
    @Override
    public void close() {
        final List<NodeProcess> processes =
            parts.values().stream().map(part -> part.process).filter(Objects::nonNull).toList();
        processes.forEach(NodeProcess::close);
        try {
            for (final NodeProcess process : processes) {
                process.await();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timeline.close();
    }
}
