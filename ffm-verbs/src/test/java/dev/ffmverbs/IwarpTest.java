// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.spi.Errno;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that what iWARP does not have is refused at once, by name, and leaves everything usable. */
class IwarpTest {

    private static final int LENGTH = 64;

    private static ConnectedPair connect(final DevicePair devices) {
        devices.require();
        Assumptions.assumeTrue(devices.left().transportType() == TransportType.IWARP,
            () -> devices.left() + " is no iWARP device");
        return new ConnectedPair(devices);
    }

    private static void assertRefused(
        final ConnectedPair pair, final String verb, final String reason, final Executable call) {
        final UnsupportedVerbException refused = assertThrows(UnsupportedVerbException.class, call);
        assertEquals(verb, refused.verb());
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        assertTrue(refused.getMessage().contains(pair.left.context.device().name()), refused.getMessage());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void atomicsAndImmediateValuesAreRefusedWithNothingPosted(final DevicePair devices) {
        try (ConnectedPair pair = connect(devices)) {
            final MemoryRegion local = TestMemory.zeros(pair.left, LENGTH, Access.LOCAL_WRITE);
            final MemoryRegion remote =
                TestMemory.zeros(pair.right, LENGTH, Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE);
            for (final SendRequest request : new SendRequest[] {
                SendRequest.allocate(1).fetchAndAdd(remote.iova(), remote.rkey(), 1),
                SendRequest.allocate(1).compareAndSwap(remote.iova(), remote.rkey(), 0, 1),
                SendRequest.allocate(1).writeWithImmediate(remote.iova(), remote.rkey(), 7),
                SendRequest.allocate(1).sendWithImmediate(7)}) {
                final SendRequest chain =
                    SendRequest.allocate(0).write(0, 0).next(request.localMemory(local, 0, Long.BYTES));
                assertRefused(pair, "ibv_post_send", "iWARP has no", () -> pair.left.queuePair.postSend(chain));
            }
            pair.left.awaitQuiet();
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).write(0, 0)));
        }
    }

    /** siw would read into memory that an older request named, or ignore buffers, or fail for good. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aReadHasOneBufferAndNoFence(final DevicePair devices) {
        try (ConnectedPair pair = connect(devices)) {
            final MemoryRegion local = TestMemory.zeros(pair.left, LENGTH, Access.LOCAL_WRITE);
            final MemoryRegion remote = TestMemory.region(pair.right, LENGTH, 3, Access.REMOTE_READ);
            final SendRequest read = SendRequest.allocate(2).read(remote.iova(), remote.rkey());

            assertRefused(pair, "ibv_post_send", "one local buffer only", () -> pair.left.queuePair.postSend(read));
            read.localMemory(local, 0, 8).addLocalMemory(local, 8, 8);
            assertRefused(pair, "ibv_post_send", "names 2", () -> pair.left.queuePair.postSend(read));
            read.localMemory(local, 0, LENGTH).fence(true);
            assertRefused(pair, "ibv_post_send", "no fence", () -> pair.left.queuePair.postSend(read));
            pair.left.awaitQuiet();
            TestMemory.assertZero(local, 0, LENGTH);
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(read.fence(false)));
            TestMemory.assertSame(remote, 0, local, 0, LENGTH);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aSendInvalidatesTheKeyOfThePeersRegionAndCarriesNoInlineData(final DevicePair devices) {
        try (ConnectedPair pair = connect(devices); Arena arena = Arena.ofConfined()) {
            final MemoryRegion remote =
                TestMemory.zeros(pair.right, LENGTH, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            final MemoryRegion local = TestMemory.region(pair.left, LENGTH, 4, Access.LOCAL_WRITE);
            assertRefused(pair, "ibv_post_send", "no inline data", () -> pair.left.queuePair.postSend(
                SendRequest.allocate(0, 8).sendWithInvalidate(remote.rkey()).inlineData(arena.allocate(8))));
            pair.right.post(EmptyRequests.receive(devices.right()));

            assertEquals(WorkCompletionStatus.SUCCESS,
                pair.left.execute(SendRequest.allocate(0).sendWithInvalidate(remote.rkey())));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());

            pair.left.execute(
                SendRequest.allocate(1).write(remote.iova(), remote.rkey()).localMemory(local, 0, LENGTH));
            pair.left.awaitError();
            TestMemory.assertZero(remote, 0, LENGTH);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void statesAndAttributesOfPacketsAreRefusedAndTheConnectionStays(final DevicePair devices) {
        try (ConnectedPair pair = connect(devices)) {
            for (final QueuePairState state : new QueuePairState[] {
                QueuePairState.SEND_QUEUE_DRAIN, QueuePairState.SEND_QUEUE_ERROR}) {
                assertRefused(pair, "ibv_modify_qp", "no such state",
                    () -> pair.left.queuePair.modify(new QueuePairAttributes().state(state)));
            }
            assertRefused(pair, "ibv_modify_qp", "IBV_QP_TIMEOUT|IBV_QP_MIN_RNR_TIMER",
                () -> pair.left.queuePair.modify(new QueuePairAttributes().timeout(14).minimumRnrTimer(1)));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).write(0, 0)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aQueuePairWithAnEmptyQueueCanBeMade(final DevicePair devices) {
        try (ConnectedPair pair = connect(devices);
             QueuePair queuePair = pair.left.domain.createQueuePair(
                 QueuePairConfiguration.reliableConnection(pair.left.queue)
                     .withSendRequests(0).withReceiveRequests(0))) {
            assertTrue(queuePair.configuration().receiveRequests() >= 0, queuePair::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aConnectionManagerHasNoDatagrams(final DevicePair devices) {
        try (ConnectedPair pair = connect(devices);
             ConnectionManager manager = ConnectionManager.open(pair.left.context)) {
            assertRefused(pair, "rdma_create_id", "no datagrams", manager::datagrams);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void queuePairsForDatagramsAreRefused(final DevicePair devices) {
        try (ConnectedPair pair = connect(devices)) {
            assertRefused(pair, "ibv_create_qp", "reliable connections only",
                () -> pair.left.domain.createQueuePair(QueuePairConfiguration.unreliableDatagram(pair.left.queue)));
            assertRefused(pair, "ibv_create_qp", "reliable connections only",
                () -> pair.left.domain.createQueuePair(QueuePairConfiguration.unreliableConnection(pair.left.queue)));
            assertRefused(pair, "ibv_create_ah", "no datagrams",
                () -> pair.left.domain.createAddressHandle(pair.left.gid.gid(), pair.left.gid.index(), 1));
            assertRefused(pair, "ibv_create_qp_ex", "reliable connections only", () ->
                pair.left.domain.createExtendedQueuePair(
                    QueuePairConfiguration.unreliableDatagram(pair.left.queue), SendOperation.SEND));
            assertRefused(pair, "ibv_attach_mcast", "no multicast",
                () -> pair.left.queuePair.attachMulticast(new Gid(0, 0xFFFF_EFFF_4D00L), 0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void onlyConnectionManagersConnectAQueuePairAndOnlyOnce(final DevicePair devices) {
        try (ConnectedPair pair = connect(devices);
             QueuePair unconnected =
                 pair.left.domain.createQueuePair(QueuePairConfiguration.reliableConnection(pair.left.queue))) {
            unconnected.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
                .access());
            assertRefused(pair, "ibv_modify_qp", "ConnectionManager", () -> unconnected.modify(
                new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE)));
            assertEquals(QueuePairState.INIT, unconnected.state());
            pair.left.queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
            assertRefused(pair, "ibv_modify_qp", "create another queue pair",
                () -> pair.left.queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aQueuePairInResetCannotGoToErrorAndStaysUsable(final DevicePair devices) {
        try (ConnectedPair pair = connect(devices);
             QueuePair fresh =
                 pair.left.domain.createQueuePair(QueuePairConfiguration.reliableConnection(pair.left.queue))) {
            final VerbsException refused = assertThrows(VerbsException.class,
                () -> fresh.modify(new QueuePairAttributes().state(QueuePairState.ERROR)));
            assertEquals(Errno.EINVAL, refused.errno(), refused.getMessage());
            assertTrue(refused.getMessage().contains("from RESET to ERROR"), refused.getMessage());
            assertEquals(QueuePairState.RESET, fresh.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void memoryAtAChosenAddressIsRefusedWhereTheDriverIgnoresTheAddress(final DevicePair devices) {
        try (ConnectedPair pair = connect(devices); Arena arena = Arena.ofShared()) {
            assertRefused(pair, "ibv_reg_mr_iova2", "siw", () -> pair.left.domain.registerAt(
                arena.allocate(LENGTH, 4096), 0x0000_CC00_0000_0000L, Access.LOCAL_WRITE));
        }
    }
}
