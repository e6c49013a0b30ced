// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.RequestMemory;
import dev.ffmverbs.spi.constants.AtomicCapabilities;
import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.DeviceAttributesLayout;
import dev.ffmverbs.spi.layout.ExtendedDeviceAttributesLayout;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import dev.ffmverbs.spi.layout.QueuePairCapacitiesLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules for every provider on a connected queue pair. The tests of a provider implement this interface. */
@Timeout(60)
public interface DataPathContract {

    /** Returns the provider and its devices. If there are none, skips the test with the reason. */
    ContractDevices devices() throws Exception;

    /** The body of a test, with two connected ends. */
    interface ConnectionTest {
        void run(ContractEnd left, ContractEnd right) throws Exception;
    }

    private void withConnection(final ConnectionTest test) throws Exception {
        final ContractDevices devices = devices();
        try (ContractEnd left = new ContractEnd(devices.left()); ContractEnd right = new ContractEnd(devices.right())) {
            left.connect(right);
            right.connect(left);
            test.run(left, right);
        }
    }

    private static void assertCompletion(
        final long workRequestId, final int status, final ContractEnd end, final MemorySegment completion) {
        assertEquals(status, completion.get(JAVA_INT, WorkCompletionLayout.STATUS), "status");
        assertEquals(workRequestId, completion.get(JAVA_LONG, WorkCompletionLayout.WORK_REQUEST_ID), "wr_id");
        assertEquals(end.queuePair.number(), completion.get(JAVA_INT, WorkCompletionLayout.QUEUE_PAIR_NUMBER));
    }

    @Test
    default void aWriteReachesThePeersMemory() throws Exception {
        withConnection((left, right) -> {
            left.memory.set(JAVA_LONG, 8, 0x1234_5678_9ABC_DEF0L);
            final ContractRequest write = ContractRequest.send(left, 71, WorkRequestOpcodes.RDMA_WRITE)
                .local(left, 8, 8).remote(right, 64);

            assertEquals(0, left.queuePair.postSend(write.memory));

            final MemorySegment completion = left.awaitCompletion();
            assertCompletion(71, CompletionStatuses.SUCCESS, left, completion);
            assertEquals(CompletionOpcodes.RDMA_WRITE, completion.get(JAVA_INT, WorkCompletionLayout.OPCODE));
            assertEquals(0x1234_5678_9ABC_DEF0L, right.memory.get(JAVA_LONG, 64));
            assertEquals(0, left.queue.poll(1, left.completions), "one completion for one request");
        });
    }

    @Test
    default void aReadBringsThePeersMemory() throws Exception {
        withConnection((left, right) -> {
            right.memory.set(JAVA_LONG, 128, 42);
            final ContractRequest read = ContractRequest.send(left, 72, WorkRequestOpcodes.RDMA_READ)
                .local(left, 0, 8).remote(right, 128);

            assertEquals(0, left.queuePair.postSend(read.memory));

            final MemorySegment completion = left.awaitCompletion();
            assertCompletion(72, CompletionStatuses.SUCCESS, left, completion);
            assertEquals(CompletionOpcodes.RDMA_READ, completion.get(JAVA_INT, WorkCompletionLayout.OPCODE));
            assertEquals(8, completion.get(JAVA_INT, WorkCompletionLayout.BYTE_LENGTH));
            assertEquals(42, left.memory.get(JAVA_LONG, 0));
        });
    }

    @Test
    default void aSendFillsThePeersReceiveAndIsAnnouncedOnce() throws Exception {
        withConnection((left, right) -> {
            left.memory.set(JAVA_INT, 0, 99);
            assertEquals(0, right.queuePair.postReceive(ContractRequest.receive(right, 5).local(right, 0, 64).memory));
            assertEquals(0, right.queue.requestNotification(false));
            assertNull(right.channel.awaitEvent(0), "no announcement before a completion");

            assertEquals(0, left.queuePair.postSend(
                ContractRequest.send(left, 73, WorkRequestOpcodes.SEND_WITH_IMMEDIATE).local(left, 0, 4)
                    .immediate(0x0A0B_0C0D).memory));

            assertEquals(right.queue, right.channel.awaitEvent(ProviderContract.LONG_NS));
            final MemorySegment received = right.awaitCompletion();
            assertCompletion(5, CompletionStatuses.SUCCESS, right, received);
            assertEquals(CompletionOpcodes.RECEIVE, received.get(JAVA_INT, WorkCompletionLayout.OPCODE));
            assertEquals(4, received.get(JAVA_INT, WorkCompletionLayout.BYTE_LENGTH));
            assertEquals(CompletionFlags.WITH_IMMEDIATE,
                received.get(JAVA_INT, WorkCompletionLayout.FLAGS) & CompletionFlags.WITH_IMMEDIATE);
            assertEquals(0x0A0B_0C0D, received.get(JAVA_INT, WorkCompletionLayout.IMMEDIATE_DATA), "as it was sent");
            assertEquals(99, right.memory.get(JAVA_INT, 0));
            assertCompletion(73, CompletionStatuses.SUCCESS, left, left.awaitCompletion());
            assertNull(right.channel.awaitEvent(0), "one announcement per request for notification");
        });
    }

