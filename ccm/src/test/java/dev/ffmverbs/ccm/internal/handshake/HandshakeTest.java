// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.internal.handshake.Handshake.Progress;
import dev.ffmverbs.ccm.internal.memory.FakePartnerMemory;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.HandshakeStep;
import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.Incarnation;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandshakeTest {

    private static final long STEP_TIMEOUT_NS = 1_000_000;
    private static final long PARTNER_EPOCH = 4;
    private static final int SEQUENCE_OFFSET = 0;
    private static final int VERSION_OFFSET = 12;
    private static final InetSocketAddress LOCAL = new InetSocketAddress("127.0.0.1", 40_001);
    private static final InetSocketAddress REMOTE = new InetSocketAddress("127.0.0.2", 7471);

    private final FakePartnerMemory memory = new FakePartnerMemory();
    private final Incarnation self = new Incarnation(BootId.random(), 2);
    private final HandshakeTrace trace = new HandshakeTrace(entry -> { });
    private long nowNs = 1_000;

    private Handshake attempt(final int number) {
        return new Handshake(memory, new Handshake.Path(number, LOCAL, REMOTE),
            new Handshake.Parties(self, BootPhase.BOOTING, PARTNER_EPOCH, bootId -> new byte[32]), trace,
            () -> nowNs++, STEP_TIMEOUT_NS);
    }

    private List<HandshakeStep> steps() {
        return trace.entries().stream().map(TraceEntry::step).toList();
    }

    private Incarnation partner() {
        return new Incarnation(memory.bootId(), PARTNER_EPOCH);
    }

    @Test
    void readsWritesReadsAndWrites() {
        final Handshake handshake = attempt(1);

        assertEquals(Progress.COMPLETE, handshake.advance());

        assertEquals(List.of(HandshakeStep.R1, HandshakeStep.W1, HandshakeStep.R2, HandshakeStep.W2), steps());
        assertEquals(4, memory.operations());
        assertEquals(memory.bootId(), handshake.partnerBootId());
        assertTrue(memory.mailbox().holds(MailboxSlot.HELLO, self, partner()));
        assertTrue(memory.mailbox().holds(MailboxSlot.ESTABLISHED, self, partner()));
    }

    @Test
    void tracesEveryOperationWithAddressesTimesAndStatus() {
        attempt(3).advance();

        final List<TraceEntry> entries = trace.entries();
        final TraceEntry read = entries.getFirst();
        assertEquals(3, read.attempt());
        assertEquals(LOCAL, read.local());
        assertEquals(REMOTE, read.remote());
        assertEquals(FakePartnerMemory.STATUS_ADDRESS, read.memoryAddress());
        assertEquals(64, read.lengthBytes());
        assertEquals(WorkCompletionStatus.SUCCESS, read.completion());
        assertEquals(FakePartnerMemory.MAILBOX_ADDRESS, entries.get(1).memoryAddress());
        assertEquals(FakePartnerMemory.STATUS_ADDRESS, entries.get(2).memoryAddress());
        assertEquals(FakePartnerMemory.MAILBOX_ADDRESS + 128, entries.get(3).memoryAddress());
        for (int i = 1; i < entries.size(); i++) {
            final TraceEntry before = entries.get(i - 1);
            assertTrue(entries.get(i).issuedNs() >= before.issuedNs() + before.durationNs(), "step " + i);
        }
    }

    @Test
    void failedReadLeavesNoWriteInTheTrace() {
        memory.fail(1, WorkCompletionStatus.RETRY_EXCEEDED);
        final Handshake handshake = attempt(1);

        assertEquals(Progress.FAILED, handshake.advance());

        assertEquals(List.of(HandshakeStep.R1), steps());
        assertEquals(1, memory.operations());
        assertEquals(AttemptOutcome.OPERATION_FAILED, handshake.outcome());
        assertTrue(handshake.detail().contains("R1") && handshake.detail().contains("RETRY_EXCEEDED"),
            handshake.detail());
    }

    @ParameterizedTest
    @EnumSource
    void issuesNothingAfterAFailedStep(final HandshakeStep step) {
        final int number = step.ordinal() + 1;
        memory.fail(number, WorkCompletionStatus.REMOTE_ACCESS_ERROR);
        final Handshake handshake = attempt(1);

        assertEquals(Progress.FAILED, handshake.advance());
        assertEquals(Progress.FAILED, handshake.advance());

        assertEquals(List.of(HandshakeStep.values()).subList(0, number), steps());
        assertEquals(number, memory.operations());
        assertFalse(trace.entries().getLast().isSuccessful());
    }

    @ParameterizedTest
    @EnumSource
    void abandonsAStepThatDoesNotCompleteInTime(final HandshakeStep step) {
        final int number = step.ordinal() + 1;
        memory.lose(number);
        final Handshake handshake = attempt(1);

        assertEquals(Progress.PENDING, handshake.advance());
        nowNs += STEP_TIMEOUT_NS;
        assertEquals(Progress.FAILED, handshake.advance());

        assertEquals(AttemptOutcome.TIMED_OUT, handshake.outcome());
        assertEquals(List.of(HandshakeStep.values()).subList(0, number), steps());
        assertNull(trace.entries().getLast().completion());
    }

    @Test
    void restartsAtTheFirstReadWhenThePartnerRebootsInBetween() {
        memory.before(3, memory::reboot);
        final BootId former = memory.bootId();
        final Handshake interrupted = attempt(1);

        assertEquals(Progress.FAILED, interrupted.advance());
        assertEquals(AttemptOutcome.PARTNER_RESTARTED, interrupted.outcome());
        assertFalse(memory.mailbox().holds(MailboxSlot.ESTABLISHED, self, new Incarnation(former, PARTNER_EPOCH)));
        final Handshake next = attempt(2);
        assertEquals(Progress.COMPLETE, next.advance());

        assertEquals(List.of(HandshakeStep.R1, HandshakeStep.W1, HandshakeStep.R2,
            HandshakeStep.R1, HandshakeStep.W1, HandshakeStep.R2, HandshakeStep.W2), steps());
        assertEquals(memory.bootId(), next.partnerBootId());
        assertTrue(memory.mailbox().holds(MailboxSlot.ESTABLISHED, self, partner()));
    }

    @Test
    void readsATornRecordAgain() {
        memory.damage(1, () -> memory.delivered().set(ValueLayout.JAVA_LONG, SEQUENCE_OFFSET, 1));

        assertEquals(Progress.COMPLETE, attempt(1).advance());

        assertEquals(List.of(AttemptOutcome.STATUS_TORN, AttemptOutcome.OK, AttemptOutcome.OK, AttemptOutcome.OK,
            AttemptOutcome.OK), trace.entries().stream().map(TraceEntry::outcome).toList());
    }

    @Test
    void givesUpOnARecordThatStaysTornWithoutWriting() {
        IntStream.rangeClosed(1, Handshake.TORN_READS_LIMIT).forEach(operation ->
            memory.damage(operation, () -> memory.delivered().set(ValueLayout.JAVA_LONG, SEQUENCE_OFFSET, 1)));
        final Handshake handshake = attempt(1);

        assertEquals(Progress.FAILED, handshake.advance());

        assertEquals(AttemptOutcome.STATUS_TORN, handshake.outcome());
        assertEquals(Handshake.TORN_READS_LIMIT, memory.operations());
    }

    @Test
    void namesBothLayoutVersionsWhenTheyDiffer() {
        memory.damage(1, () -> memory.delivered().set(ValueLayout.JAVA_INT, VERSION_OFFSET, 2));
        final Handshake handshake = attempt(1);

        assertEquals(Progress.FAILED, handshake.advance());

        assertEquals(AttemptOutcome.WRONG_LAYOUT_VERSION, handshake.outcome());
        assertTrue(handshake.detail().endsWith("the boot-status variable has layout version 2, this node has 1"),
            handshake.detail());
        assertEquals(AttemptOutcome.Retry.SLOWLY, handshake.outcome().retry());
    }

    @Test
    void doesNotWriteToAPartnerThatLeaves() {
        memory.statusBlock().publish(BootPhase.LEAVING, 2);
        final Handshake handshake = attempt(1);

        assertEquals(Progress.FAILED, handshake.advance());

        assertEquals(AttemptOutcome.PARTNER_LEAVING, handshake.outcome());
        assertEquals(1, memory.operations());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LEAVING")
    void completesHoweverFarThePartnerHasBooted(final BootPhase phase) {
        memory.statusBlock().publish(phase, 2);

        assertEquals(Progress.COMPLETE, attempt(1).advance());
    }

    @Test
    void timesEveryStepAndTheWhole() {
        final Handshake handshake = attempt(1);
        handshake.advance();

        final HandshakeTimes times = handshake.times(5);

        assertEquals(5, times.attempts());
        long sumNs = 0;
        for (final HandshakeStep step : HandshakeStep.values()) {
            assertTrue(times.ofStep(step) > 0, step.name());
            sumNs += times.ofStep(step);
        }
        assertTrue(times.totalNs() >= sumNs, times.toString());
    }
}
