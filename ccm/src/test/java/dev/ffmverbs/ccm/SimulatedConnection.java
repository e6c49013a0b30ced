// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.SimulatedCluster.Node;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.value.BootId;
import java.lang.foreign.MemorySegment;

/** A connection from one process to another. It reaches the memory of that process, and not of a later one. */
final class SimulatedConnection extends SimulatedLink {
    private final SimulatedCluster cluster;
    private final Node owner;
    private final Node target;
    private final int path;
    private final BootId ownerBootId;
    private final BootStatusVariable targetStatus;
    private boolean broken;
    private WorkCompletionStatus completion;

    SimulatedConnection(
        final SimulatedCluster cluster, final Node owner, final Node target, final int path, final long epoch) {
        super(owner.address, target.address, epoch);
        this.cluster = cluster;
        this.owner = owner;
        this.target = target;
        this.path = path;
        this.ownerBootId = owner.bootId;
        this.targetStatus = target.status;
    }

    private void operate(final Runnable effect) {
        if (cluster.partitioned || cluster.pathsDown[path] || cluster.random.nextDouble() < cluster.lostShare) {
            completion = null;
        } else if (broken) {
            completion = WorkCompletionStatus.RETRY_EXCEEDED;
            owner.wakeUp();
        } else {
            effect.run();
            completion = WorkCompletionStatus.SUCCESS;
            owner.wakeUp();
        }
    }

    /** The process that has made the connection. */
    BootId ownerBootId() {
        return ownerBootId;
    }

    /** Ends the connection and notifies both sides. */
    void end() {
        broken = true;
        owner.wakeUp();
        target.wakeUp();
    }

    @Override
    public void readStatus() {
        operate(() -> delivered.copyFrom(targetStatus.memory()));
    }

    @Override
    public void write(final MailboxSlot slot) {
        if (cluster.slowToDeliver) {
            cluster.later.add(() -> deliver(slot));
        } else {
            deliver(slot);
        }
    }

    private void deliver(final MailboxSlot slot) {
        operate(() -> {
            MemorySegment.copy(source, 0, target.mailbox.memory(), slot.offsetBytes(), slot.recordBytes());
            if (hasNotifications() && !slot.isOfHandshake()) {
                target.wakeUp();
            }
        });
    }

    @Override
    public WorkCompletionStatus poll() {
        final WorkCompletionStatus polled = completion;
        completion = null;
        return polled;
    }

    @Override
    public boolean hasNotifications() {
        return owner.notifies && target.notifies;
    }

    @Override
    public boolean isBroken() {
        return broken;
    }

    @Override
    public void close() {
        end();
    }
}
