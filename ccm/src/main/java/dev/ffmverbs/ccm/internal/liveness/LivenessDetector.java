// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.Silence;

/**
 * Turns evidence about a partner into a verdict.
 *
 * <p>It measures two silences, both only in time during which this node was running: the time since the last READ that
 * succeeded, and the time for which successful READs have shown the same counter.
 *
 * <p>A look is due an interval after the previous one. Time until then counts, even if this node sleeps through it. A
 * look after that is late. Up to a tolerance, all of its time still counts, because operating systems are always a
 * little late. Beyond the tolerance, this node was stopped, and the time beyond the interval says nothing about the
 * partner. So a verdict comes within its threshold plus one interval of running time, however long the interval is. A
 * single pause of this node never causes a verdict, because the tolerance is at most a third of the time until SUSPECT.
 * A partner that is stalled for a while and unreachable for a while is DEAD an interval after the longer threshold at
 * the latest.
 *
 * <p>Used by one thread. Allocates nothing.
 */
public final class LivenessDetector {

    /** Keeps a single late look from accounting for most of a suspicion. */
    private static final long TOLERANCES_IN_SUSPICION = 3;

    private final long intervalNs;
    private final long suspectAfterNs;
    private final long unreachableDeadAfterNs;
    private final long stalledDeadAfterNs;
    private final long toleranceNs;

    private long lastLookNs;
    private long lastCounter;
    private long unreachableNs;
    private long stalledNs;
    private long ownStalls;
    private Liveness liveness = Liveness.ALIVE;
    private Silence silence = Silence.NONE;

    /**
     * Creates a detector for a partner that was heard just now.
     *
     * @param thresholds when to suspect the partner and when to declare it dead.
     * @param nowNs      the present time, in nanoseconds of a monotonic clock.
     * @param counter    the partner's heartbeat counter as the last READ showed it.
     */
    public LivenessDetector(final LivenessThresholds thresholds, final long nowNs, final long counter) {
        this.intervalNs = thresholds.interval().toNanos();
        this.suspectAfterNs = thresholds.suspectAfter().toNanos();
        this.unreachableDeadAfterNs = thresholds.unreachableDeadAfter().toNanos();
        this.stalledDeadAfterNs = thresholds.stalledDeadAfter().toNanos();
        this.toleranceNs = Math.min(thresholds.ownStallAfter().toNanos(), suspectAfterNs / TOLERANCES_IN_SUSPICION);
        this.lastLookNs = nowNs;
        this.lastCounter = counter;
    }

    /**
     * Takes the result of a READ that succeeded and delivered a complete record.
     *
     * @param nowNs   present time.
     * @param counter the partner's heartbeat counter.
     */
    public void noteCounter(final long nowNs, final long counter) {
        passUntil(nowNs);
        if (counter == lastCounter) {
            stalledNs += unreachableNs;
        } else {
            stalledNs = 0;
            lastCounter = counter;
        }
        unreachableNs = 0;
    }

    /**
     * Takes the result of READs that succeeded and delivered only torn records. The partner is reached, and its counter
     * shows nothing new.
     *
     * @param nowNs present time.
     */
    public void noteTornRecord(final long nowNs) {
        noteCounter(nowNs, lastCounter);
    }

    /**
     * Looks at the clock and judges. Call this every interval or more often.
     *
     * @param nowNs present time.
     * @return the verdict; DEAD is final.
     */
    public Liveness tick(final long nowNs) {
        passUntil(nowNs);
        if (liveness != Liveness.DEAD) {
            judge();
        }
        return liveness;
    }

    private void passUntil(final long nowNs) {
        final long gapNs = nowNs - lastLookNs;
        lastLookNs = nowNs;
        if (gapNs - intervalNs > toleranceNs) {
            ownStalls++;
            unreachableNs += intervalNs;
        } else {
            unreachableNs += gapNs;
        }
    }

    private void judge() {
        if (unreachableNs >= suspectAfterNs) {
            silence = Silence.UNREACHABLE;
            liveness = unreachableNs >= unreachableDeadAfterNs ? Liveness.DEAD : Liveness.SUSPECT;
        } else if (stalledNs >= suspectAfterNs) {
            silence = Silence.STALLED;
            liveness = stalledNs >= stalledDeadAfterNs ? Liveness.DEAD : Liveness.SUSPECT;
        } else {
            silence = Silence.NONE;
            liveness = Liveness.ALIVE;
        }
        if (stalledNs + unreachableNs - intervalNs >= Math.max(unreachableDeadAfterNs, stalledDeadAfterNs)) {
            silence = stalledNs > unreachableNs ? Silence.STALLED : Silence.UNREACHABLE;
            liveness = Liveness.DEAD;
        }
    }

    /**
     * Returns the time from the last look until a partner that stays unreachable gets a worse verdict.
     *
     * @return nanoseconds, at least 1. If this is less than an interval, look again after it.
     */
    public long untilVerdictNs() {
        final long nextNs = unreachableNs < suspectAfterNs ? suspectAfterNs : unreachableDeadAfterNs;
        return Math.max(1, nextNs - unreachableNs);
    }

    /**
     * Returns in which way the partner is silent.
     *
     * @return the reason of the last verdict; NONE while it is ALIVE.
     */
    public Silence silence() {
        return silence;
    }

    /**
     * Returns how often this node itself was stopped for too long.
     *
     * @return the number of stalls of this node whose time beyond the interval was not counted.
     */
    public long ownStalls() {
        return ownStalls;
    }

    @Override
    public String toString() {
        return liveness + " after " + unreachableNs + " ns unreachable and " + stalledNs + " ns stalled";
    }
}
