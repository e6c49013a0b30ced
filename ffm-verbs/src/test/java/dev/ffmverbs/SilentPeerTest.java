// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A program that uses verbs alone detects a lost peer with an RDMA operation that transfers no data. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SilentPeerTest {

    private static final long QUIET_MS = 300;
    private static final String TOLD_BY_TCP = "TCP tells that the peer has closed its queue pair, without a request";

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anOperationOfNoBytesNeedsNoKeyAndTellsThatThePeerIsThere(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).write(0, 0)));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(EmptyRequests.read(devices.left())));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).write(0, 0)));
            assertEquals(QueuePairState.READY_TO_SEND, pair.left.queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aPeerThatIsGoneIsNoticedByAWriteOfNoBytesAndNotBefore(final DevicePair devices) throws Exception {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).write(0, 0)));
            Unsupported.onIwarp(devices.left(), TOLD_BY_TCP);
            pair.right.queuePair.close();

            Thread.sleep(QUIET_MS);
            assertEquals(QueuePairState.READY_TO_SEND, pair.left.queuePair.state(), "no request was sent to the peer");
            assertEquals(0, pair.left.queue.poll(pair.left.completions));
            assertEquals(WorkCompletionStatus.RETRY_EXCEEDED, pair.left.execute(SendRequest.allocate(0).write(0, 0)));
            assertEquals(QueuePairState.ERROR, pair.left.queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aPeerThatIsGoneIsToldByTcpOnIwarp(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            Assumptions.assumeTrue(Unsupported.isIwarp(devices.left()), () -> devices.left() + " is no iWARP device");
            pair.right.queuePair.close();
            pair.left.awaitError();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aPeerThatIsGoneIsNoticedByAReadOfNoBytes(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            Unsupported.onIwarp(devices.left(), TOLD_BY_TCP);
            pair.right.queuePair.close();
            assertEquals(WorkCompletionStatus.RETRY_EXCEEDED, pair.left.execute(SendRequest.allocate(0).read(0, 0)));
        }
    }
}
