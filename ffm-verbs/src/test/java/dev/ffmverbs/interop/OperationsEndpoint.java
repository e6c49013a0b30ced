// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.Gid;
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
import dev.ffmverbs.WorkCompletionOpcode;
import dev.ffmverbs.WorkCompletions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** One end of {@link Operations}. It requests operations, and checks the results of those that the peer requested. */
final class OperationsEndpoint implements AutoCloseable {

    /**
     * The data that the peer needs.
     *
     * @param gid                  where the device is.
     * @param queuePairNumber      number of the queue pair.
     * @param packetSequenceNumber number of the first packet it sends.
     * @param mtuCode              largest packet payload its port carries.
     * @param iova                 address of its memory.
     * @param rkey                 key of its memory.
     */
    record Peer(Gid gid, int queuePairNumber, int packetSequenceNumber, int mtuCode, long iova, int rkey) {

        static Peer parse(final String line) {
            final String[] words = line.split(" ");
            return new Peer(new Gid(Long.parseUnsignedLong(words[0], 16), Long.parseUnsignedLong(words[1], 16)),
                Integer.parseInt(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4]),
                Long.parseUnsignedLong(words[5], 16), Integer.parseUnsignedInt(words[6], 16));
        }

        String line() {
            return String.format("%x %x %d %d %d %x %x",
                gid.high(), gid.low(), queuePairNumber, packetSequenceNumber, mtuCode, iova, rkey);
        }
    }

    private static final int PORT = 1;
    private static final int TIMEOUT_EXPONENT = 16;
    private static final int RETRY_COUNT = 6;
    private static final int RNR_RETRY_COUNT = 6;
    private static final int RNR_TIMER = 12;
    private static final int READS = 4;
    private static final int CHAIN_LENGTH = 16;
    private static final long GUARD = 0x5AFE_5AFE_5AFE_5AFEL;
    private static final long FORMER = 0x0123_4567_89AB_CDEFL;
    private static final long NEWER = 0x1122_3344_5566_7788L;

    /** Data starts at an odd address, between guards. */
    private static final int OFFSET = 17;
    private static final int MEMORY_BYTES = OFFSET + OperationStep.MAX_LENGTH_BYTES + 64;

    private final Context context;
    private final ProtectionDomain domain;
    private final CompletionQueue queue;
    private final CompletionWaiter waiter;
    private final QueuePair queuePair;
    private final MemoryRegion shared;
    private final MemoryRegion own;
    private final GidEntry gid;
    private final int packetSequenceNumber = ThreadLocalRandom.current().nextInt(1 << 24);
    private Peer peer;

    OperationsEndpoint(final Device device) {
        gid = DeviceAddress.of(device);
        context = device.open();
        domain = context.allocateProtectionDomain();
        queue = context.createCompletionQueue(2 * CHAIN_LENGTH);
        waiter = new CompletionWaiter(queue);
        shared = domain.allocate(
            MEMORY_BYTES, Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
        own = domain.allocate(MEMORY_BYTES, Access.LOCAL_WRITE);
        queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
            .withSendRequests(CHAIN_LENGTH + 1).withReceiveRequests(2));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(PORT).partitionKeyIndex(0)
            .access(Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC));
    }

    Peer description() {
        return new Peer(gid.gid(), queuePair.number(), packetSequenceNumber,
            context.portAttributes(PORT).activeMtu().value(), shared.iova(), shared.rkey());
    }

    /** Returns the firmware version, which names the socket of a software device, and the counters of the port. */
    String deviceDescription() {
        return context.attributes().firmwareVersion() + "; " + context.portStatistics(PORT);
    }

    void connect(final Peer newPeer) {
        peer = newPeer;
        final PathMtu mine = context.portAttributes(PORT).activeMtu();
        final int smaller = Math.min(mine.value(), newPeer.mtuCode());
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE)
            .pathMtu(PathMtu.values()[smaller - 1]).destination(newPeer.gid(), gid.index(), PORT)
            .destinationQueuePair(newPeer.queuePairNumber())
            .receivePacketSequenceNumber(newPeer.packetSequenceNumber())
            .maximumIncomingReads(READS).minimumRnrTimer(RNR_TIMER));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
            .sendPacketSequenceNumber(packetSequenceNumber).timeout(TIMEOUT_EXPONENT).retryCount(RETRY_COUNT)
            .rnrRetryCount(RNR_RETRY_COUNT).maximumOutgoingReads(READS));
    }

    private static byte[] contents(final OperationStep step) {
        final byte[] bytes = new byte[step.lengthBytes()];
        new Random(step.seed()).nextBytes(bytes);
        return bytes;
    }

    private static void fill(final MemoryRegion region, final byte[] contents) {
        region.segment().fill((byte) 0);
        region.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, OFFSET - Long.BYTES, GUARD);
        region.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, OFFSET + contents.length, GUARD);
        MemorySegment.copy(contents, 0, region.segment(), ValueLayout.JAVA_BYTE, OFFSET, contents.length);
    }

    private static void check(final MemoryRegion region, final byte[] expected, final OperationStep step) {
        final MemorySegment memory = region.segment();
        final long mismatch = memory.asSlice(OFFSET, expected.length).mismatch(MemorySegment.ofArray(expected));
        require(mismatch < 0, step, "byte " + mismatch + " of " + expected.length + " is wrong");
        require(memory.get(ValueLayout.JAVA_LONG_UNALIGNED, OFFSET - Long.BYTES) == GUARD
                && memory.get(ValueLayout.JAVA_LONG_UNALIGNED, OFFSET + expected.length) == GUARD,
            step, "bytes beside the data were written");
    }

    private static void require(final boolean right, final OperationStep step, final String otherwise) {
        if (!right) {
            throw new AssertionError(step + ": " + otherwise);
        }
    }

    /** Prepares for an operation that the peer will request. */
    void prepare(final OperationStep step) {
        switch (step.kind()) {
            case READ -> fill(shared, contents(step));
            case WRITE, WRITE_WITH_IMMEDIATE, SEND, SEND_WITH_IMMEDIATE, CHAIN ->
                fill(shared, new byte[step.lengthBytes()]);
            case FETCH_ADD, COMPARE_SWAP -> shared.segment().set(ValueLayout.JAVA_LONG, 0, FORMER);
        }
        switch (step.kind()) {
            case SEND, SEND_WITH_IMMEDIATE, WRITE_WITH_IMMEDIATE -> {
                final ReceiveRequest receive = ReceiveRequest.allocate(1).workRequestId(step.seed());
                if (step.kind() != OperationStep.Kind.WRITE_WITH_IMMEDIATE) {
                    receive.localMemory(shared, OFFSET, step.lengthBytes());
                }
                require(queuePair.postReceive(receive) == 1, step, "the receive queue is full");
            }
            default -> { }
        }
    }

    /** Checks the result of an operation of the peer. */
    void checkServed(final OperationStep step) {
        switch (step.kind()) {
            case READ, WRITE, CHAIN -> check(shared, contents(step), step);
            case SEND -> checkReceived(step, WorkCompletionOpcode.RECEIVE, false);
            case SEND_WITH_IMMEDIATE -> checkReceived(step, WorkCompletionOpcode.RECEIVE, true);
            case WRITE_WITH_IMMEDIATE ->
                checkReceived(step, WorkCompletionOpcode.RECEIVE_RDMA_WITH_IMMEDIATE, true);
            case FETCH_ADD -> checkWord(step, FORMER + NEWER);
            case COMPARE_SWAP -> checkWord(step, NEWER);
        }
    }

    private void checkReceived(
        final OperationStep step, final WorkCompletionOpcode opcode, final boolean immediate) {
        final WorkCompletions received = complete(step, step.seed());
        require(received.opcode(0) == opcode, step, "received as " + received.opcode(0));
        require(received.byteLength(0) == step.lengthBytes(), step, "received " + received.byteLength(0) + " bytes");
        require(received.hasImmediateData(0) == immediate, step, "immediate data is " + !immediate);
        require(!immediate || received.immediateData(0) == step.immediateData(), step,
            "immediate data is " + received.immediateData(0));
        check(shared, contents(step), step);
    }

    private void checkWord(final OperationStep step, final long expected) {
        final long word = shared.segment().get(ValueLayout.JAVA_LONG, 0);
        require(word == expected, step, "the word is " + Long.toHexString(word));
    }

    /** Requests an operation from the peer, and checks the answer. */
    void execute(final OperationStep step) {
        switch (step.kind()) {
            case READ -> {
                fill(own, new byte[step.lengthBytes()]);
                run(step, request(step).read(peer.iova() + OFFSET, peer.rkey()));
                check(own, contents(step), step);
            }
            case CHAIN -> chain(step);
            case FETCH_ADD -> require(atomic(step, wordRequest().fetchAndAdd(peer.iova(), peer.rkey(), NEWER))
                == FORMER, step, "the former value is wrong");
            case COMPARE_SWAP -> {
                require(atomic(step, wordRequest().compareAndSwap(peer.iova(), peer.rkey(), FORMER, NEWER)) == FORMER,
                    step, "the former value is wrong");
                require(atomic(step, wordRequest().compareAndSwap(peer.iova(), peer.rkey(), FORMER, GUARD)) == NEWER,
                    step, "a swap that should have failed did not");
            }
            default -> {
                fill(own, contents(step));
                run(step, sending(step, request(step)));
            }
        }
    }

    private SendRequest request(final OperationStep step) {
        return SendRequest.allocate(1).localMemory(own, OFFSET, step.lengthBytes());
    }

    private SendRequest sending(final OperationStep step, final SendRequest request) {
        return switch (step.kind()) {
            case WRITE -> request.write(peer.iova() + OFFSET, peer.rkey());
            case WRITE_WITH_IMMEDIATE ->
                request.writeWithImmediate(peer.iova() + OFFSET, peer.rkey(), step.immediateData());
            case SEND -> request.send();
            case SEND_WITH_IMMEDIATE -> request.sendWithImmediate(step.immediateData());
            default -> throw new IllegalArgumentException(step + " does not send");
        };
    }

    private SendRequest wordRequest() {
        return SendRequest.allocate(1).localMemory(own, 0, Long.BYTES);
    }

    private long atomic(final OperationStep step, final SendRequest request) {
        own.segment().set(ValueLayout.JAVA_LONG, 0, 0);
        run(step, request);
        return own.segment().get(ValueLayout.JAVA_LONG, 0);
    }

    /** Writes in parts that are posted together, followed by a READ of the whole. */
    private void chain(final OperationStep step) {
        fill(own, contents(step));
        final int part = step.lengthBytes() / CHAIN_LENGTH;
        SendRequest next = null;
        for (int index = CHAIN_LENGTH; index >= 0; index--) {
            final boolean last = index == CHAIN_LENGTH;
            final SendRequest request = SendRequest.allocate(1).workRequestId(index);
            final long offset = OFFSET + (last ? 0 : (long) index * part);
            if (last) {
                request.read(peer.iova() + offset, peer.rkey()).localMemory(own, offset, step.lengthBytes());
            } else {
                request.write(peer.iova() + offset, peer.rkey()).localMemory(own, offset, part);
            }
            next = request.next(next);
        }
        require(queuePair.postSend(next) == CHAIN_LENGTH + 1, step, "not all of the chain was posted");
        for (int index = 0; index <= CHAIN_LENGTH; index++) {
            complete(step, index);
        }
        check(own, contents(step), step);
    }

    private void run(final OperationStep step, final SendRequest request) {
        require(queuePair.postSend(request.workRequestId(step.seed())) == 1, step, "the send queue is full");
        complete(step, step.seed());
    }

    private WorkCompletions complete(final OperationStep step, final long workRequestId) {
        waiter.await(() -> false);
        final WorkCompletions completion = waiter.completion();
        require(completion.isSuccess(0) && completion.workRequestId(0) == workRequestId, step,
            completion.describe(0));
        return completion;
    }

    @Override
    public void close() {
        queuePair.close();
        own.close();
        shared.close();
        queue.close();
        domain.close();
        context.close();
    }
}
