// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.faults.FaultSettings.Partition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that the attributes of a queue pair show whether its send queue is still being drained. */
class DrainingTest {

    @AfterEach
    void heal() {
        SoftDevices.heal();
    }

    @Test
    void theSendQueueIsDrainingUntilThePeerHasAnswered() {
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
            from.connect(to);
            to.connect(from);
            SoftRoceDevices.injectFaults(SoftDevices.LEFT, FaultSettings.NONE.withPartition(Partition.OUTGOING));
            from.post(SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 8)
                .write(to.memory.iova(), to.memory.rkey()));
            assertFalse(from.queuePair.query().isDraining(), "not asked to drain");

            from.queuePair.modify(new QueuePairAttributes().state(QueuePairState.SEND_QUEUE_DRAIN));
            assertTrue(from.queuePair.query().isDraining());

            SoftDevices.heal();
            from.poll(1);
            assertEquals(WorkCompletionStatus.SUCCESS, from.completions.status(0));
            assertFalse(from.queuePair.query().isDraining());
        }
    }
}
