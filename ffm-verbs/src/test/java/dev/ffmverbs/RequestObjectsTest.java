// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The objects of a request that another thread changes while it is posted, which is not allowed. */
@Timeout(60)
class RequestObjectsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aHandleIsLeftAlthoughTheRequestNoLongerNamesIt(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final QueuePair queuePair = nodes.left.side.queuePair;
            final SendRequest request = nodes.toRight(SendRequest.allocate(0).send());
            request.enterObjects(queuePair);
            request.write(0x1234, 7);

            assertDoesNotThrow(() -> request.leaveObjects(queuePair, true));

            Assertions.assertTimeoutPreemptively(LIMIT, nodes.left.toPeer::close);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aRequestIsPostedByOneThreadAtATime(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final QueuePair queuePair = nodes.left.side.queuePair;
            final SendRequest request = nodes.toRight(SendRequest.allocate(0).send());
            request.enterObjects(queuePair);

            assertThrows(IllegalStateException.class, () -> request.enterObjects(queuePair));

            request.leaveObjects(queuePair, true);
            request.enterObjects(queuePair);
            request.leaveObjects(queuePair, true);
            Assertions.assertTimeoutPreemptively(LIMIT, nodes.left.toPeer::close);
            assertThrows(IllegalStateException.class, () -> request.enterObjects(queuePair));
            final IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> request.enterObjects(queuePair));
            assertEquals(nodes.left.toPeer + " is closed", refused.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theDriverGetsTheHandleThatIsHeld(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final QueuePair queuePair = nodes.left.side.queuePair;
            final SendRequest request = nodes.toRight(SendRequest.allocate(0).send());
            final long handle = nodes.left.toPeer.operations().handle();
            request.memory().set(ValueLayout.JAVA_LONG, SendRequestLayout.DATAGRAM_ADDRESS_HANDLE, 0x1234);

            request.enterObjects(queuePair);

            assertEquals(handle,
                request.memory().get(ValueLayout.JAVA_LONG, SendRequestLayout.DATAGRAM_ADDRESS_HANDLE));
            request.leaveObjects(queuePair, true);
        }
    }
}
