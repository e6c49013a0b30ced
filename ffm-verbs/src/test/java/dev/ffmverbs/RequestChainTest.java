// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests chains that change between posts. What is cached about a chain must match the chain. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestChainTest {

    private static final int REQUESTS = 8;
    private static final int CHANGES = 20_000;

    private static int countedAnew(final ReceiveRequest first) {
        int length = 0;
        for (ReceiveRequest request = first; request != null; request = request.next()) {
            length++;
        }
        return length;
    }

    @Test
    void knowsItsLengthWhereverItWasChanged() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final ReceiveRequest[] requests =
            Stream.generate(() -> ReceiveRequest.allocate(0)).limit(REQUESTS).toArray(ReceiveRequest[]::new);
        for (int change = 0; change < CHANGES; change++) {
            final ReceiveRequest changed = requests[random.nextInt(REQUESTS)];
            final int following = random.nextInt(REQUESTS + 1);
            try {
                changed.next(following == REQUESTS ? null : requests[following]);
            } catch (final IllegalArgumentException e) {
                changed.next(null);
            }
            final ReceiveRequest posted = requests[random.nextInt(REQUESTS)];
            assertEquals(countedAnew(posted), posted.chainLength(), "seed " + seed + ", change " + change);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void postsWhatWasChainedBehindItSinceItWasPosted(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final ReceiveRequest first = EmptyRequests.receive(devices.right());
            final ReceiveRequest second = EmptyRequests.receive(devices.right());
            assertEquals(1, pair.right.queuePair.postReceive(first));
            first.next(second);
            assertEquals(2, pair.right.queuePair.postReceive(first));
            second.next(EmptyRequests.receive(devices.right()));
            assertEquals(3, pair.right.queuePair.postReceive(first));
            assertEquals(2, pair.right.queuePair.postReceive(second));
            second.next(null);
            assertEquals(2, pair.right.queuePair.postReceive(first));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void noticesAClosedWindowInARequestThatBecameABindAfterItWasPosted(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = TestMemory.zeros(pair.left, 64, Access.LOCAL_WRITE, Access.MEMORY_WINDOW_BIND);
            final MemoryWindow window = pair.left.opens(
                Unsupported.orSkip(() -> pair.left.domain.allocateMemoryWindow(MemoryWindowType.TYPE_2)));
            final SendRequest last = SendRequest.allocate(0).write(0, 0).signal(false);
            final SendRequest first = SendRequest.allocate(0).write(0, 0).signal(false).next(last);
            assertEquals(2, pair.left.queuePair.postSend(first));

            final int unbound = window.rkey();
            last.bindMemoryWindow(window, region, 0, 8, Access.REMOTE_READ).signal(true);
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(first));
            assertNotEquals(unbound, window.rkey());

            window.close();
            assertThrows(IllegalStateException.class, () -> pair.left.queuePair.postSend(first));
            last.write(0, 0);
            assertEquals(2, pair.left.queuePair.postSend(first), "it no longer names the window");
        }
    }
}
