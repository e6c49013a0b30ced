// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.ThrowingSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects that drivers lock for no thread, because this library keeps them to one. */
@Timeout(120)
class ThreadDomainTest {

    private static final int LENGTH = 256;

    /** Creates ends that have a thread domain, and all their queues in it. */
    private static final class OneThreadSetup extends ConnectedPair.Setup {

        private ParentDomain parent;

        @Override
        CompletionQueue completionQueue(final ConnectedPair.Side side) {
            final ThreadDomain threads = side.opens(Unsupported.orSkip(side.context::allocateThreadDomain));
            parent = side.opens(Unsupported.orSkip(() -> side.domain.allocateParentDomain(threads)));
            return Unsupported.orSkip(() -> side.context.createExtendedCompletionQueue(
                CompletionQueueConfiguration.of(16).withParentDomain(parent)));
        }

        @Override
        QueuePair queuePair(final ConnectedPair.Side side) {
            return parent.createQueuePair(configuration(side.queue));
        }
    }

    private static CompletionQueueConfiguration single(final int entries) {
        return CompletionQueueConfiguration.of(entries).withSingleThread(true);
    }

    private static void assertRefusedElsewhere(final Runnable call) {
        final ExecutionException refused =
            assertThrows(ExecutionException.class, () -> CompletableFuture.runAsync(call).get());
        assertInstanceOf(WrongThreadException.class, refused.getCause());
    }

    /** Returns what a thread creates that has ended since. */
    private static <T> T fromAnEndedThread(final ThrowingSupplier<T> creation) throws Exception {
        final FutureTask<T> task = new FutureTask<>(() -> {
            try {
                return creation.get();
            } catch (final Throwable e) {
                throw new AssertionError(e);
            }
        });
        final Thread thread = Thread.ofPlatform().start(task);
        final T created = task.get();
        thread.join();
        return created;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void queuesOfOneThreadCarryMemoryOfTheDomainThatTheyShare(final DevicePair devices) {
        final OneThreadSetup setup = new OneThreadSetup();
        try (ConnectedPair pair = new ConnectedPair(devices, setup, new ConnectedPair.Setup())) {
            assertEquals(pair.left.domain, setup.parent.protectionDomain());
            assertEquals(setup.parent, pair.left.queuePair.protectionDomain());
            final MemoryRegion remote = TestMemory.region(pair.right, LENGTH, 3, Access.REMOTE_READ);
            final MemoryRegion local = TestMemory.zeros(pair.left, LENGTH, Access.LOCAL_WRITE);
            final MemoryRegion ofParent =
                pair.left.opens(setup.parent.allocate(LENGTH, Access.LOCAL_WRITE, Access.REMOTE_WRITE));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .localMemory(local, 0, LENGTH).read(remote.iova(), remote.rkey())));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.execute(SendRequest.allocate(1)
                .localMemory(remote, 0, LENGTH).write(ofParent.iova(), ofParent.rkey())));

            TestMemory.assertSame(remote, 0, local, 0, LENGTH);
            TestMemory.assertSame(remote, 0, ofParent, 0, LENGTH);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void whatIsCreatedInItIsConfinedToItsThread(final DevicePair devices) {
        final OneThreadSetup setup = new OneThreadSetup();
        try (ConnectedPair pair = new ConnectedPair(devices, setup, new ConnectedPair.Setup())) {
            final SharedReceiveQueue shared = pair.left.opens(setup.parent.createSharedReceiveQueue(4, 1));

            assertRefusedElsewhere(() -> pair.left.queuePair.postSend(SendRequest.allocate(0)));
            assertRefusedElsewhere(() -> pair.left.queue.poll(WorkCompletions.allocate(1)));
            assertRefusedElsewhere(() -> shared.postReceive(ReceiveRequest.allocate(0)));
            assertRefusedElsewhere(() -> setup.parent.createSharedReceiveQueue(4, 1));
            assertRefusedElsewhere(() -> pair.left.context.createExtendedCompletionQueue(
                CompletionQueueConfiguration.of(4).withParentDomain(setup.parent)));
            assertRefusedElsewhere(() -> pair.left.domain.allocateParentDomain(setup.parent.threadDomain()));
            assertRefusedElsewhere(setup.parent.threadDomain()::close);
        }
    }

