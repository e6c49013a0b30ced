// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.thread.NodeThread;
import dev.ffmverbs.ccm.value.BootPhase;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The thread that keeps this node's boot-status variable: it bumps the heartbeat counter every interval, as long as the
 * node does its work.
 *
 * <p>A node that does not look after its sessions judges no partner: its partners must not take it for alive. So the
 * counter stands still, and they see it as stalled, while the loop of the sessions does not turn, or while another
 * thread of the node does not do its work. A loop that has nothing to do sleeps; it is woken before anything is
 * concluded. The bound is four intervals, and no less than 100 ms: a turn may take that long on a busy machine, and it
 * is no more than a part of what partners wait before they suspect.
 *
 * <p>Thread-safe.
 */
final class StatusPublisher {

    private static final Logger LOGGER = System.getLogger(StatusPublisher.class.getName());

    private static final long INTERVALS_PER_TURN = 4;
    private static final long LONGEST_TURN_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A busy machine brings shorter ones, and then there is nothing to be done about this node. */
    private static final long WORTH_TELLING_NS = TimeUnit.SECONDS.toNanos(1);

    private final BootStatusVariable status;
    private final long intervalNs;
    private final String nodeName;
    private final long longestTurnNs;
    private final NodeThread thread;
    private LongSupplier lastTurn;
    private Runnable wakeUp;
    private Supplier<String> otherAilment;

    private long heartbeat;
    private volatile BootPhase phase = BootPhase.INITIALIZING;
    private long nextNs;
    private long seenTurnNs;
    private long askedNs;
    private boolean asked;
    private long withheldSinceNs;

    /** Why beats are withheld, from when that was told; null before, and while the heart beats. */
    private volatile String told;

    StatusPublisher(final BootStatusVariable status, final long intervalNs, final String nodeName) {
        this.status = status;
        this.intervalNs = intervalNs;
        this.nodeName = nodeName;
        this.longestTurnNs = Math.max(INTERVALS_PER_TURN * intervalNs, LONGEST_TURN_NS);
        this.thread = new NodeThread("ccm-heartbeat-" + nodeName,
            () -> "a heartbeat of node " + nodeName + " could not be published; the next one is tried",
            this::waitAndBeat);
    }

    /**
     * Publishes for the first time, and goes on doing so.
     *
     * @param lastTurnOfLoop when the loop of the sessions turned last, in nanoseconds of {@link System#nanoTime}.
     * @param wakeLoop       makes it turn.
     * @param ailmentOfOthers says what is wrong with the other threads of the node; null when nothing is.
     * @throws OutOfMemoryError when the operating system gives no thread.
     */
    void start(final LongSupplier lastTurnOfLoop, final Runnable wakeLoop, final Supplier<String> ailmentOfOthers) {
        lastTurn = lastTurnOfLoop;
        wakeUp = wakeLoop;
        otherAilment = ailmentOfOthers;
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
        final String ailment = isLoopTurning(nowNs) ? otherAilment.get() : "the loop of its sessions does not turn";
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
            LOGGER.log(Level.WARNING, "node {0} does not do its work: {1}. Its heartbeat is withheld until it does, so"
                + " that its partners see it as stalled", nodeName, ailment);
        }
    }

    private void resume() {
        withheldSinceNs = 0;
        if (told != null) {
            told = null;
            LOGGER.log(Level.WARNING, "node {0} does its work again, and its heart beats", nodeName);
        }
    }

    /** Why the heartbeat has been withheld for longer than a busy machine explains; null when it has not. */
    String ailment() {
        return told;
    }

    BootPhase phase() {
        return phase;
    }

    /** Changes the phase; partners can read it on return. It is no heartbeat. */
    synchronized void phase(final BootPhase newPhase) {
        phase = newPhase;
        status.publish(newPhase, heartbeat);
    }

    /** Stops beating; the variable keeps what was published last. */
    void stop() {
        thread.end();
        thread.join(Long.MAX_VALUE);
    }
}
