// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.PathMtu;
import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many queue pairs send at once to a device with the smallest receive buffer. They share it, and none of them runs out
 * of retries.
 */
@Timeout(300)
class SmallBuffersTest {

    private static final int PAIRS = 64;
    private static final int ROUNDS = 4;
    private static final int REQUESTS = 8;
    private static final int BYTES = 16_384;
    private static final SoftRoceSettings SMALL = SoftRoceSettings.DEFAULT.withReceiveBufferBytes(1 << 14);

    static {
        PrivateLoopbackAddresses.use();
    }

    private static final String LEFT = SoftDevices.add(PrivateLoopbackAddresses.address(4), SMALL);
    private static final String RIGHT =
        SoftDevices.add(PrivateLoopbackAddresses.address(5), SMALL.withSocket(SoftRoceSettings.Socket.CHANNEL));

    private final List<SoftEndpoint> from = new ArrayList<>();
    private final List<SoftEndpoint> to = new ArrayList<>();

    private void connect(final String left, final String right) {
        for (int i = 0; i < PAIRS; i++) {
            from.add(new SoftEndpoint(left));
            to.add(new SoftEndpoint(right));
            from.get(i).connect(to.get(i), PathMtu.MTU_1024, 14, 7);
            to.get(i).connect(from.get(i), PathMtu.MTU_1024, 14, 7);
        }
    }

    @AfterEach
    void close() {
        Collections.reverse(from);
        Collections.reverse(to);
        from.forEach(SoftEndpoint::close);
        to.forEach(SoftEndpoint::close);
    }

    private void transfer(final boolean reads) {
        for (int i = 0; i < PAIRS; i++) {
            final SoftEndpoint sender = from.get(i);
            final SoftEndpoint target = to.get(i);
            for (int request = 0; request < REQUESTS; request++) {
                final SendRequest posted = SendRequest.allocate(1).localMemory(sender.memory, 0, BYTES).signal(true);
                sender.post(reads ? posted.read(target.memory.iova(), target.memory.rkey())
                    : posted.write(target.memory.iova(), target.memory.rkey()));
            }
        }
        for (final SoftEndpoint sender : from) {
            int completed = 0;
            while (completed < REQUESTS) {
                sender.await();
                completed += sender.completions.count();
                for (int i = 0; i < sender.completions.count(); i++) {
                    final String text = sender.completions.describe(i);
                    assertEquals(WorkCompletionStatus.SUCCESS, sender.completions.status(i),
                        () -> text + " " + sender.context.portStatistics(1));
                }
            }
        }
    }

    @Test
    void noQueuePairRunsOutOfRetries() {
        connect(LEFT, RIGHT);
        for (int round = 0; round < ROUNDS; round++) {
            transfer(round % 2 == 1);
        }
    }

    @Test
    void noQueuePairRunsOutOfRetriesInTheOtherDirection() {
        connect(RIGHT, LEFT);
        for (int round = 0; round < ROUNDS; round++) {
            transfer(round % 2 == 1);
        }
    }
}
