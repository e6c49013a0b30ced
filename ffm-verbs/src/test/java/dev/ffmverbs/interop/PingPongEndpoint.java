// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Access;
import dev.ffmverbs.AddressHandle;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.GlobalRoutingHeader;
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
import dev.ffmverbs.WorkCompletions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One end of {@code ibv_rc_pingpong}, {@code ibv_uc_pingpong} or {@code ibv_ud_pingpong}. It repeatedly sends a message
 * and waits for the peer's.
 *
 * <p>The C program sends back what it received. This end changes the contents with every message it sends and checks
 * that it gets the same bytes back. It therefore works with the C program, but not with itself.
 */
final class PingPongEndpoint implements PingPongPlayer {

    private static final int PORT = 1;
    private static final int RECEIVES = 16;
    private static final long SEND_ID = -1;
    private static final int TIMEOUT_EXPONENT = 14;
    private static final int RETRY_COUNT = 6;
    private static final int RNR_RETRY_COUNT = 7;
    private static final int RNR_TIMER = 12;

    /** When it checks, the C program sets the first byte of every page to 0 and expects it back at the end. */
    private static final int PAGE_BYTES = 4096;

    /** The value that the C program fills its buffer with. */
    private static final byte C_FILL = 0x7b;

    /** Queue key of ibv_ud_pingpong. */
    private static final int QUEUE_KEY = 0x1111_1111;

    private static final int NOISE_SEED = 4791;
    private static final int NOISE_SHIFTS = 251;

    private final QueuePairType type;
    private final int sizeBytes;

    /** Length of what precedes the message in a receive buffer. */
    private final int headerBytes;
    private final byte[] noise;
    private final Context context;
    private final ProtectionDomain domain;
    private final CompletionQueue queue;
    private final CompletionWaiter waiter;
    private final QueuePair queuePair;
    private final MemoryRegion outgoing;
    private final MemoryRegion incoming;
    private final SendRequest send = SendRequest.allocate(1);
    private final ReceiveRequest receive = ReceiveRequest.allocate(1);
    private final GidEntry gid;
    private final int packetSequenceNumber = ThreadLocalRandom.current().nextInt(1 << 24);
    private AddressHandle handle;
    private int sent;
    private int received;

    PingPongEndpoint(final Device device, final int sizeBytes, final QueuePairType type) {
        this.type = type;
        this.sizeBytes = sizeBytes;
        this.headerBytes = type == QueuePairType.UNRELIABLE_DATAGRAM ? GlobalRoutingHeader.BYTES : 0;
        this.gid = DeviceAddress.of(device);
        noise = new byte[sizeBytes + NOISE_SHIFTS];
        new Random(NOISE_SEED).nextBytes(noise);
        context = device.open();
        domain = context.allocateProtectionDomain();
        queue = context.createCompletionQueue(RECEIVES + 1);
        waiter = new CompletionWaiter(queue);
        outgoing = domain.allocate(sizeBytes);
        incoming = domain.allocate((long) RECEIVES * slotBytes(), Access.LOCAL_WRITE);
        queuePair = domain.createQueuePair(configuration().withSendRequests(1).withReceiveRequests(RECEIVES));
        final QueuePairAttributes initial =
            new QueuePairAttributes().state(QueuePairState.INIT).port(PORT).partitionKeyIndex(0);
        queuePair.modify(type == QueuePairType.UNRELIABLE_DATAGRAM ? initial.queueKey(QUEUE_KEY) : initial.access());
        send.workRequestId(SEND_ID).send().localMemory(outgoing, 0, sizeBytes);
        for (int slot = 0; slot < RECEIVES; slot++) {
            postReceive(slot);
        }
    }

    private int slotBytes() {
        return headerBytes + sizeBytes;
    }

    private QueuePairConfiguration configuration() {
        return switch (type) {
            case UNRELIABLE_CONNECTION -> QueuePairConfiguration.unreliableConnection(queue);
            case UNRELIABLE_DATAGRAM -> QueuePairConfiguration.unreliableDatagram(queue);
            default -> QueuePairConfiguration.reliableConnection(queue);
        };
    }

    @Override
    public List<PeerAddress> addresses() {
        return List.of(new PeerAddress(
            context.portAttributes(PORT).localIdentifier(), queuePair.number(), packetSequenceNumber, gid.gid()));
    }

