// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** Two ends that send and receive datagrams, each with an address handle for the other. */
final class DatagramNodes implements AutoCloseable {

    static final int QUEUE_KEY = 0x1234_5678;

    /** One end that sends and receives datagrams. */
    static final class Node implements AutoCloseable {
        final ConnectedPair.Side side;
        final AddressHandle toPeer;

        Node(final ConnectedPair.Side side, final ConnectedPair.Side peer) {
            this.side = side;
            makeReady(side.queuePair);
            toPeer = side.opens(Unsupported.orSkip(
                () -> side.domain.createAddressHandle(peer.gid.gid(), side.gid.index(), 1)));
        }

        @Override
        public void close() {
            side.close();
        }
    }

    /** Creates the objects of one end. A test overrides the relevant part. */
    static class Setup extends ConnectedPair.Setup {

        @Override
        QueuePairConfiguration configuration(final CompletionQueue queue) {
            return QueuePairConfiguration.unreliableDatagram(queue).withScatterGatherElements(2, 2).withInlineBytes(32);
        }

        @Override
        QueuePair queuePair(final ConnectedPair.Side side) {
            return Unsupported.orSkip(() -> super.queuePair(side));
        }
    }

    final Node left;
    final Node right;

    DatagramNodes(final DevicePair devices) {
        this(devices, new Setup());
    }

    DatagramNodes(final DevicePair devices, final ConnectedPair.Setup rightSetup) {
        this(devices, new Setup(), rightSetup);
    }

    DatagramNodes(
        final DevicePair devices, final ConnectedPair.Setup leftSetup, final ConnectedPair.Setup rightSetup) {
        devices.require();
        final ConnectedPair.Side leftSide = new ConnectedPair.Side(devices.left(), leftSetup);
        final ConnectedPair.Side rightSide = new ConnectedPair.Side(devices.right(), rightSetup);
        left = new Node(leftSide, rightSide);
        right = new Node(rightSide, leftSide);
    }

    /** Takes a queue pair from RESET to READY_TO_SEND. */
    static void makeReady(final QueuePair queuePair) {
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
            .queueKey(QUEUE_KEY));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(0));
    }

    /** Addresses a SEND of the left end to the right end. */
    SendRequest toRight(final SendRequest send) {
        return send.to(left.toPeer, right.side.queuePair.number(), QUEUE_KEY);
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
