// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Nodes A and B and their witness, each in a process, to be measured: it prints nothing.
 *
 * <p>Every method that waits throws a {@link CommandFailedException} if what it waits for does not happen in time. One
 * thread uses it, and further threads read the output of the processes.
 */
final class MeasuredPair implements AutoCloseable {

    static final List<String> NODES = List.of("A", "B");

    /** In the message of a failure, comes before all that a process has printed. */
    static final String PRINTED = "; it printed: ";

    /** Kinds of lines after which there is no session. */
    private static final Set<Kind> ENDS = EnumSet.of(Kind.DOWN, Kind.DROPPED, Kind.RESTARTED, Kind.LEFT);
    private static final Set<Kind> SESSION = EnumSet.of(Kind.SESSION_UP, ENDS.toArray(Kind[]::new));
    private static final Set<Kind> OWNERSHIP = EnumSet.of(Kind.OWNERSHIP_ACQUIRED, Kind.OWNERSHIP_LOST);
    private static final String WITNESS = "the witness";
    private static final long POLL_MS = 5;

    private final DemoPlacement placement;
    private final PairTimes times;
    private final Duration limit;
    private final Map<String, Part> parts = new HashMap<>();

    /** A process, and the lines it has printed. */
    private static final class Part {
        private final List<NodeLine> said = new ArrayList<>();
        private final List<String> otherOutput = new ArrayList<>();
        private NodeProcess process;
        private boolean killed;
    }

    /**
     * Creates a pair without processes.
     *
     * @param placement where they will run.
     * @param times     the times of both nodes.
     * @param besides   how long processes take to start and to connect, at most.
     */
    MeasuredPair(final DemoPlacement placement, final PairTimes times, final Duration besides) {
        this.placement = placement;
        this.times = times;
        this.limit = times.limit(besides);
    }

    static String partnerOf(final String node) {
        return NODES.get(1 - NODES.indexOf(node));
    }

    /** Returns the longest time to wait for anything. */
    Duration limit() {
        return limit;
    }

    /** Starts the witness and both nodes, and waits until they serve. */
    void startAll() {
        start(WITNESS, "witness", placement.witness(), List.of("--controlled"));
        await(WITNESS, "listens", () -> parts.get(WITNESS).otherOutput.stream()
            .filter(line -> line.contains("listens")).findFirst());
        NODES.forEach(this::start);
        awaitOwner();
    }

    /** Starts a node that does not run. */
    void start(final String node) {
        final List<String> arguments = new ArrayList<>(List.of("--name", node, "--partner",
            partnerOf(node) + "=" + NodeLog.text(placeOf(partnerOf(node)).address()), "--witness",
            NodeLog.text(placement.witness().address()), "--report-seconds", "1", "--lines", "JSON", "--controlled"));
        arguments.addAll(times.options());
        start(node, "node", placeOf(node), arguments);
    }

    private void start(
        final String name, final String subcommand, final DemoPlacement.Place place, final List<String> arguments) {
        final Part part = new Part();
        synchronized (this) {
            parts.put(name, part);
        }
        final List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--device", place.deviceName(), "--listen", NodeLog.text(place.address())));
        part.process =
            NodeProcess.start(subcommand, place.jvmOptions(), all, Map.of(), line -> receive(part, line));
    }

    private DemoPlacement.Place placeOf(final String node) {
        return "A".equals(node) ? placement.a() : placement.b();
    }

    private synchronized void receive(final Part part, final String line) {
        NodeLine.parse(line).ifPresentOrElse(part.said::add, () -> part.otherOutput.add(line));
        notifyAll();
    }

    /** Kills a node, and waits until it has ended. Returns the time immediately before. */
    long kill(final String node) throws InterruptedException {
        final Part part = parts.get(node);
        synchronized (this) {
            part.killed = true;
        }
        final long beforeNs = System.nanoTime();
        part.process.kill();
        part.process.await();
        return beforeNs;
    }

