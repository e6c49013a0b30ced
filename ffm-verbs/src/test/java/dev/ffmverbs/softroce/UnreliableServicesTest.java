// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Access;
import dev.ffmverbs.AddressHandle;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Gid;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.QueuePairType;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Unreliable services between open devices: what they allocate, and what injected faults do to them. */
class UnreliableServicesTest {

    private static final int QUEUE_KEY = 5;
    private static final int BYTES = 512;
    private static final int WARM_UP = 20_000;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    /** Long enough to receive what was sent in most runs. */
    private static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(200);

    /** One queue pair, alone on its device. */
    private static final class End implements AutoCloseable {
        final Context context;
        final ProtectionDomain domain;
        final CompletionQueue queue;
        final MemoryRegion memory;
        final QueuePair queuePair;
        final Gid gid;
        final WorkCompletions completions = WorkCompletions.allocate(16);
        private AddressHandle handle;

        End(final String device, final QueuePairType type) {
            context = Verbs.open(device);
            domain = context.allocateProtectionDomain();
            queue = context.createCompletionQueue(256);
            memory = domain.allocate(BYTES, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            queuePair = domain.createQueuePair((type == QueuePairType.UNRELIABLE_DATAGRAM
                ? QueuePairConfiguration.unreliableDatagram(queue)
                : QueuePairConfiguration.unreliableConnection(queue)).withSendRequests(64).withReceiveRequests(64));
            gid = context.gid(1, 1).orElseThrow().gid();
        }

        void connect(final End peer) {
            final QueuePairAttributes init = new QueuePairAttributes().state(QueuePairState.INIT).port(1)
                .partitionKeyIndex(0);
            final QueuePairAttributes receive = new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE);
            if (sendsDatagrams()) {
                init.queueKey(QUEUE_KEY);
                handle = domain.createAddressHandle(peer.gid, 1, 1);
            } else {
                init.access(Access.REMOTE_WRITE);
                receive.pathMtu(PathMtu.MTU_1024).destination(peer.gid, 1, 1)
                    .destinationQueuePair(peer.queuePair.number()).receivePacketSequenceNumber(0);
            }
            queuePair.modify(init);
            queuePair.modify(receive);
            queuePair.modify(
                new QueuePairAttributes().state(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(0));
        }

        boolean sendsDatagrams() {
            return queuePair.configuration().type() == QueuePairType.UNRELIABLE_DATAGRAM;
        }

        SendRequest send(final End peer) {
            final SendRequest send = SendRequest.allocate(1).send().signal(true).localMemory(memory, 0, 64);
            return sendsDatagrams() ? send.to(handle, peer.queuePair.number(), QUEUE_KEY) : send;
        }

        void poll() {
            final long startNs = System.nanoTime();
            while (queue.poll(completions) == 0) {
                assertTrue(System.nanoTime() - startNs < PATIENCE_NS, "no completion within 20 s");
            }
            if (!completions.isSuccess(0)) {
                throw new AssertionError(completions.describe(0));
            }
        }

        /** Returns how many completions come within a while. */
        int count() {
            int count = 0;
            final long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < QUIET_NS) {
                count += queue.poll(completions);
            }
            return count;
        }

        @Override
        public void close() {
            queuePair.close();
            if (handle != null) {
                handle.close();
            }
            memory.close();
            queue.close();
            domain.close();
            context.close();
        }
    }

    @AfterEach
    void heal() {
        SoftDevices.heal();
    }

    @ParameterizedTest
    @EnumSource(value = QueuePairType.class, names = "RELIABLE_CONNECTION", mode = EnumSource.Mode.EXCLUDE)
    void messagesAllocateNothing(final QueuePairType type) {
        try (End from = new End(SoftDevices.LEFT, type); End to = new End(SoftDevices.RIGHT, type)) {
            from.connect(to);
            to.connect(from);
            final SendRequest send = from.send(to);
            final ReceiveRequest receive = ReceiveRequest.allocate(1).localMemory(to.memory, 0, BYTES);
            DeviceAllocationTest.assertAllocatesNothing(WARM_UP, () -> {
                to.queuePair.postReceive(receive);
                from.queuePair.postSend(send);
                from.poll();
                to.poll();
            });
        }
    }

    @ParameterizedTest
    @EnumSource(value = QueuePairType.class, names = "RELIABLE_CONNECTION", mode = EnumSource.Mode.EXCLUDE)
    void whatFaultsTakeIsLostAndTheRestArrives(final QueuePairType type) {
        try (End from = new End(SoftDevices.LEFT, type); End to = new End(SoftDevices.RIGHT, type)) {
            from.connect(to);
            to.connect(from);
            SoftRoceDevices.injectFaults(SoftDevices.LEFT, FaultSettings.parse("seed=3,drop=0.5"));
            final SendRequest send = from.send(to);
            final ReceiveRequest receive = ReceiveRequest.allocate(1).localMemory(to.memory, 0, BYTES);
            for (int i = 0; i < 40; i++) {
                assertEquals(1, to.queuePair.postReceive(receive));
                assertEquals(1, from.queuePair.postSend(send));
                from.poll();
            }
            final long dropped = from.context.portStatistics(1).get("FAULTS_DROPPED");

            final int arrived = to.count();

            assertEquals(40, arrived + dropped, "messages of one packet each");
            assertTrue(arrived > 0 && dropped > 0, arrived + " arrived");
        }
    }
}