    @Test
    default void anAtomicBringsTheFormerValue() throws Exception {
        withConnection((left, right) -> {
            final MemorySegment device = right.arena.allocate(ExtendedDeviceAttributesLayout.LAYOUT);
            right.context.queryDevice(device);
            assumeTrue(ExtendedDeviceAttributesLayout.basic(device).get(JAVA_INT,
                DeviceAttributesLayout.ATOMIC_CAPABILITY) != AtomicCapabilities.NONE, "the device has no atomics");
            right.memory.set(JAVA_LONG, 256, 40);

            assertEquals(0, left.queuePair.postSend(ContractRequest.send(left, 74, WorkRequestOpcodes.FETCH_AND_ADD)
                .local(left, 16, 8).add(right, 256, 2).memory));

            assertCompletion(74, CompletionStatuses.SUCCESS, left, left.awaitCompletion());
            assertEquals(40, left.memory.get(JAVA_LONG, 16));
            assertEquals(42, right.memory.get(JAVA_LONG, 256));
        });
    }

    @Test
    default void aChainLongerThanTheQueueIsPostedAsFarAsItFits() throws Exception {
        withConnection((left, right) -> {
            final int room = left.capacities().get(JAVA_INT, QueuePairCapacitiesLayout.SEND_REQUESTS);
            assertTrue(room >= ContractEnd.SEND_REQUESTS, () -> "room for " + room);
            ContractRequest first = null;
            for (int i = 4 * room + 64; i > 0; i--) {
                final ContractRequest request = ContractRequest.send(left, i, WorkRequestOpcodes.RDMA_WRITE)
                    .local(left, 0, 8).remote(right, 0);
                first = first == null ? request : request.chain(first);
            }

            assertEquals(Errno.ENOMEM, left.queuePair.postSend(first.memory));

            int posted = 0;
            RequestMemory request = first.memory;
            while (request != null && request.address() != first.memory.badRequest()) {
                request = request.next();
                posted++;
            }
            assertTrue(request != null, "the bad request is one of the chain");
            assertTrue(posted >= room, posted + " posted, though the queue holds " + room);
            for (int i = 1; i <= posted; i++) {
                assertCompletion(i, CompletionStatuses.SUCCESS, left, left.awaitCompletion());
            }
        });
    }

    @Test
    default void aWrongKeyFailsTheRequestAndTheQueuePair() throws Exception {
        withConnection((left, right) -> {
            assertEquals(0, left.queuePair.postSend(ContractRequest.send(left, 75, WorkRequestOpcodes.RDMA_WRITE)
                .local(left, 0, 8).remote(right.iova(0), right.region.rkey() ^ 0x5555_5500).memory));

            assertCompletion(75, CompletionStatuses.REMOTE_ACCESS_ERROR, left, left.awaitCompletion());
            assertEquals(QueuePairStates.ERROR, state(left));
        });
    }

    private static int state(final ContractEnd end) throws ProviderException {
        final MemorySegment attributes = end.attributes(QueuePairStates.UNKNOWN);
        end.queuePair.query(attributes, QueuePairAttributeFlags.STATE,
            end.arena.allocate(QueuePairCreationLayout.LAYOUT));
        return attributes.get(JAVA_INT, QueuePairAttributesLayout.STATE);
    }

    @Test
    default void whatWasSetIsReadBack() throws Exception {
        withConnection((left, right) -> {
            final MemorySegment attributes = left.attributes(QueuePairStates.UNKNOWN);
            left.queuePair.query(attributes, QueuePairAttributeFlags.STATE
                | QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR | QueuePairAttributeFlags.RETRY_COUNT,
                left.arena.allocate(QueuePairCreationLayout.LAYOUT));

            assertEquals(QueuePairStates.READY_TO_SEND, attributes.get(JAVA_INT, QueuePairAttributesLayout.STATE));
            assertEquals(right.queuePair.number(),
                attributes.get(JAVA_INT, QueuePairAttributesLayout.DESTINATION_QUEUE_PAIR));
            assertEquals(6, attributes.get(JAVA_BYTE, QueuePairAttributesLayout.RETRY_COUNT));
        });
    }

    @Test
    default void aTransitionThatDoesNotExistIsRefusedAndChangesNothing() throws Exception {
        try (ContractEnd end = new ContractEnd(devices().left())) {
            final ProviderException refusal = assertThrows(ProviderException.class, () -> end.queuePair.modify(
                end.attributes(QueuePairStates.READY_TO_SEND), QueuePairAttributeFlags.STATE));

            assertEquals(Errno.EINVAL, refusal.errno(), refusal.getMessage());
            assertEquals("ibv_modify_qp", refusal.verb());
            assertEquals(QueuePairStates.RESET, state(end));
            end.toInit();
            assertEquals(QueuePairStates.INIT, state(end));
        }
    }

    @Test
    default void aWaitForAnnouncementsEndsAtItsTimeAndByAWakeUp() throws Exception {
        try (ContractEnd end = new ContractEnd(devices().left())) {
            assertNull(end.channel.awaitEvent(0));
            assertNull(end.channel.awaitEvent(1_000_000));
            end.channel.wakeUp();
            assertNull(end.channel.awaitEvent(0), "a call that does not wait consumes no wake-up");
            assertNull(end.channel.awaitEvent(ProviderContract.LONG_NS));
            assertEquals(0, end.queue.poll(1, end.completions));
        }
    }
}