    /** Asks the owner to hand over. */
    void handOver(final String owner) {
        parts.get(owner).process.tell(NodeControl.HAND_OVER);
    }

    /** Returns what a node has said so far, from a position on. */
    synchronized List<NodeLine> lines(final String node, final int from) {
        final List<NodeLine> said = parts.get(node).said;
        return List.copyOf(said.subList(from, said.size()));
    }

    /** Returns the position of the next line of a node. */
    synchronized int position(final String node) {
        return parts.get(node).said.size();
    }

    /** Whether the line says that the session has ended. */
    static boolean isEnd(final NodeLine line) {
        return ENDS.contains(line.kind());
    }

    /** Returns the only owner of two nodes in session; empty if they are not, or if there is none. */
    synchronized Optional<String> owner() {
        final List<String> owners = NODES.stream().filter(node -> isLatest(node, OWNERSHIP, Kind.OWNERSHIP_ACQUIRED))
            .toList();
        final boolean inSession = NODES.stream().allMatch(node -> isLatest(node, SESSION, Kind.SESSION_UP));
        return inSession && owners.size() == 1 ? Optional.of(owners.getFirst()) : Optional.empty();
    }

    private boolean isLatest(final String node, final Set<Kind> kinds, final Kind wanted) {
        return parts.get(node).said.reversed().stream().filter(line -> kinds.contains(line.kind())).findFirst()
            .filter(line -> line.kind() == wanted).isPresent();
    }

    /** Waits until both nodes are in session and one of them owns; returns its name. */
    String awaitOwner() {
        return await("A", "is in session with B and one of them owns", this::owner);
    }

    /** Waits for a line that a node prints from a position on. */
    NodeLine await(final String node, final int from, final String what, final Predicate<NodeLine> expected) {
        return await(node, what, () -> lines(node, from).stream().filter(expected).findFirst());
    }

    private synchronized <T> T await(final String name, final String what, final Supplier<Optional<T>> expected) {
        final long startNs = System.nanoTime();
        while (true) {
            final Optional<T> found = expected.get();
            if (found.isPresent()) {
                return found.get();
            }
            requireAllAlive();
            if (System.nanoTime() - startNs > limit.toNanos()) {
                throw failure(name, "did not report within " + limit.toSeconds() + " s that it " + what);
            }
            pause();
        }
    }

    private void requireAllAlive() {
        for (final Map.Entry<String, Part> each : parts.entrySet()) {
            final Part part = each.getValue();
            if (!part.killed && !part.process.isAlive() && part.process.isOutputRead()) {
                throw failure(each.getKey(), "has ended");
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller checks its condition and its deadline in a loop
    private void pause() {
        try {
            wait(POLL_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted", e);
        }
    }

    private CommandFailedException failure(final String name, final String how) {
        final List<String> others = parts.get(name).otherOutput.stream().map(EventLines::removeControls).toList();
        return new CommandFailedException((NODES.contains(name) ? "node " : "") + name + " " + how + describeStates()
            + (others.isEmpty() ? "" : PRINTED + String.join(System.lineSeparator(), others)), null);
    }

    /** Says what each node has last said of its session and of what it owns. */
    private String describeStates() {
        final StringBuilder states = new StringBuilder();
        for (final String node : NODES) {
            if (parts.containsKey(node)) {
                final List<NodeLine> said = parts.get(node).said;
                states.append("; ").append(node).append(" said last: ").append(said.reversed().stream()
                    .filter(line -> SESSION.contains(line.kind()) || OWNERSHIP.contains(line.kind())).limit(2)
                    .map(NodeLine::text).reduce((later, earlier) -> earlier + ", " + later)
                    .orElse(said.isEmpty() ? "nothing" : said.getLast().text()));
            }
        }
        return states.toString();
    }

    /** Kills all processes, and waits until they have ended. */
    @Override
    public void close() {
        parts.values().forEach(part -> part.process.close());
        try {
            for (final Part part : parts.values()) {
                part.process.await();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
