// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests unreliable datagrams and address handles. */
class DatagramTest {

    private static final long SEED = 41;
    private static final int HEADER = GlobalRoutingHeader.BYTES;

    /** Where the header of a datagram over IPv4 has its traffic class. */
    private static final int TYPE_OF_SERVICE = 21;
    private static final int IPV6_CLASS_SHIFT = 20;
    private static final ValueLayout.OfInt NETWORK_INT =
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void sendsADatagramThatArrivesBehindItsHeader(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final MemoryRegion source = TestMemory.region(nodes.left.side, 1000, SEED);
            final MemoryRegion target = TestMemory.zeros(nodes.right.side, HEADER + 1024L, Access.LOCAL_WRITE);
            nodes.right.side.postReceive(8, target, 0, HEADER + 1024);

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(
                nodes.toRight(SendRequest.allocate(1).send()).localMemory(source, 0, 1000)));
            assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.awaitCompletion());

            final WorkCompletions received = nodes.right.side.completions;
            assertEquals(8, received.workRequestId(0));
            assertEquals(WorkCompletionOpcode.RECEIVE, received.opcode(0));
            assertEquals(HEADER + 1000, received.byteLength(0));
            assertEquals(nodes.left.side.queuePair.number(), received.sourceQueuePairNumber(0));
            assertTrue(received.hasGlobalRoutingHeader(0));
            TestMemory.assertSame(source, 0, target, HEADER, 1000);
            TestMemory.assertZero(target, HEADER + 1000, 24);
            assertEquals(nodes.left.side.gid.gid(), GlobalRoutingHeader.source(target.segment(), 0));
            assertEquals(nodes.right.side.gid.gid(), GlobalRoutingHeader.destination(target.segment(), 0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void carriesImmediateDataAndAnswersTheSender(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final MemoryRegion buffer = TestMemory.zeros(nodes.right.side, HEADER, Access.LOCAL_WRITE);
            final MemoryRegion answer = TestMemory.zeros(nodes.left.side, HEADER, Access.LOCAL_WRITE);
            nodes.right.side.postReceive(1, buffer, 0, HEADER);
            nodes.left.side.postReceive(2, answer, 0, HEADER);

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(
                nodes.toRight(SendRequest.allocate(0).sendWithImmediate(0x7000_0001))));
            assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.awaitCompletion());
            final WorkCompletions received = nodes.right.side.completions;
            assertEquals(0x7000_0001, received.immediateData(0));
            final int sender = received.sourceQueuePairNumber(0);
            try (AddressHandle back = nodes.right.side.domain.createAddressHandle(
                GlobalRoutingHeader.source(buffer.segment(), 0), nodes.right.side.gid.index(), 1)) {
                assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.execute(
                    SendRequest.allocate(0).sendWithImmediate(2).to(back, sender, DatagramNodes.QUEUE_KEY)));
                assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.awaitCompletion());
            }
            assertEquals(2, nodes.left.side.completions.immediateData(0));
        }
    }

    /** Returns the class in the header before a datagram, which is of IPv4 or IPv6. */
    private static int trafficClass(final MemorySegment received, final long offset) {
        return TestedAddresses.isIpv6()
            ? received.get(NETWORK_INT, offset) >> IPV6_CLASS_SHIFT & 0xFF
            : Byte.toUnsignedInt(received.get(ValueLayout.JAVA_BYTE, offset + TYPE_OF_SERVICE));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void findsThePathBackFromTheCompletion(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final ConnectedPair.Side left = nodes.left.side;
            final ConnectedPair.Side right = nodes.right.side;
            final MemoryRegion buffer = TestMemory.zeros(right, 64 + HEADER, Access.LOCAL_WRITE);
            right.postReceive(1, buffer, 64, HEADER);
            left.postReceive(2, TestMemory.zeros(left, HEADER, Access.LOCAL_WRITE), 0, HEADER);
            final AddressVector marked =
                AddressVector.of(right.gid.gid(), left.gid.index(), 1).withTrafficClass(0x68).withHopLimit(9);
            try (AddressHandle toRight = left.domain.createAddressHandle(marked)) {
                assertEquals(marked, toRight.addressVector());
                assertEquals(WorkCompletionStatus.SUCCESS, left.execute(SendRequest.allocate(0).sendWithImmediate(1)
                    .to(toRight, right.queuePair.number(), DatagramNodes.QUEUE_KEY)));
            }
            assertEquals(WorkCompletionStatus.SUCCESS, right.awaitCompletion());

            final AddressVector back = Unsupported.orSkip(
                () -> right.context.pathToSender(right.completions, 0, buffer.segment(), 64, 1));

            assertEquals(left.gid.gid(), back.destination());
            assertEquals(right.gid.index(), back.sourceGidIndex());
            assertEquals(trafficClass(buffer.segment(), 64), back.trafficClass(), "the class in the header");
            final int sender = right.completions.sourceQueuePairNumber(0);
            try (AddressHandle toSender = right.domain.createAddressHandle(back)) {
                assertEquals(WorkCompletionStatus.SUCCESS, right.execute(
                    SendRequest.allocate(0).sendWithImmediate(2).to(toSender, sender, DatagramNodes.QUEUE_KEY)));
            }
            assertEquals(WorkCompletionStatus.SUCCESS, left.awaitCompletion());
            assertEquals(2, left.completions.immediateData(0));
            assertThrows(IllegalArgumentException.class,
                () -> left.context.pathToSender(right.completions, 0, buffer.segment(), 64, 1), "of a send");
            assertThrows(IndexOutOfBoundsException.class,
                () -> left.context.pathToSender(left.completions, 0, buffer.segment(), 65, 1), "no whole header");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void postsChainsToOneAddress(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final MemoryRegion target = TestMemory.zeros(nodes.right.side, 4L * HEADER, Access.LOCAL_WRITE);
            SendRequest chain = null;
            for (int index = 3; index >= 0; index--) {
                nodes.right.side.postReceive(3 - index, target, (long) index * HEADER, HEADER);
                chain = nodes.toRight(SendRequest.allocate(0).sendWithImmediate(index)).next(chain);
            }

            nodes.left.side.post(chain);

            for (int index = 0; index < 4; index++) {
                assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.awaitCompletion());
                assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.awaitCompletion());
                assertEquals(index, nodes.right.side.completions.immediateData(0));
            }
        }
    }

    /** The datagram with the wrong key is dropped. The next one, with the right key, fills the buffer. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void dropsDatagramsWithTheWrongKey(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final MemoryRegion target = TestMemory.zeros(nodes.right.side, HEADER, Access.LOCAL_WRITE);
            nodes.right.side.postReceive(1, target, 0, HEADER);

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(SendRequest.allocate(0)
                .sendWithImmediate(1)
                .to(nodes.left.toPeer, nodes.right.side.queuePair.number(), DatagramNodes.QUEUE_KEY + 1)));
            assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(
                nodes.toRight(SendRequest.allocate(0).sendWithImmediate(2))));

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.awaitCompletion());
            assertEquals(2, nodes.right.side.completions.immediateData(0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesRequestsWithoutAnAddressBeforeTheDriverSeesThem(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final QueuePair queuePair = nodes.left.side.queuePair;
            for (final SendRequest request : new SendRequest[] {
                SendRequest.allocate(0).send(),
                SendRequest.allocate(0).read(0x1000, 1),
                nodes.toRight(SendRequest.allocate(0).send()).write(0x1000, 1),
                nodes.toRight(SendRequest.allocate(0).send()).next(SendRequest.allocate(0).send())}) {
                assertThrows(IllegalArgumentException.class, () -> queuePair.postSend(request));
            }
            assertThrows(IllegalStateException.class,
                () -> nodes.toRight(SendRequest.allocate(0).read(0x1000, 1)), "a READ takes no address handle");
            assertEquals(0, nodes.left.side.queue.poll(nodes.left.side.completions));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesClosedHandlesAndThoseOfOtherDomains(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final ConnectedPair.Side left = nodes.left.side;
            final AddressHandle closed = left.domain.createAddressHandle(left.gid.gid(), left.gid.index(), 1);
            final SendRequest stale = SendRequest.allocate(0).send().to(closed, 1, DatagramNodes.QUEUE_KEY);
            closed.close();
            assertThrows(IllegalStateException.class, () -> left.queuePair.postSend(stale));

            try (ProtectionDomain other = left.context.allocateProtectionDomain();
                 AddressHandle foreign = other.createAddressHandle(left.gid.gid(), left.gid.index(), 1)) {
                final SendRequest misdirected = SendRequest.allocate(0).send().to(foreign, 1, DatagramNodes.QUEUE_KEY);
                assertThrows(IllegalArgumentException.class, () -> left.queuePair.postSend(misdirected));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesHandlesThroughPlacesInTheGidTableThatDoNotExist(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final ConnectedPair.Side left = nodes.left.side;
            final VerbsException refused = assertThrows(VerbsException.class,
                () -> left.domain.createAddressHandle(left.gid.gid(), 255, 1));
            assertEquals("ibv_create_ah", refused.verb());
            assertTrue(Set.of(Errno.EINVAL, Errno.ENODATA).contains(refused.errno()), refused.getMessage());
            assertThrows(IllegalArgumentException.class,
                () -> left.domain.createAddressHandle(left.gid.gid(), 256, 1));
            assertThrows(IllegalArgumentException.class,
                () -> left.domain.createAddressHandle(left.gid.gid(), 0, 0));
        }
    }
}
