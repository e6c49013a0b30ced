// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.liveness;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Counts heartbeats and records how long their READs took, to 1 % of the value.
 *
 * <p>One thread records, without waiting and without allocating; any thread may ask for a summary.
 */
public final class HeartbeatStatistics {

    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(1);
    private static final int SIGNIFICANT_DIGITS = 2;
    private static final double MEDIAN = 50.0;
    private static final double P99 = 99.0;
    private static final double P999 = 99.9;

    private static final VarHandle MISSED = counter("missed");
    private static final VarHandle TORN = counter("torn");

    private final SingleWriterRecorder recorder = new SingleWriterRecorder(LONGEST_NS, SIGNIFICANT_DIGITS);
    private final Histogram total = new Histogram(LONGEST_NS, SIGNIFICANT_DIGITS);
    private Histogram interval;

    @SuppressWarnings("unused")
    private long missed;

    @SuppressWarnings("unused")
    private long torn;

    /** Statistics of nothing yet. */
    public HeartbeatStatistics() {
        // nothing to set: the counters begin at 0
    }

    private static VarHandle counter(final String name) {
        try {
            return MethodHandles.lookup().findVarHandle(HeartbeatStatistics.class, name, long.class)
                .withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    void beat(final long readNs) {
        recorder.recordValue(Math.min(readNs, LONGEST_NS));
    }

    /**
     * Counts intervals that brought no heartbeat.
     *
     * @param intervals how many.
     */
    public void missed(final long intervals) {
        MISSED.setOpaque(this, (long) MISSED.getOpaque(this) + intervals);
    }

    void torn() {
        TORN.setOpaque(this, (long) TORN.getOpaque(this) + 1);
    }

    /**
     * Everything so far.
     *
     * @return a snapshot.
     */
    public synchronized HeartbeatSummary summary() {
        interval = recorder.getIntervalHistogram(interval);
        total.add(interval);
        return new HeartbeatSummary(total.getTotalCount(), (long) MISSED.getOpaque(this), (long) TORN.getOpaque(this),
            total.getValueAtPercentile(MEDIAN), total.getValueAtPercentile(P99), total.getValueAtPercentile(P999),
            total.getMaxValue());
    }
}