    /** Drivers return places to the shared receive queue when receives are taken and when a queue pair is closed. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aSharedReceiveQueueWithoutALockIsUsedByItsThreadOnly(final DevicePair devices) {
        final OneThreadSetup setup = new OneThreadSetup();
        try (ConnectedPair pair = new ConnectedPair(devices, setup, new ConnectedPair.Setup());
             CompletionQueue ofAnyThread = pair.left.context.createCompletionQueue(4);
             SharedReceiveQueue shared = setup.parent.createSharedReceiveQueue(4, 1)) {
            final QueuePairConfiguration confined =
                QueuePairConfiguration.reliableConnection(pair.left.queue).withSharedReceiveQueue(shared);
            assertThrows(IllegalArgumentException.class, () -> pair.left.domain.createQueuePair(confined));
            assertThrows(IllegalArgumentException.class, () -> setup.parent.createQueuePair(
                QueuePairConfiguration.reliableConnection(ofAnyThread).withSharedReceiveQueue(shared)));
            setup.parent.createQueuePair(confined).close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void closesAfterWhatWasCreatedInIt(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain()) {
            final ThreadDomain threads = Unsupported.orSkip(context::allocateThreadDomain);
            final ParentDomain parent = domain.allocateParentDomain(threads);
            final SharedReceiveQueue queue = parent.createSharedReceiveQueue(4, 1);

            assertThrows(IllegalStateException.class, domain::close);
            assertThrows(IllegalStateException.class, threads::close);
            assertThrows(IllegalStateException.class, parent::close);
            queue.close();
            parent.close();
            threads.close();
            assertThrows(IllegalStateException.class, () -> domain.allocateParentDomain(threads));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isClosedByAnyThreadAfterItsOwnHasEnded(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open()) {
            Unsupported.orSkip(context::allocateThreadDomain).close();
            final ThreadDomain threads = fromAnEndedThread(context::allocateThreadDomain);
            threads.close();
            assertFalse(threads.isOpen());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void ofAnotherContextIsRefused(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); Context other = devices.left().open();
             ProtectionDomain domain = context.allocateProtectionDomain();
             ThreadDomain foreign = Unsupported.orSkip(other::allocateThreadDomain);
             ParentDomain parent = domain.allocateParentDomain(null)) {
            assertThrows(IllegalArgumentException.class, () -> domain.allocateParentDomain(foreign));
            assertThrows(IllegalArgumentException.class, () -> other.createExtendedCompletionQueue(
                CompletionQueueConfiguration.of(4).withParentDomain(parent)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aDomainWithinADomainSharesTheMemoryOfTheOutermost(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             ParentDomain parent = Unsupported.orSkip(() -> domain.allocateParentDomain(null));
             ParentDomain second = parent.allocateParentDomain(null)) {
            assertSame(domain, second.protectionDomain());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isRefusedByNameWhereTheDeviceHasNone(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain()) {
            try {
                context.allocateThreadDomain().close();
                domain.allocateParentDomain(null).close();
            } catch (final UnsupportedVerbException refused) {
                assertEquals("ibv_alloc_td", refused.verb());
                assertEquals("ibv_alloc_parent_domain", assertThrows(
                    UnsupportedVerbException.class, () -> domain.allocateParentDomain(null)).verb());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aQueueWithoutALockBelongsToTheThreadThatCreatesIt(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices, new ConnectedPair.Setup() {
            @Override
            CompletionQueue completionQueue(final ConnectedPair.Side side) {
                return Unsupported.orSkip(() -> side.context.createExtendedCompletionQueue(single(16)));
            }
        }, new ConnectedPair.Setup())) {
            final MemoryRegion remote = TestMemory.region(pair.right, LENGTH, 4, Access.REMOTE_READ);
            final MemoryRegion local = TestMemory.zeros(pair.left, LENGTH, Access.LOCAL_WRITE);
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .localMemory(local, 0, LENGTH).read(remote.iova(), remote.rkey())));
            TestMemory.assertSame(remote, 0, local, 0, LENGTH);

            assertRefusedElsewhere(() -> pair.left.queue.poll(WorkCompletions.allocate(1)));
            assertRefusedElsewhere(() -> ((ExtendedCompletionQueue) pair.left.queue).startPoll());
            assertRefusedElsewhere(() -> pair.left.domain.createQueuePair(
                QueuePairConfiguration.reliableConnection(pair.left.queue)));
        }
    }

    /** Drivers remove the completions of a queue pair that is reset or closed from its queue. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void queuePairsOfAQueueWithoutALockAreResetAndClosedByItsThread(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = Unsupported.orSkip(() -> context.createExtendedCompletionQueue(single(16)));
             QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue))) {
            assertRefusedElsewhere(queuePair::close);
            assertRefusedElsewhere(() ->
                queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET)));
            assertTrue(queuePair.isOpen());
            assertEquals(QueuePairState.RESET, queuePair.state());
        }
    }

    /** The call would otherwise be waited for, and all others would be refused until it ends. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aCloseByAnotherThreadIsRefusedWhileCallsAreInProgress(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = Unsupported.orSkip(() -> context.createExtendedCompletionQueue(single(16)));
             QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue))) {
            queuePair.enter();
            try {
                assertRefusedElsewhere(queuePair::close);
            } finally {
                queuePair.leave();
            }
            assertEquals(QueuePairState.RESET, queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aQueueWithoutALockIsClosedByAnyThreadAfterItsOwnHasEnded(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain()) {
            Unsupported.orSkip(() -> context.createExtendedCompletionQueue(single(16))).close();
            final QueuePair queuePair = fromAnEndedThread(() -> domain.createQueuePair(
                QueuePairConfiguration.reliableConnection(context.createExtendedCompletionQueue(single(16)))));
            queuePair.close();
            queuePair.configuration().sendCompletionQueue().close();
        }
    }
}
