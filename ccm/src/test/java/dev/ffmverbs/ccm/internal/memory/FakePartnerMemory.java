// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** A partner's memory in this process, with faults at chosen operations. Operations are numbered from 1. */
public final class FakePartnerMemory implements PartnerMemory {

    public static final long STATUS_ADDRESS = 0x1000;
    public static final long MAILBOX_ADDRESS = 0x2000;

    private final MemorySegment statusMemory = allocate(BootStatusVariable.LENGTH_BYTES);
    private final MemorySegment delivered = allocate(BootStatusVariable.LENGTH_BYTES);
    private final MemorySegment source = allocate(MailboxSlot.LONGEST_RECORD_BYTES);
    private final Mailbox mailbox = new Mailbox(
        allocate(Mailbox.LENGTH_BYTES), allocate(MailboxSlot.LONGEST_RECORD_BYTES));
    private final BootStatusView view = new BootStatusView(delivered);
    private final MailboxRecord record = new MailboxRecord(source);
    private final Map<Integer, WorkCompletionStatus> failures = new HashMap<>();
    private final Map<Integer, Runnable> before = new HashMap<>();
    private final Map<Integer, Runnable> afterDelivery = new HashMap<>();
    private BootStatusVariable status;
    private BootId bootId;
    private int lost;
    private int operations;
    private WorkCompletionStatus completion;

    public FakePartnerMemory() {
        reboot();
    }

    private static MemorySegment allocate(final long bytes) {
        return Arena.ofAuto().allocate(bytes, 64);
    }

    /** Restarts the partner with another boot id. */
    public void reboot() {
        bootId = BootId.random();
        status = new BootStatusVariable(statusMemory, bootId, 1);
        status.publish(BootPhase.ACTIVE, 1);
    }

    /** Makes operation number n complete with an error. */
    public void fail(final int operation, final WorkCompletionStatus failure) {
        failures.put(operation, failure);
    }

    /** Keeps operation number n from ever completing. */
    public void lose(final int operation) {
        lost = operation;
    }

    /** Makes something happen just before operation number n takes place. */
    public void before(final int operation, final Runnable action) {
        before.put(operation, action);
    }

    /** Changes in transit what READ number n delivers. */
    public void damage(final int operation, final Runnable action) {
        afterDelivery.put(operation, action);
    }

    private void operate(final Runnable effect) {
        operations++;
        before.getOrDefault(operations, () -> { }).run();
        completion = failures.getOrDefault(operations, WorkCompletionStatus.SUCCESS);
        if (operations == lost) {
            completion = null;
        } else if (completion == WorkCompletionStatus.SUCCESS) {
            effect.run();
            afterDelivery.getOrDefault(operations, () -> { }).run();
        }
    }

    @Override
    public void readStatus() {
        operate(() -> delivered.copyFrom(statusMemory));
    }

    @Override
    public void write(final MailboxSlot slot) {
        operate(() -> MemorySegment.copy(
            source, 0, mailbox.memory(), slot.offsetBytes(), slot.recordBytes()));
    }

    @Override
    public WorkCompletionStatus poll() {
        final WorkCompletionStatus polled = completion;
        completion = null;
        return polled;
    }

    @Override
    public BootStatusView status() {
        return view;
    }

    @Override
    public MailboxRecord record() {
        return record;
    }

    @Override
    public long statusAddress() {
        return STATUS_ADDRESS;
    }

    @Override
    public long mailboxAddress() {
        return MAILBOX_ADDRESS;
    }

    public int operations() {
        return operations;
    }

    public BootId bootId() {
        return bootId;
    }

    public BootStatusVariable statusBlock() {
        return status;
    }

    public Mailbox mailbox() {
        return mailbox;
    }

    /** Returns what the last READ delivered, so that it can be damaged. */
    public MemorySegment delivered() {
        return delivered;
    }
}
