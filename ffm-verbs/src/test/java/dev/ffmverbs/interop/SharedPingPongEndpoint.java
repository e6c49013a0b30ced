// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.SharedReceiveQueue;
import dev.ffmverbs.WorkCompletions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One end of {@code ibv_srq_pingpong}, with sixteen queue pairs and one shared receive queue.
 *
 * <p>The C program has one buffer for all messages in both directions. It is zeros before the first message, and then
 * the data of this end, which is the same in every message. Each byte that comes back is one or the other. No byte of
 * the last message is zero unless it was sent as zero.
 */
final class SharedPingPongEndpoint implements PingPongPlayer {

    private static final int QUEUE_PAIRS = 16;

    /** Number of addresses that the C programs exchange, even if they use fewer queue pairs. */
    private static final int ADDRESSES = 256;

    private static final int PORT = 1;
    private static final int RECEIVES = 64;
    private static final long SEND_ID = -1;
    private static final int TIMEOUT_EXPONENT = 14;
    private static final int RETRY_COUNT = 6;
    private static final int RNR_RETRY_COUNT = 7;
    private static final int RNR_TIMER = 12;
    private static final int PAGE_BYTES = 4096;
    private static final int SEED = 4791;

    private final int sizeBytes;
    private final Context context;
    private final ProtectionDomain domain;
    private final CompletionQueue queue;
    private final CompletionWaiter waiter;
    private final SharedReceiveQueue sharedQueue;
    private final MemoryRegion outgoing;
    private final MemoryRegion incoming;
    private final List<QueuePair> queuePairs = new ArrayList<>();
    private final Map<Integer, Turn> turns = new HashMap<>();
    private final SendRequest send = SendRequest.allocate(1);
    private final ReceiveRequest receive = ReceiveRequest.allocate(1);
    private final GidEntry gid;
    private int sent;
    private int received;

    /** The events that must occur before a queue pair sends again. */
    private static final class Turn {
        private final QueuePair queuePair;
        private boolean sending;
        private boolean receiving = true;

        Turn(final QueuePair queuePair) {
            this.queuePair = queuePair;
        }
    }

    SharedPingPongEndpoint(final Device device, final int sizeBytes) {
        this.sizeBytes = sizeBytes;
        gid = DeviceAddress.of(device);
        context = device.open();
        domain = context.allocateProtectionDomain();
        queue = context.createCompletionQueue(RECEIVES + QUEUE_PAIRS);
        waiter = new CompletionWaiter(queue);
        sharedQueue = domain.createSharedReceiveQueue(RECEIVES, 1);
        outgoing = domain.allocate(sizeBytes);
        incoming = domain.allocate((long) RECEIVES * sizeBytes, Access.LOCAL_WRITE);
        fill();
        for (int index = 0; index < QUEUE_PAIRS; index++) {
            final QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
                .withSendRequests(1).withSharedReceiveQueue(sharedQueue));
            queuePair.modify(new QueuePairAttributes()
                .state(QueuePairState.INIT).port(PORT).partitionKeyIndex(0).access());
            queuePairs.add(queuePair);
            turns.put(queuePair.number(), new Turn(queuePair));
        }
        send.workRequestId(SEND_ID).send().localMemory(outgoing, 0, sizeBytes);
        for (int slot = 0; slot < RECEIVES; slot++) {
            postReceive(slot);
        }
    }

    /** When it checks, the C program requires the first byte of every page to be 0. */
    private void fill() {
        final byte[] noise = new byte[sizeBytes];
        new Random(SEED).nextBytes(noise);
        for (int index = 0; index < sizeBytes; index += PAGE_BYTES) {
            noise[index] = 0;
        }
        outgoing.segment().copyFrom(MemorySegment.ofArray(noise));
    }

    @Override
    public List<PeerAddress> addresses() {
        final int localIdentifier = context.portAttributes(PORT).localIdentifier();
        final List<PeerAddress> addresses = new ArrayList<>();
        for (final QueuePair queuePair : queuePairs) {
            addresses.add(new PeerAddress(localIdentifier, queuePair.number(), queuePair.number(), gid.gid()));
        }
        while (addresses.size() < ADDRESSES) {
            addresses.add(PeerAddress.NONE);
        }
        return addresses;
    }

    @Override
    public void connect(final List<PeerAddress> peers) {
        for (int index = 0; index < QUEUE_PAIRS; index++) {
            final QueuePair queuePair = queuePairs.get(index);
            final PeerAddress peer = peers.get(index);
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE)
                .pathMtu(PathMtu.MTU_1024).destination(peer.gid(), gid.index(), PORT)
                .destinationQueuePair(peer.queuePairNumber())
                .receivePacketSequenceNumber(peer.packetSequenceNumber())
                .maximumIncomingReads(1).minimumRnrTimer(RNR_TIMER));
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
                .sendPacketSequenceNumber(queuePair.number()).timeout(TIMEOUT_EXPONENT).retryCount(RETRY_COUNT)
                .rnrRetryCount(RNR_RETRY_COUNT).maximumOutgoingReads(1));
        }
    }

    @Override
    public void play(final boolean starts, final int iterations) {
        if (starts) {
            turns.values().forEach(this::send);
        }
        while (sent < iterations || received < iterations) {
            waiter.await(() -> false);
            final WorkCompletions completion = waiter.completion();
            if (!completion.isSuccess(0)) {
                throw new AssertionError(this + ": " + completion.describe(0));
            }
            final Turn turn = turns.get(completion.queuePairNumber(0));
            if (completion.workRequestId(0) == SEND_ID) {
                sent++;
                turn.sending = false;
            } else {
                received++;
                check((int) completion.workRequestId(0), completion.byteLength(0), received == iterations);
                turn.receiving = false;
            }
            if (sent < iterations && !turn.sending && !turn.receiving) {
                send(turn);
            }
        }
    }

    private void send(final Turn turn) {
        if (turn.queuePair.postSend(send) != 1) {
            throw new AssertionError(this + ": the send queue of " + turn.queuePair + " is full");
        }
        turn.sending = true;
        turn.receiving = true;
    }

    private void check(final int slot, final int lengthBytes, final boolean last) {
        if (lengthBytes != sizeBytes) {
            throw new AssertionError(this + ": received " + lengthBytes + " bytes, expected " + sizeBytes);
        }
        final long start = (long) slot * sizeBytes;
        for (int index = 0; index < sizeBytes; index++) {
            final byte expected = outgoing.segment().get(ValueLayout.JAVA_BYTE, index);
            final byte got = incoming.segment().get(ValueLayout.JAVA_BYTE, start + index);
            if (got != expected && (got != 0 || last)) {
                throw new AssertionError(this + ": byte " + index + " of message " + received + " is " + got
                    + ", expected " + expected);
            }
        }
        postReceive(slot);
    }

    private void postReceive(final int slot) {
        receive.workRequestId(slot).localMemory(incoming, (long) slot * sizeBytes, sizeBytes);
        if (sharedQueue.postReceive(receive) != 1) {
            throw new AssertionError(this + ": the shared receive queue is full");
        }
    }

    @Override
    public void close() {
        queuePairs.forEach(QueuePair::close);
        incoming.close();
        outgoing.close();
        sharedQueue.close();
        queue.close();
        domain.close();
        context.close();
    }

    @Override
    public String toString() {
        return queuePairs.size() + " queue pairs of " + context.device().name() + ", " + sent + " sent, " + received
            + " received";
    }
}
