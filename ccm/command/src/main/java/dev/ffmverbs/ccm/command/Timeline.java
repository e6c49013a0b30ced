// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Prints the lines of several nodes, and those of the narrator, as one story in order of time.
 *
 * <p>A line of a node arrives through a pipe and a thread, a little later than it was printed. Each line is held back
 * until earlier lines have had time to arrive. One that still comes too late is printed at the present point of the
 * story, with the time at which it happened. While the story waits for something, the narrator says so before two
 * seconds pass in silence. Thread-safe.
 */
final class Timeline implements AutoCloseable {

    /** How long a line is held back. */
    static final long HELD_NS = TimeUnit.MILLISECONDS.toNanos(300);

    /** Time without a line after which the narrator says what the story waits for; with the above, less than 2 s. */
    static final long SILENCE_NS = TimeUnit.MILLISECONDS.toNanos(1600);

    private static final long TURN_MS = 50;

    private final EventLines lines;
    private final LongSupplier clock;
    private final Queue<Line> held =
        new PriorityQueue<>(Comparator.comparingLong(Line::sinceStartNs).thenComparingLong(Line::number));
    private final long startNs;
    private Thread thread;
    private boolean closed;
    private long linesAdded;

    /** Times since the start of the latest line that was added, and of the latest that was printed. */
    private long latestNs;
    private long toldNs;
    private String awaited;
    private long awaitedSinceNs;

    /** A line to print: of a node, or words of the narrator. */
    private record Line(long sinceStartNs, long number, NodeLine event, String words) {
    }

    /**
     * Creates a story that begins now.
     *
     * @param lines prints it.
     * @param clock the time in nanoseconds, as {@link System#nanoTime}.
     */
    Timeline(final EventLines lines, final LongSupplier clock) {
        this.lines = lines;
        this.clock = clock;
        this.startNs = lines.startNs();
    }

    /** Starts to print, on a dedicated thread. */
    void start() {
        thread = Thread.ofPlatform().daemon().name("ccm-timeline").start(this::run);
    }

    private synchronized void run() {
        while (!closed) {
            advance();
            try {
                wait(TURN_MS);
            } catch (final InterruptedException e) {
                return;
            }
        }
    }

    /** Adds a line of a node. */
    synchronized void add(final NodeLine event) {
        if (event.kind() == Kind.LEFT) {
            held.removeIf(line -> line.event != null && isOfLeaving(line.event, event));
        }
        add(event.atNs(), event, null);
    }

    /** A node that leaves ends its connections before its partner knows the reason. */
    private static boolean isOfLeaving(final NodeLine earlier, final NodeLine left) {
        return (earlier.kind() == Kind.CONNECTION_LOST || earlier.kind() == Kind.ATTEMPT_FAILED)
            && earlier.node().equals(left.node()) && earlier.partner().equals(left.partner());
    }

    /** Adds words of the narrator, at the present time. */
    synchronized void tell(final String words) {
        add(clock.getAsLong(), null, words);
    }

    private void add(final long atNs, final NodeLine event, final String words) {
        held.add(new Line(atNs - startNs, linesAdded++, event, words));
        latestNs = Math.max(latestNs, atNs - startNs);
    }

    /**
     * Notes that the story waits from now on.
     *
     * @param doing what the narrator does while it waits, for example "waiting until B has started"; null if the story
     *     no longer waits.
     */
    synchronized void pause(final String doing) {
        awaited = doing;
        awaitedSinceNs = clock.getAsLong();
    }

    /** Prints the lines that are due. */
    synchronized void advance() {
        final long nowNs = clock.getAsLong();
        if (awaited != null && nowNs - startNs - latestNs >= SILENCE_NS) {
            final long seconds = TimeUnit.NANOSECONDS.toSeconds(nowNs - awaitedSinceNs);
            tell(awaited + (seconds == 0 ? "" : ", " + seconds + " s so far"));
        }
        while (!held.isEmpty() && held.peek().sinceStartNs + HELD_NS <= nowNs - startNs) {
            print(held.poll());
        }
    }

    private void print(final Line line) {
        final boolean late = line.sinceStartNs < toldNs;
        toldNs = Math.max(toldNs, line.sinceStartNs);
        if (line.event == null) {
            lines.narrate(startNs + toldNs, line.words);
        } else if (late) {
            lines.acceptLate(line.event, startNs + toldNs);
        } else {
            lines.acceptBriefly(line.event);
        }
    }

    /** Prints all lines that were held back. */
    synchronized void flush() {
        while (!held.isEmpty()) {
            print(held.poll());
        }
    }

    /** Prints the rest, and ends. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            flush();
            notifyAll();
        }
        if (thread != null) {
            thread.interrupt();
        }
    }
}
