// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LifeOfObjectsTest {

    private static final int MANY_OBJECTS = 2000;

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aParentRefusesToCloseAndNamesItsOpenChildren(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(8);
             MemoryRegion region = domain.allocate(4096, Access.LOCAL_WRITE);
             QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue))) {
            final String ofDomain = assertThrows(IllegalStateException.class, domain::close).getMessage();
            final String ofQueue = assertThrows(IllegalStateException.class, queue::close).getMessage();
            final String ofContext = assertThrows(IllegalStateException.class, context::close).getMessage();

            assertTrue(ofDomain.contains(region.toString()) && ofDomain.contains(queuePair.toString()), ofDomain);
            assertTrue(ofQueue.contains(queuePair.toString()), ofQueue);
            assertTrue(ofContext.contains(domain.toString()) && ofContext.contains(queue.toString()), ofContext);
            assertTrue(domain.isOpen() && queue.isOpen() && context.isOpen());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theRefusalStaysShortHoweverManyObjectsAreOpen(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final List<ProtectionDomain> domains =
                Stream.generate(context::allocateProtectionDomain).limit(MANY_OBJECTS).toList();
            try (CompletionQueue queue = context.createCompletionQueue(8)) {
                final String refusal = assertThrows(IllegalStateException.class, context::close).getMessage();

                assertTrue(refusal.length() < 500, refusal);
                assertTrue(refusal.contains((MANY_OBJECTS + 1) + " objects that need it are open")
                    && refusal.contains(MANY_OBJECTS + " ProtectionDomain (") && refusal.contains("1 CompletionQueue ("
                    + queue + ")"), refusal);
            }
            domains.forEach(ProtectionDomain::close);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void everyCallAfterCloseIsRefused(final DevicePair devices) {
        devices.require();
        final Context context = devices.left().open();
        final ProtectionDomain domain = context.allocateProtectionDomain();
        final CompletionQueue queue = context.createCompletionQueue(8);
        final QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
        queuePair.close();
        queue.close();
        domain.close();
        context.close();

        assertThrows(IllegalStateException.class, () -> queuePair.postSend(SendRequest.allocate(1)));
        assertThrows(IllegalStateException.class, () -> queuePair.postReceive(ReceiveRequest.allocate(1)));
        assertThrows(IllegalStateException.class, queuePair::state);
        assertThrows(IllegalStateException.class, () -> queuePair.modify(new QueuePairAttributes()));
        assertThrows(IllegalStateException.class, () -> queue.poll(WorkCompletions.allocate(1)));
        assertThrows(IllegalStateException.class, () -> domain.allocate(64));
        assertThrows(IllegalStateException.class, context::attributes);
        assertThrows(IllegalStateException.class, () -> context.portAttributes(1));
        assertThrows(IllegalStateException.class, () -> context.createCompletionQueue(1));
        assertFalse(context.isOpen());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void closingTwiceDoesNothing(final DevicePair devices) {
        devices.require();
        final Context context = devices.left().open();
        context.close();
        context.close();
        assertFalse(context.isOpen());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void closingWaitsForPollsInOtherThreads(final DevicePair devices) throws InterruptedException {
        devices.require();
        try (Context context = devices.left().open()) {
            final CompletionQueue queue = context.createCompletionQueue(8);
            final Thread poller = Thread.ofPlatform().start(() -> {
                final WorkCompletions completions = WorkCompletions.allocate(1);
                assertThrows(IllegalStateException.class, () -> {
                    while (true) {
                        queue.poll(completions);
                    }
                });
            });
            Thread.sleep(20);

            queue.close();

            poller.join();
            assertFalse(queue.isOpen());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesTheRetryCountThatNeverGivesUp(final DevicePair devices) {
        devices.require();
        org.junit.jupiter.api.Assumptions.assumeTrue(devices.left().retriesForEverAtSeven(),
            devices.left() + " does give up at retryCount 7");
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final String refusal = assertThrows(IllegalArgumentException.class,
                () -> pair.left.queuePair.modify(new QueuePairAttributes().retryCount(7))).getMessage();
            assertTrue(refusal.contains("retry without limit") && refusal.contains("0 to 6"), refusal);
        }
    }
}
