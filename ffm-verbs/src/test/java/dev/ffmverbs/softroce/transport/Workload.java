// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.FlushPlacements;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Random requests from one endpoint to another, with checks of the results.
 *
 * <p>The region of each side has a source of random bytes, one place for the result of each request, one place for the
 * data that each request of the peer writes, one place for each receive, and a word for the peer's atomics.
 */
final class Workload {

    static final int MAX_REQUESTS = 24;
    private static final int PLACE = 4096;
    private static final int SOURCE = 0;
    private static final int SOURCE_BYTES = 3 * PLACE;
    private static final int READS = SOURCE_BYTES;
    private static final int WRITES = READS + MAX_REQUESTS * PLACE;
    private static final int RECEIVES = WRITES + MAX_REQUESTS * PLACE;
    private static final int WORD = RECEIVES + MAX_REQUESTS * PLACE;
    static final int MEMORY_BYTES = WORD + 64;

    private static final int[] OPERATIONS = {
        WorkRequestOpcodes.RDMA_WRITE, WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE, WorkRequestOpcodes.SEND,
        WorkRequestOpcodes.SEND_WITH_IMMEDIATE, WorkRequestOpcodes.RDMA_READ, WorkRequestOpcodes.RDMA_READ,
        WorkRequestOpcodes.FETCH_AND_ADD, WorkRequestOpcodes.COMPARE_AND_SWAP, WorkRequestOpcodes.FLUSH,
        WorkRequestOpcodes.ATOMIC_WRITE};

    private final Endpoint self;
    private final Endpoint peer;
    private final SplittableRandom random;
    private final int requests;
    private final int[] operation;
    private final int[] length;
    private final int[] from;
    private final long[] operand;
    private final int[] receiveOf;
    private int posted;
    private int receivesNeeded;
    private int receivesPosted;

    Workload(final Endpoint self, final Endpoint peer, final SplittableRandom random, final int mtu) {
        this.self = self;
        this.peer = peer;
        this.random = random;
        this.requests = 1 + random.nextInt(MAX_REQUESTS);
        operation = new int[requests];
        length = new int[requests];
        from = new int[requests];
        operand = new long[requests];
        receiveOf = new int[requests];
        final byte[] source = new byte[SOURCE_BYTES];
        random.nextBytes(source);
        self.bytes.asSlice(SOURCE, SOURCE_BYTES).copyFrom(MemorySegment.ofArray(source));
        for (int i = 0; i < requests; i++) {
            operation[i] = OPERATIONS[random.nextInt(OPERATIONS.length)];
            length[i] = randomLength(mtu);
            from[i] = random.nextInt(SOURCE_BYTES - PLACE);
            operand[i] = random.nextInt(3);
            receiveOf[i] = consumesReceive(operation[i]) ? receivesNeeded++ : -1;
        }
    }

    private int randomLength(final int mtu) {
        return Math.min(PLACE, switch (random.nextInt(4)) {
            case 0 -> random.nextInt(16);
            case 1 -> mtu * random.nextInt(5) + random.nextInt(3);
            default -> random.nextInt(PLACE + 1);
        });
    }

    private static boolean consumesReceive(final int operation) {
        return operation == WorkRequestOpcodes.SEND || operation == WorkRequestOpcodes.SEND_WITH_IMMEDIATE
            || operation == WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE;
    }

    /** Posts a random number of requests, possibly none. */
    void advance() {
        if (receivesPosted < receivesNeeded && random.nextInt(4) == 0) {
            peer.postReceive(receivesPosted, RECEIVES + receivesPosted * PLACE, PLACE);
            receivesPosted++;
        }
        for (int burst = random.nextInt(4); burst > 0 && posted < requests && hasRoom(); burst--) {
            post(posted++);
        }
    }

    private boolean hasRoom() {
        return self.sendQueue.claim() != SendQueue.FULL;
    }

