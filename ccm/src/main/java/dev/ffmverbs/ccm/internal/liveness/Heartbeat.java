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
 * <p>Used by one thread, which calls {@link #advance} repeatedly. It never blocks and allocates nothing.
 */
public final class Heartbeat {

    /** The result of a call of {@link #advance}. */
    public enum Beat {

        /** Nothing is due. */
        IDLE,

        /** A READ is outstanding. */
        PENDING,

        /** A READ delivered a complete record of the incarnation agreed on. {@link #counter} is up to date. */
        HEARD,

        /**
         * The READs of a whole interval delivered only torn records. The partner is reached, and nothing more is known.
         */
        TORN,

        /** Like HEARD, and the partner says that it is leaving. */
        LEAVING,

        /** A READ delivered a complete record of another incarnation: the partner has restarted. */
        RESTARTED,

        /** A READ failed or was abandoned. This connection can no longer be used. */
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

    /**
     * How long the READ has been outstanding while this node ran. Pauses of this node do not count towards the time
     * limit.
     */
    private long waitedNs;
    private boolean outstanding;
    private boolean leaving;
    private int tornReads;
    private long counter;
    private BootPhase phase;
    private WorkCompletionStatus failure;

    /**
     * Creates a heartbeat whose first READ is due one interval from now.
     *
     * @param memory     the partner's memory, over a connection on which the handshake is complete.
     * @param bootId     the partner's boot id, as agreed on.
     * @param generation the partner's generation, as agreed on.
     * @param statistics receives every READ.
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
     * Issues a READ if one is due, and takes what the outstanding one delivered.
     *
     * @return the result.
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
     * Counts the intervals that have ended without a READ. If this node looked during an interval and something else
     * was still outstanding, the partner left that beat unanswered. If this node never looked, it was late itself.
     * READs are due in steps of the interval, so that a late one does not shift those after it.
     *
     * <p>Call this at every turn at which {@link #advance} is not called: while a WRITE is outstanding, and while a
     * session has no connection.
     *
     * @return the present time, in nanoseconds.
     */
    public long look() {
        final long nowNs = clock.getAsLong();
        final long ended = (nowNs - dueNs) / intervalNs;
        if (ended > 0) {
            if (!leaving) {
                final long looked = lookedNs - dueNs >= 0 ? 1 : 0;
                statistics.addUnanswered(looked);
                statistics.addLate(ended - looked);
            }
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
        if (!leaving) {
            statistics.addUnanswered(1);
        }
        return Beat.FAILED;
    }

    /**
     * Stops counting READs that are unanswered or late. A partner that has seen that this node leaves ends the
     * connection, and with it the READ that is outstanding.
     */
    public void leave() {
        leaving = true;
    }

    /**
     * Whether a READ is outstanding, so that no other operation may begin.
     *
     * @return true from its issue to its completion.
     */
    public boolean isOutstanding() {
        return outstanding;
    }

    /**
     * Returns the partner's heartbeat counter as last heard.
     *
     * @return the counter; meaningful once {@link #advance} has returned {@link Beat#HEARD}.
     */
    public long counter() {
        return counter;
    }

    /**
     * Returns how far the partner has booted, as last heard.
     *
     * @return the phase, or null if this layout version has none with that number.
     */
    public BootPhase phase() {
        return phase;
    }

    /**
     * Returns why the READ failed.
     *
     * @return what the fabric reported; null if the READ was abandoned because it did not complete.
     */
    public WorkCompletionStatus failure() {
        return failure;
    }

    /**
     * Whether the READ failed because the partner has ended the connection or this node's access to its memory, rather
     * than because nothing of it gets through.
     *
     * @return false if no READ has failed, or if the partner may still be connected.
     */
    public boolean hasPartnerEndedAccess() {
        return failure == WorkCompletionStatus.WORK_REQUEST_FLUSHED
            || failure == WorkCompletionStatus.REMOTE_ACCESS_ERROR;
    }

    /**
     * Returns when {@link #advance} has something to do again, unless a READ is outstanding.
     *
     * @return time of the next READ, in nanoseconds.
     */
    public long dueNs() {
        return dueNs;
    }

    @Override
    public String toString() {
        return "Heartbeat[counter=" + counter + ", phase=" + phase + ", outstanding=" + outstanding
            + ", failure=" + failure + "]";
    }
}
