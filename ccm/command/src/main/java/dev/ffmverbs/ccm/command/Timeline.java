// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeEvent.Kind;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells what several nodes say, and what the teller does, as one story in order of time.
 *
 * <p>What a node says arrives through a pipe and a thread, and so a little later than it happened: each line is held
 * back until the others that belong before it have had time to arrive. One that comes later still is told where the
 * story has got to, with the time at which it happened. While the story waits for something, the teller says so before
 * two seconds pass in silence. Thread-safe.
 */
final class Timeline implements AutoCloseable {

    /** For how long a line is held back. */
    static final long HELD_NS = TimeUnit.MILLISECONDS.toNanos(300);

    /** Time without a line after which the teller says what the story waits for; with the above below 2 s. */
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

    /** Times since the start of the latest line that was added, and of the latest that was told. */
    private long latestNs;
    private long toldNs;
    private String awaited;
    private long awaitedSinceNs;

    /** Something to tell: an event, or words of the teller's. */
    private record Line(long sinceStartNs, long number, NodeEvent event, String words) {
    }

    /**
     * A story that begins now.
     *
     * @param lines prints it.
     * @param clock the time in nanoseconds, as {@link System#nanoTime}.
     */
    Timeline(final EventLines lines, final LongSupplier clock) {
        this.lines = lines;
        this.clock = clock;
        this.startNs = lines.startNs();
    }

    /** Begins to tell, on a dedicated thread. */
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

    /** Adds what a node says. */
    synchronized void add(final NodeEvent event) {
        if (event.kind() == Kind.LEFT) {
            held.removeIf(line -> line.event != null && isOfLeaving(line.event, event));
        }
        add(event.atNs(), event, null);
    }

    /** A partner that leaves ends its connections before its partner knows why. */
    private static boolean isOfLeaving(final NodeEvent earlier, final NodeEvent left) {
        return (earlier.kind() == Kind.CONNECTION_LOST || earlier.kind() == Kind.ATTEMPT_FAILED)
            && earlier.node().equals(left.node()) && earlier.partner().equals(left.partner());
    }

    /** Adds words of the teller's, said now. */
    synchronized void tell(final String words) {
        add(clock.getAsLong(), null, words);
    }

    private void add(final long atNs, final NodeEvent event, final String words) {
        held.add(new Line(atNs - startNs, linesAdded++, event, words));
        latestNs = Math.max(latestNs, atNs - startNs);
    }

    /**
     * The story waits from now on.
     *
     * @param doing what the teller does while it waits, for example "waiting until B has started"; null when it does
     *              not wait.
     */
    synchronized void pause(final String doing) {
        awaited = doing;
        awaitedSinceNs = clock.getAsLong();
    }

    /** Tells what may be told by now. */
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
            lines.tell(startNs + toldNs, line.words);
        } else if (late) {
            lines.acceptLate(line.event, startNs + toldNs);
        } else {
            lines.acceptBriefly(line.event);
        }
    }

    /** Tells everything that was held back. */
    synchronized void flush() {
        while (!held.isEmpty()) {
            print(held.poll());
        }
    }

    /** Tells the rest, and ends. */
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