    private void post(final int i) {
        final int flags = SendFlags.SIGNALED | (random.nextInt(4) == 0 ? SendFlags.FENCE : 0);
        if (operation[i] == WorkRequestOpcodes.FLUSH) {
            self.postFlush(i, peer.at(WRITES), peer.key(), operand[i] - 1, FlushPlacements.GLOBAL);
        } else if (operation[i] == WorkRequestOpcodes.ATOMIC_WRITE) {
            self.postWord(i, peer.at(WRITES + (long) i * PLACE), peer.key(), word(i));
        } else if (RequestPackets.isAtomic(operation[i])) {
            self.postAtomic(
                i, operation[i], READS + (long) i * PLACE, peer.at(WORD), peer.key(), operand[i], operand[i] + 1);
        } else if (operation[i] == WorkRequestOpcodes.RDMA_READ) {
            self.post(i, operation[i], flags, READS + (long) i * PLACE, length[i], peer.at(from[i]), peer.key());
        } else {
            self.post(i, operation[i], flags, from[i], length[i], peer.at(WRITES + (long) i * PLACE), peer.key());
        }
    }

    private long word(final int i) {
        return operand[i] * 0x0101_0101_0101_0101L + i;
    }

    boolean isComplete() {
        return self.sends.size() == requests;
    }

    /** Fails unless every request was executed completely, in order and exactly once. */
    void verify() {
        long word = 0;
        for (int i = 0; i < requests; i++) {
            final Completion completion = self.sends.get(i);
            assertEquals(i, completion.workRequestId(), "order of completions");
            assertEquals(CompletionStatuses.SUCCESS, completion.status(), "request " + i);
            if (operation[i] == WorkRequestOpcodes.FETCH_AND_ADD) {
                assertEquals(word, result(i), "value before fetch and add " + i);
                word += operand[i];
            } else if (operation[i] == WorkRequestOpcodes.COMPARE_AND_SWAP) {
                assertEquals(word, result(i), "value before compare and swap " + i);
                word = word == operand[i] ? operand[i] + 1 : word;
            } else {
                verifyContent(i);
            }
        }
        assertEquals(word, peer.bytes.get(ValueLayout.JAVA_LONG, WORD), "every atomic ran once");
        assertEquals(receivesNeeded, peer.receives.size(), "every receive completed once");
    }

    private long result(final int i) {
        return self.bytes.get(ValueLayout.JAVA_LONG, READS + (long) i * PLACE);
    }

    private void verifyContent(final int i) {
        if (operation[i] == WorkRequestOpcodes.FLUSH) {
            return;
        }
        if (operation[i] == WorkRequestOpcodes.ATOMIC_WRITE) {
            assertEquals(word(i), peer.bytes.get(ValueLayout.JAVA_LONG, WRITES + (long) i * PLACE), "word " + i);
        } else if (operation[i] == WorkRequestOpcodes.RDMA_READ) {
            assertArrayEquals(
                peer.content(from[i], length[i]), self.content(READS + (long) i * PLACE, length[i]), "read " + i);
        } else if (operation[i] == WorkRequestOpcodes.RDMA_WRITE
            || operation[i] == WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE) {
            assertArrayEquals(
                self.content(from[i], length[i]), peer.content(WRITES + (long) i * PLACE, length[i]), "write " + i);
        } else {
            assertArrayEquals(self.content(from[i], length[i]),
                peer.content(RECEIVES + (long) receiveOf[i] * PLACE, length[i]), "send " + i);
        }
        if (receiveOf[i] >= 0) {
            final Completion receive = peer.receives.get(receiveOf[i]);
            final boolean immediate = operation[i] != WorkRequestOpcodes.SEND;
            assertEquals(receiveOf[i], receive.workRequestId(), "order of receives");
            assertEquals(CompletionStatuses.SUCCESS, receive.status());
            assertEquals(length[i], receive.byteLength(), "bytes of receive " + receiveOf[i]);
            assertEquals(immediate ? CompletionFlags.WITH_IMMEDIATE : 0, receive.flags());
            assertEquals(immediate ? i * 31 : 0, receive.immediate());
        }
    }

    @Override
    public String toString() {
        return self.sends.size() + " of " + requests + " complete, " + posted + " posted, " + peer.receives.size()
            + " of " + receivesNeeded + " received";
    }
}
