// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.liveness;

import dev.ffmverbs.ccm.events.HeartbeatEvent;
import dev.ffmverbs.ccm.events.HeartbeatMissEvent;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import jdk.jfr.FlightRecorder;
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

    /**
     * Tell whether such events are recorded, so that none is made when they are not. To be asked only where there is a
     * recorder: the first event of a JVM loads the recorder's metadata.
     */
    private static final class Recorded {
        private static final HeartbeatEvent HEARTBEATS = new HeartbeatEvent();
        private static final HeartbeatMissEvent MISSES = new HeartbeatMissEvent();
    }

    private final String node;
    private final String partner;
    private final SingleWriterRecorder recorder = new SingleWriterRecorder(LONGEST_NS, SIGNIFICANT_DIGITS);
    private final Histogram total = new Histogram(LONGEST_NS, SIGNIFICANT_DIGITS);
    private Histogram interval;

    @SuppressWarnings("unused")
    private long missed;

    @SuppressWarnings("unused")
    private long torn;

    /**
     * Statistics of nothing yet.
     *
     * @param node    name of this node, for the events of Flight Recorder.
     * @param partner name of the partner.
     */
    public HeartbeatStatistics(final String node, final String partner) {
        this.node = node;
        this.partner = partner;
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
        if (FlightRecorder.isInitialized() && Recorded.HEARTBEATS.isEnabled()) {
            final HeartbeatEvent event = new HeartbeatEvent();
            event.node = node;
            event.partner = partner;
            event.readNs = readNs;
            event.commit();
        }
    }

    /**
     * Counts intervals that brought no heartbeat.
     *
     * @param intervals how many.
     */
    public void missed(final long intervals) {
        final long total = (long) MISSED.getOpaque(this) + intervals;
        MISSED.setOpaque(this, total);
        if (intervals > 0 && FlightRecorder.isInitialized() && Recorded.MISSES.isEnabled()) {
            final HeartbeatMissEvent event = new HeartbeatMissEvent();
            event.node = node;
            event.partner = partner;
            event.intervals = intervals;
            event.total = total;
            event.commit();
        }
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
