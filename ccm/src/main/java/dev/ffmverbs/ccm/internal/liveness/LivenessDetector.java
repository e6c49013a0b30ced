// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.Silence;

/**
 * Turns evidence about a partner into a verdict.
 *
 * <p>Two silences are measured, both in time during which this node was running: since the last READ that succeeded,
 * and over how long successful READs have shown the same counter.
 *
 * <p>A look is due an interval after the one before. Time until then counts, even if this node sleeps through it. A
 * look that comes later is late. Up to a tolerance the whole time counts all the same, since operating systems are
 * always a little late. Beyond it this node was stopped, and the time beyond the interval says nothing of the
 * partner. So a verdict comes within its threshold and one interval of running time, however long the interval. One
 * pause of this node never brings one: the tolerance is at most a third of the time until SUSPECT. A partner that is
 * stalled for a while and unreachable for a while is DEAD an interval after the longer threshold at the latest.
 *
 * <p>Used by one thread; allocates nothing.
 */
public final class LivenessDetector {

    /** One late look shall not be most of a suspicion. */
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
     * A detector that begins with a partner heard of just now.
     *
     * @param thresholds when to suspect and when to declare dead.
     * @param nowNs      present time, in nanoseconds of a monotonic clock.
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
     * A READ succeeded and delivered a whole record.
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
     * READs succeeded and delivered torn records only: the partner is reached, and its counter shows nothing new.
     *
     * @param nowNs present time.
     */
    public void noteTornRecord(final long nowNs) {
        noteCounter(nowNs, lastCounter);
    }

    /**
     * Looks at the clock and judges. To be called every interval or more often.
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
     * How long from the last look until a partner that stays unreachable gets a worse verdict.
     *
     * @return nanoseconds, at least 1: when to look again at the latest, if that is sooner than an interval.
     */
    public long untilVerdictNs() {
        final long nextNs = unreachableNs < suspectAfterNs ? suspectAfterNs : unreachableDeadAfterNs;
        return Math.max(1, nextNs - unreachableNs);
    }

    /**
     * In which way the partner is silent.
     *
     * @return the reason of the last verdict; NONE while it is ALIVE.
     */
    public Silence silence() {
        return silence;
    }

    /**
     * How often this node itself did not run for too long.
     *
     * @return stalls of this node, whose time beyond the interval was not counted.
     */
    public long ownStalls() {
        return ownStalls;
    }
}
