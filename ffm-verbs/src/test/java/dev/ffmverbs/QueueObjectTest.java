// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.NativeObject;
import dev.ffmverbs.spi.ProcessBarrier;
import dev.ffmverbs.spi.ProviderException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests calls of the data path, noted per thread or counted, against the close of their object. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QueueObjectTest {

    private static final long MOMENT_MS = 50;
    private static final int ROUNDS = 200;

    private static final class Queue extends QueueObject {

        private volatile boolean freed;

        Queue(final ProcessBarrier barrier) {
            super((Device) null, barrier);
        }

        @Override
        NativeObject operations() {
            return null;
        }

        @Override
        void free() {
            freed = true;
        }

        @Override
        public String toString() {
            return "queue";
        }
    }

    private static Queue queue(final boolean notes) {
        return new Queue(notes ? () -> { } : null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingWaitsForACallInProgressAndRefusesAnother(final boolean notes) throws Exception {
        final Queue queue = queue(notes);
        final CallSlot slot = queue.enterCall();
        final CompletableFuture<Void> closing = CompletableFuture.runAsync(queue::close);
        awaitRefusal(IllegalStateException.class, queue);
        assertThrows(TimeoutException.class, () -> closing.get(MOMENT_MS, TimeUnit.MILLISECONDS));
        assertFalse(queue.freed);

        queue.leave(slot);

        closing.get(30, TimeUnit.SECONDS);
        assertTrue(queue.freed);
        assertThrows(IllegalStateException.class, queue::enterCall);
    }

    @Test
    void confiningWaitsForANotedCallOfAnotherThread() throws Exception {
        final Queue queue = queue(true);
        final CallSlot slot = queue.enterCall();
        final CompletableFuture<Void> confining = CompletableFuture.runAsync(() -> {
            queue.confineToCurrentThread();
            assertNull(queue.enterCall());
        });
        awaitRefusal(WrongThreadException.class, queue);
        assertThrows(TimeoutException.class, () -> confining.get(MOMENT_MS, TimeUnit.MILLISECONDS));

        queue.leave(slot);

        confining.get(30, TimeUnit.SECONDS);
        assertThrows(WrongThreadException.class, queue::enterCall);
    }

    @Test
    void countsTheCallsOfThreadsWhereTheProviderHasNoBarrier() {
        final Queue queue = queue(false);
        final CallSlot slot = queue.enterCall();
        assertSame(CallSlot.COUNTED, slot);
        assertTrue(assertThrows(IllegalStateException.class, queue::confineToCurrentThread).getMessage()
            .contains("in progress"));
        queue.leave(slot);
        queue.close();
        assertTrue(queue.freed);
    }

    @Test
    void aBarrierThatFailsLeavesTheObjectAsItWas() throws Exception {
        final boolean[] fails = {true};
        final Queue queue = new Queue(() -> {
            if (fails[0]) {
                throw new ProviderException("membarrier", "cmd=8", Errno.EPERM);
            }
        });
        queue.leave(queue.enterCall());

        assertEquals(Errno.EPERM, assertThrows(VerbsException.class, queue::close).errno());
        assertEquals(Errno.EPERM, assertThrows(VerbsException.class, queue::confineToCurrentThread).errno());

        assertTrue(queue.isOpen());
        CompletableFuture.runAsync(() -> queue.leave(queue.enterCall())).get(30, TimeUnit.SECONDS);
        fails[0] = false;
        queue.close();
        assertTrue(queue.freed);
    }

    private static void awaitRefusal(final Class<? extends RuntimeException> refusal, final Queue queue) {
        assertThrows(refusal, () -> {
            while (true) {
                queue.leave(queue.enterCall());
            }
        });
    }

    private static int callUntilTheStackOverflows(final Queue queue, final int depth) {
        final CallSlot slot = queue.enterCall();
        try {
            work(depth & 7);
        } finally {
            queue.leave(slot);
        }
        return 1 + callUntilTheStackOverflows(queue, depth + 1);
    }

    private static int work(final int frames) {
        return frames == 0 ? 0 : 1 + work(frames - 1);
    }

    /** Calls end in the interpreter, then in compiled code. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyCallEndsAlthoughTheStackOverflows(final boolean notes) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            final Queue queue = queue(notes);
            final int offset = round;
            final Thread caller = Thread.ofPlatform().start(() -> {
                assertThrows(StackOverflowError.class, () -> callUntilTheStackOverflows(queue, offset));
            });
            caller.join();
            queue.close();
            assertTrue(queue.freed);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theThreadWhoseStackOverflowedCanConfineAndClose(final boolean notes) {
        for (int round = 0; round < ROUNDS; round++) {
            final Queue queue = queue(notes);
            final int offset = round;
            assertThrows(StackOverflowError.class, () -> callUntilTheStackOverflows(queue, offset));
            queue.confineToCurrentThread();
            queue.close();
            assertTrue(queue.freed);
        }
    }
}
