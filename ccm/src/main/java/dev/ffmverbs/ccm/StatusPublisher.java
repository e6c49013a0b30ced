// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.thread.DetachedLog;
import dev.ffmverbs.ccm.internal.thread.NodeThread;
import dev.ffmverbs.ccm.value.BootPhase;
import java.lang.System.Logger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The thread that maintains this node's boot-status variable. It increments the heartbeat counter every interval, as
 * long as the node is healthy.
 *
 * <p>A node whose session loop does not turn judges no partner, so its partners must not see it as alive. The counter
 * stands still, and partners see the node as stalled, while the session loop does not turn or another thread of the
 * node is not healthy. An idle loop sleeps, so it is woken before it is judged. The bound is four intervals, and at
 * least 100 ms: a turn may take that long on a busy machine, and partners wait longer before they suspect.
 *
 * <p>Thread-safe.
 */
final class StatusPublisher {

    private static final long INTERVALS_PER_TURN = 4;
    private static final long LONGEST_TURN_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Shorter pauses occur on a busy machine, and need no action. */
    private static final long WORTH_TELLING_NS = TimeUnit.SECONDS.toNanos(1);

    private final BootStatusVariable status;
    private final long intervalNs;
    private final String nodeName;
    private final long longestTurnNs;
    private final NodeThread thread;
    private final DetachedLog warnings;
    private LongSupplier lastTurn;
    private Runnable wakeUp;
    private Supplier<String> checkOthers;

    private long heartbeat;
    private volatile BootPhase phase = BootPhase.INITIALIZING;
    private long nextNs;
    private long seenTurnNs;
    private long askedNs;
    private boolean asked;
    private long withheldSinceNs;

    /** Why heartbeats are withheld, once that is worth telling; null before, and while they are published. */
    private volatile String told;

    /** Whether the log says that heartbeats are withheld. */
    private boolean logged;

    StatusPublisher(final BootStatusVariable status, final long intervalNs, final String nodeName) {
        this(status, intervalNs, nodeName, System.getLogger(StatusPublisher.class.getName()));
    }

    StatusPublisher(
        final BootStatusVariable status, final long intervalNs, final String nodeName, final Logger logger) {
        this.status = status;
        this.intervalNs = intervalNs;
        this.nodeName = nodeName;
        this.longestTurnNs = Math.max(INTERVALS_PER_TURN * intervalNs, LONGEST_TURN_NS);
        this.thread = new NodeThread("ccm-heartbeat-" + nodeName,
            () -> "a heartbeat of node " + nodeName + " could not be published; the next one is due on time",
            this::waitAndBeat);
        this.warnings = new DetachedLog(logger, "ccm-health-" + nodeName);
    }

    /**
     * Publishes the variable for the first time, and starts the thread.
     *
     * @param lastTurnOfLoop time of the session loop's last turn, in nanoseconds of {@link System#nanoTime}.
     * @param wakeLoop       makes the loop turn.
     * @param checkOfOthers  checks the other threads of the node, and returns what is wrong; null if nothing is.
     * @throws OutOfMemoryError if the operating system provides no thread.
     */
    void start(final LongSupplier lastTurnOfLoop, final Runnable wakeLoop, final Supplier<String> checkOfOthers) {
        lastTurn = lastTurnOfLoop;
        wakeUp = wakeLoop;
        checkOthers = checkOfOthers;
        nextNs = System.nanoTime() + intervalNs;
        beat();
        thread.start();
    }

    private void waitAndBeat() {
        final long nowNs = System.nanoTime();
        final long waitNs = nextNs - nowNs;
        if (waitNs > 0) {
            LockSupport.parkNanos(this, waitNs);
            return;
        }
        nextNs = Math.max(nextNs + intervalNs, nowNs);
        final String ailment = isLoopTurning(nowNs) ? checkOthers.get() : "its session loop does not turn";
        if (ailment == null) {
            beat();
            resume();
        } else {
            withhold(ailment);
        }
    }

    private boolean isLoopTurning(final long nowNs) {
        final long turnNs = lastTurn.getAsLong();
        if (turnNs != seenTurnNs) {
            seenTurnNs = turnNs;
            asked = false;
        }
        if (!asked && nowNs - turnNs > longestTurnNs / 2) {
            asked = true;
            askedNs = nowNs;
        }
        if (asked) {
            wakeUp.run();
        }
        return !(asked && nowNs - askedNs > longestTurnNs / 2);
    }

    private synchronized void beat() {
        heartbeat++;
        status.publish(phase, heartbeat);
    }

    private void withhold(final String ailment) {
        if (withheldSinceNs == 0) {
            withheldSinceNs = System.nanoTime();
        }
        if (told == null && System.nanoTime() - withheldSinceNs > WORTH_TELLING_NS) {
            told = ailment;
        }
        if (told != null && !logged) {
            logged = warnings.warn(() -> "node " + nodeName + " is not healthy: " + told + ". It withholds its"
                + " heartbeat until that is over, so that its partners see it as stalled");
        }
    }

    private void resume() {
        withheldSinceNs = 0;
        told = null;
        if (logged) {
            logged = !warnings.warn(() -> "node " + nodeName + " is healthy again and publishes its heartbeat");
        }
    }

    /** Why the heartbeat has been withheld for longer than a busy machine explains; null if it has not. */
    String ailment() {
        return told;
    }

    BootPhase phase() {
        return phase;
    }

    /** Publishes the phase. Partners can read it on return. It does not count as a heartbeat. */
    synchronized void phase(final BootPhase newPhase) {
        phase = newPhase;
        status.publish(newPhase, heartbeat);
    }

    /** Stops the heartbeat. The variable keeps its last values. */
    void stop() {
        thread.end();
        thread.join(Long.MAX_VALUE);
    }

    @Override
    public String toString() {
        return "StatusPublisher of " + nodeName + ": heartbeat " + heartbeat + ", " + phase;
    }
}