    @Override
    public void connect(final List<PeerAddress> peers) {
        final PeerAddress peer = peers.getFirst();
        final QueuePairAttributes receiving = new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE);
        final QueuePairAttributes sending = new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
            .sendPacketSequenceNumber(packetSequenceNumber);
        if (type == QueuePairType.UNRELIABLE_DATAGRAM) {
            handle = domain.createAddressHandle(peer.gid(), gid.index(), PORT);
            send.to(handle, peer.queuePairNumber(), QUEUE_KEY);
        } else {
            receiving.pathMtu(PathMtu.MTU_1024).destination(peer.gid(), gid.index(), PORT)
                .destinationQueuePair(peer.queuePairNumber())
                .receivePacketSequenceNumber(peer.packetSequenceNumber());
        }
        if (type == QueuePairType.RELIABLE_CONNECTION) {
            receiving.maximumIncomingReads(1).minimumRnrTimer(RNR_TIMER);
            sending.timeout(TIMEOUT_EXPONENT).retryCount(RETRY_COUNT).rnrRetryCount(RNR_RETRY_COUNT)
                .maximumOutgoingReads(1);
        }
        queuePair.modify(receiving);
        queuePair.modify(sending);
    }

    @Override
    public void play(final boolean starts, final int iterations) {
        fillAsTheCProgramDoes();
        boolean sending = false;
        boolean receiving = true;
        if (starts) {
            sendNext();
            sending = true;
        }
        while (sent < iterations || received < iterations) {
            final WorkCompletions completion = nextCompletion();
            if (completion.workRequestId(0) == SEND_ID) {
                sent++;
                sending = false;
            } else {
                check((int) completion.workRequestId(0), completion.byteLength(0));
                received++;
                receiving = false;
            }
            if (sent < iterations && !sending && !receiving) {
                sendNext();
                sending = true;
                receiving = true;
            }
        }
    }

    private WorkCompletions nextCompletion() {
        waiter.await(() -> false);
        final WorkCompletions completion = waiter.completion();
        if (!completion.isSuccess(0)) {
            throw new AssertionError(this + ": " + completion.describe(0));
        }
        return completion;
    }

    private void fillAsTheCProgramDoes() {
        outgoing.segment().fill(C_FILL);
        clearPageStarts();
    }

    private void clearPageStarts() {
        for (int index = 0; index < sizeBytes; index += PAGE_BYTES) {
            outgoing.segment().set(ValueLayout.JAVA_BYTE, index, (byte) 0);
        }
    }

    private void sendNext() {
        MemorySegment.copy(noise, sent % NOISE_SHIFTS, outgoing.segment(), ValueLayout.JAVA_BYTE, 0, sizeBytes);
        clearPageStarts();
        if (queuePair.postSend(send) != 1) {
            throw new AssertionError(this + ": the send queue is full");
        }
    }

    /** Expects the last message that this end sent, or the initial content of a C client. */
    private void check(final int slot, final int lengthBytes) {
        if (lengthBytes != slotBytes()) {
            throw new AssertionError(this + ": received " + lengthBytes + " bytes, expected " + slotBytes());
        }
        final MemorySegment message =
            incoming.segment().asSlice((long) slot * slotBytes() + headerBytes, sizeBytes);
        final long mismatch = outgoing.segment().mismatch(message);
        if (mismatch >= 0) {
            throw new AssertionError(this + ": what came back differs at byte " + mismatch + " of " + sizeBytes
                + ": expected " + outgoing.segment().get(ValueLayout.JAVA_BYTE, mismatch) + ", got "
                + message.get(ValueLayout.JAVA_BYTE, mismatch));
        }
        postReceive(slot);
    }

    private void postReceive(final int slot) {
        receive.workRequestId(slot).localMemory(incoming, (long) slot * slotBytes(), slotBytes());
        if (queuePair.postReceive(receive) != 1) {
            throw new AssertionError(this + ": the receive queue is full");
        }
    }

    @Override
    public void close() {
        queuePair.close();
        if (handle != null) {
            handle.close();
        }
        incoming.close();
        outgoing.close();
        queue.close();
        domain.close();
        context.close();
    }

    @Override
    public String toString() {
        return queuePair + " of " + context.device().name() + ", " + sent + " sent, " + received + " received";
    }
}
