// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.handshake;

import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.BootStatusView;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.internal.memory.PartnerMemory;
import dev.ffmverbs.ccm.internal.memory.RecordCondition;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.HandshakeStep;
import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.Incarnation;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * One attempt at the handshake, over one connection: R1, W1, R2, W2.
 *
 * <p>{@link #advance} is called until it returns something other than {@link Progress#PENDING}. It never blocks. The
 * object is used once, by one thread.
 */
public final class Handshake {

    /** Says how far an attempt has got. */
    public enum Progress {

        /** An operation is outstanding. */
        PENDING,

        /** All four steps succeeded. */
        COMPLETE,

        /** A step failed, and nothing more is issued. {@link #outcome} says why. */
        FAILED
    }

    /** A record that is torn this many times in a row is damaged rather than being written. */
    static final int TORN_READS_LIMIT = 16;

    private static final HandshakeStep[] STEPS = HandshakeStep.values();

    private final PartnerMemory memory;
    private final Path path;
    private final Parties parties;
    private final HandshakeTrace trace;
    private final LongSupplier clock;
    private final long stepTimeoutNs;
    private final long[] stepNs = new long[STEPS.length];

    private HandshakeStep step;
    private long firstIssuedNs;
    private long issuedNs;
    private int tornReads;
    private BootId partnerBootId;
    private long partnerGeneration;
    private AttemptOutcome outcome;
    private String detail = "";

    /**
     * The connection an attempt runs over, for its trace.
     *
     * @param attempt number of the attempt to reach the partner, from 1.
     * @param local   this node's address and port.
     * @param remote  the partner's address and port.
     */
    public record Path(int attempt, InetSocketAddress local, InetSocketAddress remote) {
    }

    /**
     * The two parties of a handshake.
     *
     * @param self         this node's side of the session.
     * @param phase        how far this node has booted.
     * @param partnerEpoch the partner's epoch, from its acceptance of the connection.
     * @param proof        proof for that incarnation of the partner, in HELLO, that this node has the shared secret.
     */
    public record Parties(Incarnation self, BootPhase phase, long partnerEpoch, Function<BootId, byte[]> proof) {
    }

    /**
     * Creates an attempt that has issued nothing yet.
     *
     * @param memory        the partner's memory, over a fresh connection.
     * @param path          describes that connection.
     * @param parties       the two parties.
     * @param trace         receives every operation.
     * @param clock         monotonic time in nanoseconds.
     * @param stepTimeoutNs time limit of each operation, in nanoseconds.
     */
    public Handshake(
        final PartnerMemory memory, final Path path, final Parties parties, final HandshakeTrace trace,
        final LongSupplier clock, final long stepTimeoutNs) {
        this.memory = memory;
        this.path = path;
        this.parties = parties;
        this.trace = trace;
        this.clock = clock;
        this.stepTimeoutNs = stepTimeoutNs;
    }

    /**
     * Issues the next operation if the previous one has succeeded.
     *
     * @return how far the attempt has got.
     */
    public Progress advance() {
        if (step == null) {
            issue(HandshakeStep.R1);
            firstIssuedNs = issuedNs;
        }
        while (outcome == null) {
            final WorkCompletionStatus completion = memory.poll();
            if (completion == null) {
                if (clock.getAsLong() - issuedNs > stepTimeoutNs) {
                    fail(null, AttemptOutcome.TIMED_OUT, "no completion within " + stepTimeoutNs / 1_000_000 + " ms");
                    break;
                }
                return Progress.PENDING;
            }
            handleCompletion(completion);
        }
        return outcome == AttemptOutcome.OK ? Progress.COMPLETE : Progress.FAILED;
    }

    private void issue(final HandshakeStep next) {
        step = next;
        if (next.isRead()) {
            issuedNs = clock.getAsLong();
            memory.readStatus();
        } else {
            final MailboxSlot slot = slotOf(next);
            if (slot == MailboxSlot.HELLO) {
                memory.record().payload(slot).copyFrom(MemorySegment.ofArray(parties.proof().apply(partnerBootId)));
            }
            memory.record().write(slot, path.attempt(), parties.self(),
                new Incarnation(partnerBootId, parties.partnerEpoch()), parties.phase());
            issuedNs = clock.getAsLong();
            memory.write(slot);
        }
    }

    private void handleCompletion(final WorkCompletionStatus completion) {
        if (completion != WorkCompletionStatus.SUCCESS) {
            fail(completion, AttemptOutcome.OPERATION_FAILED, "the fabric reported " + completion);
        } else if (step.isRead()) {
            judge(completion, memory.status());
        } else {
            succeed(completion);
        }
    }

    private void judge(final WorkCompletionStatus completion, final BootStatusView status) {
        final RecordCondition condition = status.examine();
        switch (condition) {
            case ABSENT -> fail(completion, AttemptOutcome.STATUS_ABSENT, "no magic number there");
            case WRONG_LAYOUT_VERSION -> fail(completion, AttemptOutcome.WRONG_LAYOUT_VERSION,
                "the boot-status variable has layout version " + Integer.toUnsignedString(status.layoutVersion())
                    + ", this node has " + BootStatusVariable.LAYOUT_VERSION);
            case TORN -> readAgain(completion);
            case VALID -> judgeContents(completion, status);
        }
    }

    private void readAgain(final WorkCompletionStatus completion) {
        tornReads++;
        if (tornReads == TORN_READS_LIMIT) {
            fail(completion, AttemptOutcome.STATUS_TORN, tornReads + " times in a row");
        } else {
            record(completion, AttemptOutcome.STATUS_TORN);
            issue(step);
        }
    }

    private void judgeContents(final WorkCompletionStatus completion, final BootStatusView status) {
        tornReads = 0;
        if (step == HandshakeStep.R1) {
            partnerBootId = status.bootId();
            partnerGeneration = status.generation();
        }
        if (!status.isOf(partnerBootId, partnerGeneration)) {
            fail(completion, AttemptOutcome.PARTNER_RESTARTED,
                "it was " + partnerBootId + " and is " + status.bootId());
        } else if (status.bootPhase() == BootPhase.LEAVING) {
            fail(completion, AttemptOutcome.PARTNER_LEAVING, "its boot phase is LEAVING");
        } else {
            succeed(completion);
        }
    }

    private void succeed(final WorkCompletionStatus completion) {
        stepNs[step.ordinal()] = record(completion, AttemptOutcome.OK);
        if (step == HandshakeStep.W2) {
            outcome = AttemptOutcome.OK;
        } else {
            issue(STEPS[step.ordinal() + 1]);
        }
    }

    private void fail(final WorkCompletionStatus completion, final AttemptOutcome why, final String facts) {
        record(completion, why);
        outcome = why;
        detail = step + " (" + step.purpose() + "): " + why.words() + ": " + facts;
    }

    private long record(final WorkCompletionStatus completion, final AttemptOutcome why) {
        final long durationNs = clock.getAsLong() - issuedNs;
        trace.add(new TraceEntry(path.attempt(), step, issuedNs, durationNs, path.local(), path.remote(),
            step.isRead() ? memory.statusAddress() : memory.mailboxAddress() + slotOf(step).offsetBytes(),
            step.isRead() ? BootStatusVariable.LENGTH_BYTES : slotOf(step).recordBytes(), completion, why));
        return durationNs;
    }

    private static MailboxSlot slotOf(final HandshakeStep step) {
        return step == HandshakeStep.W1 ? MailboxSlot.HELLO : MailboxSlot.ESTABLISHED;
    }

    /**
     * Returns when the outstanding operation is abandoned.
     *
     * @return the time from which {@link #advance} fails unless the operation has completed, in nanoseconds.
     */
    public long deadlineNs() {
        return issuedNs + stepTimeoutNs + 1;
    }

    /**
     * Returns the incarnation of the partner that the first READ delivered.
     *
     * @return its boot id; null until the first READ has delivered a complete record.
     */
    public BootId partnerBootId() {
        return partnerBootId;
    }

    /**
     * Returns the generation that the first READ delivered.
     *
     * @return the partner's generation; 0 until {@link #partnerBootId} is known.
     */
    public long partnerGeneration() {
        return partnerGeneration;
    }

    /**
     * Returns how the attempt ended.
     *
     * @return the outcome; null while the attempt is pending.
     */
    public AttemptOutcome outcome() {
        return outcome;
    }

    /**
     * Returns why the attempt failed, with all facts.
     *
     * @return which step failed and how; empty unless it failed.
     */
    public String detail() {
        return detail;
    }

    /**
     * Returns how long the steps took.
     *
     * @param attempts attempts to reach the partner, including this one.
     * @return the times; those of steps that did not succeed are 0.
     */
    public HandshakeTimes times(final int attempts) {
        final long lastNs = stepNs[HandshakeStep.W2.ordinal()];
        final long totalNs = outcome == AttemptOutcome.OK ? issuedNs + lastNs - firstIssuedNs : 0;
        return new HandshakeTimes(stepNs[0], stepNs[1], stepNs[2], lastNs, totalNs, attempts);
    }

    @Override
    public String toString() {
        return "Handshake over " + path + ": " + (outcome == null ? "step " + step : outcome + " " + detail);
    }
}
