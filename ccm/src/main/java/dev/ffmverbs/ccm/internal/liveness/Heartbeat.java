// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.internal.memory.BootStatusView;
import dev.ffmverbs.ccm.internal.memory.PartnerMemory;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import java.util.function.LongSupplier;

/**
 * READs a partner's boot-status variable every interval, over one connection.
 *
 * <p>Used by one thread, which calls {@link #advance} again and again; it never blocks and allocates nothing.
 */
public final class Heartbeat {

    /** What a call of {@link #advance} has brought. */
    public enum Beat {

        /** Nothing is due. */
        IDLE,

        /** A READ is outstanding. */
        PENDING,

        /** A READ delivered a whole record of the incarnation agreed on: {@link #counter} is news. */
        HEARD,

        /** READs of a whole interval delivered torn records only: the partner is reached, and nothing more is known. */
        TORN,

        /** As HEARD, and the partner says that it is leaving. */
        LEAVING,

        /** A READ delivered a whole record of another incarnation: the partner restarted. */
        RESTARTED,

        /** A READ failed or was given up; this connection is of no more use. */
        FAILED
    }

    /** After this many torn records in one interval, the next READ waits for the next interval. */
    static final int TORN_READS_LIMIT = 4;

    private final PartnerMemory memory;
    private final BootId bootId;
    private final long generation;
    private final HeartbeatStatistics statistics;
    private final LongSupplier clock;
    private final long intervalNs;
    private final long timeoutNs;

    private long dueNs;
    private long lookedNs;
    private long issuedNs;

    /** For how long the READ has been outstanding while this node ran: the time limit is none for its own pauses. */
    private long waitedNs;
    private boolean outstanding;
    private int tornReads;
    private long counter;
    private BootPhase phase;
    private WorkCompletionStatus failure;

    /**
     * A heartbeat whose first READ is due one interval from now.
     *
     * @param memory     the partner's memory, over a connection on which the handshake is complete.
     * @param bootId     the partner's boot id, as agreed on.
     * @param generation the partner's generation, as agreed on.
     * @param statistics gets every READ.
     * @param clock      monotonic time in nanoseconds.
     * @param intervalNs time between two READs.
     * @param timeoutNs  time limit of a READ.
     */
    public Heartbeat(
        final PartnerMemory memory, final BootId bootId, final long generation, final HeartbeatStatistics statistics,
        final LongSupplier clock, final long intervalNs, final long timeoutNs) {
        this.memory = memory;
        this.bootId = bootId;
        this.generation = generation;
        this.statistics = statistics;
        this.clock = clock;
        this.intervalNs = intervalNs;
        this.timeoutNs = timeoutNs;
        this.lookedNs = clock.getAsLong();
        this.dueNs = lookedNs + intervalNs;
    }

    /**
     * Issues a READ when one is due, and takes what the outstanding one delivered.
     *
     * @return what it brought.
     */
    public Beat advance() {
        final long nowNs = look();
        if (!outstanding) {
            if (nowNs - dueNs < 0) {
                return Beat.IDLE;
            }
            dueNs += intervalNs;
            tornReads = 0;
            issue(nowNs);
        }
        final WorkCompletionStatus completion = memory.poll();
        if (completion == null) {
            return waitedNs > timeoutNs ? fail(null) : Beat.PENDING;
        }
        return completion == WorkCompletionStatus.SUCCESS ? examineRecord() : fail(completion);
    }

    /**
     * Counts the intervals that have ended without a READ of theirs. One in which this node looked, and something else
     * was still outstanding, is a beat the partner left unanswered; one in which this node never looked passed because
     * it was late itself. READs are due in steps of the interval, so that late ones do not shift those behind them.
     *
     * <p>To be called at every turn at which {@link #advance} is not: while a WRITE is outstanding, and while there is
     * no connection in a session.
     *
     * @return present time, in nanoseconds.
     */
    public long look() {
        final long nowNs = clock.getAsLong();
        final long ended = (nowNs - dueNs) / intervalNs;
        if (ended > 0) {
            final long looked = lookedNs - dueNs >= 0 ? 1 : 0;
            statistics.addUnanswered(looked);
            statistics.addLate(ended - looked);
            dueNs += ended * intervalNs;
        }
        waitedNs += Math.min(nowNs - lookedNs, intervalNs);
        lookedNs = nowNs;
        return nowNs;
    }

    private void issue(final long nowNs) {
        issuedNs = nowNs;
        waitedNs = 0;
        outstanding = true;
        memory.readStatus();
    }

    private Beat examineRecord() {
        final BootStatusView status = memory.status();
        return switch (status.examine()) {
            case VALID -> acceptRecord(status);
            case TORN -> handleTornRecord();
            case ABSENT, WRONG_LAYOUT_VERSION -> Beat.RESTARTED;
        };
    }

    private Beat acceptRecord(final BootStatusView status) {
        outstanding = false;
        if (!status.isOf(bootId, generation)) {
            return Beat.RESTARTED;
        }
        statistics.addBeat(clock.getAsLong() - issuedNs);
        counter = status.heartbeat();
        phase = status.bootPhase();
        return status.bootPhase() == BootPhase.LEAVING ? Beat.LEAVING : Beat.HEARD;
    }

    private Beat handleTornRecord() {
        statistics.addTorn();
        tornReads++;
        if (tornReads < TORN_READS_LIMIT) {
            issue(clock.getAsLong());
            return Beat.PENDING;
        }
        outstanding = false;
        statistics.addUnanswered(1);
        return Beat.TORN;
    }

    private Beat fail(final WorkCompletionStatus completion) {
        failure = completion;
        statistics.addUnanswered(1);
        return Beat.FAILED;
    }

    /**
     * Whether a READ is outstanding, so that no other operation may be begun.
     *
     * @return true from its issue to its completion.
     */
    public boolean isOutstanding() {
        return outstanding;
    }

    /**
     * The partner's heartbeat counter as last heard.
     *
     * @return the counter; meaningful once {@link #advance} returned {@link Beat#HEARD}.
     */
    public long counter() {
        return counter;
    }

    /**
     * How far the partner has booted, as last heard.
     *
     * @return the phase, or null when this layout version knows none of that number.
     */
    public BootPhase phase() {
        return phase;
    }

    /**
     * Why the READ failed.
     *
     * @return what the fabric reported; null when the READ was given up for want of a completion.
     */
    public WorkCompletionStatus failure() {
        return failure;
    }

    /**
     * When {@link #advance} has something to do again, unless a READ is outstanding.
     *
     * @return time of the next READ, in nanoseconds.
     */
    public long dueNs() {
        return dueNs;
    }
}
