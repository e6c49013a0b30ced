// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import dev.ffmverbs.ccm.value.HeartbeatSummary;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts heartbeats and records how long their READs took, with a precision of 1 %.
 *
 * <p>One thread records, without waiting or allocating. Any thread may ask for a summary.
 */
public final class HeartbeatStatistics {

    private static final double MEDIAN = 50.0;
    private static final double P99 = 99.0;
    private static final double P999 = 99.9;

    private static final VarHandle UNANSWERED = counter("unanswered");
    private static final VarHandle LATE = counter("late");
    private static final VarHandle TORN = counter("torn");

    private final HeartbeatRecording recording;
    private final LatencyHistogram readTimes = new LatencyHistogram();

    @SuppressWarnings("unused")
    private long unanswered;

    @SuppressWarnings("unused")
    private long late;

    @SuppressWarnings("unused")
    private long torn;

    /**
     * Creates empty statistics.
     *
     * @param node    name of this node, for the events of Flight Recorder.
     * @param partner name of the partner.
     */
    public HeartbeatStatistics(final String node, final String partner) {
        this.recording = new HeartbeatRecording(node, partner);
    }

    private static VarHandle counter(final String name) {
        try {
            return MethodHandles.lookup().findVarHandle(HeartbeatStatistics.class, name, long.class)
                .withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    void addBeat(final long readNs) {
        readTimes.record(readNs);
        recording.recordBeat(readNs);
    }

    /** Counts intervals in which the partner was asked or could not be reached, and no answer arrived. */
    void addUnanswered(final long intervals) {
        if (intervals > 0) {
            final long total = (long) UNANSWERED.getOpaque(this) + intervals;
            UNANSWERED.setOpaque(this, total);
            recording.recordUnanswered(intervals, total);
        }
    }

    /**
     * Counts intervals in which this node did not ask, because it was late itself. They say nothing about the partner.
     */
    void addLate(final long intervals) {
        if (intervals > 0) {
            final long total = (long) LATE.getOpaque(this) + intervals;
            LATE.setOpaque(this, total);
            recording.recordLate(intervals, total);
        }
    }

    void addTorn() {
        TORN.setOpaque(this, (long) TORN.getOpaque(this) + 1);
    }

    /**
     * Returns everything so far.
     *
     * @return a snapshot.
     */
    public HeartbeatSummary summary() {
        return new HeartbeatSummary(readTimes.count(), (long) UNANSWERED.getOpaque(this),
            (long) LATE.getOpaque(this), (long) TORN.getOpaque(this), readTimes.percentileNs(MEDIAN),
            readTimes.percentileNs(P99), readTimes.percentileNs(P999), readTimes.longestNs());
    }
}
