// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    void memoryAtAChosenAddressIsRefusedWhereTheDriverIgnoresTheAddress(final DevicePair devices) {
        try (ConnectedPair pair = connect(devices); Arena arena = Arena.ofShared()) {
            assertRefused(pair, "ibv_reg_mr_iova2", "siw", () -> pair.left.domain.registerAt(
                arena.allocate(LENGTH, 4096), 0x0000_CC00_0000_0000L, Access.LOCAL_WRITE));
        }
    }
}
