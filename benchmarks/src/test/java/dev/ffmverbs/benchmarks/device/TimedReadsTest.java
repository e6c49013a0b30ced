// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.WorkCompletions;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the loop that times READs, over the software device. */
@Timeout(60)
class TimedReadsTest {

    private static final int DEPTH = 4;
    private static final int READS = 10;

    @BeforeAll
    static void giveThisProcessADevice() {
        SoftwareDevice.use();
    }

    private static EndpointPair open() {
        return new EndpointPair("soft0", DEPTH * Long.BYTES);
    }

    @Test
    void readsThePeersBufferIntoItsOwnAndStampsEveryRead() {
        final BusyWait wait = new BusyWait(Duration.ofSeconds(10));
        try (EndpointPair ends = open()) {
            ends.far().buffer().segment().set(ValueLayout.JAVA_LONG, 0, 42);
            final TimedReads reads =
                new TimedReads(ends.near(), ends.far().address(), Long.BYTES, DEPTH, wait::poll);
            final long[] postedNs = new long[READS];
            final long[] completedNs = new long[READS];

            reads.run(READS, postedNs, completedNs);

            for (int i = 0; i < DEPTH; i++) {
                assertEquals(42, ends.near().buffer().segment().getAtIndex(ValueLayout.JAVA_LONG, i));
            }
            for (int i = 0; i < READS; i++) {
                assertTrue(completedNs[i] - postedNs[i] > 0, "READ " + i);
                assertTrue(i == 0 || postedNs[i] - postedNs[i - 1] > 0, "order of READ " + i);
            }
        }
    }

    @Test
    void neverHasMoreReadsInFlightThanItsDepth() {
        final BusyWait wait = new BusyWait(Duration.ofSeconds(10));
        try (EndpointPair ends = open()) {
            final long[] postedNs = new long[READS];
            final long[] completedNs = new long[READS];

            new TimedReads(ends.near(), ends.far().address(), Long.BYTES, 2, wait::poll)
                .run(READS, postedNs, completedNs);

            for (int i = 2; i < READS; i++) {
                assertTrue(postedNs[i] - completedNs[i - 2] >= 0, "READ " + i + " was posted too early");
            }
        }
    }

    @Test
    void aReadThatIsNeverAnsweredEndsTheRun() {
        try (EndpointPair ends = open()) {
            final TimedReads reads = new TimedReads(
                ends.near(), ends.far().address(), Long.BYTES, 1, TimedReadsTest::giveUp);

            final String message = assertThrows(
                OperationException.class, () -> reads.run(1, new long[1], null)).getMessage();

            assertTrue(message.contains("no READ completed on "), message);
        }
    }

    private static int giveUp(final CompletionQueue queue, final WorkCompletions taken) {
        return 0;
    }

    @Test
    void aReadThatFailsEndsTheRunWithItsStatus() {
        final BusyWait wait = new BusyWait(Duration.ofSeconds(10));
        try (EndpointPair ends = open()) {
            final EndpointAddress far = ends.far().address();
            final EndpointAddress wrongKey = new EndpointAddress(far.gid(), far.queuePairNumber(),
                far.packetSequenceNumber(), far.bufferAddress(), far.rkey() + 1);
            final TimedReads reads = new TimedReads(ends.near(), wrongKey, Long.BYTES, 1, wait::poll);

            final String message = assertThrows(
                OperationException.class, () -> reads.run(1, new long[1], null)).getMessage();

            assertTrue(message.startsWith("a READ failed: "), message);
        }
    }
}
