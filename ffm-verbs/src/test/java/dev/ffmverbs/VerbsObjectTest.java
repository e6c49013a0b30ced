// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests calls and the close of one object on several threads. */
class VerbsObjectTest {

    private static final class Counted extends VerbsObject {

        private final BatchOwner batch = new BatchOwner(this);
        private volatile boolean freed;

        Counted() {
            super(null);
        }

        @Override
        void requireNoOpenBatch() {
            batch.requireEnding();
        }

        @Override
        void free() {
            freed = true;
        }

        @Override
        public String toString() {
            return "counted object";
        }
    }

    /** A batch holds its queue pair across several calls. A call between them must not wait for the closing thread. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void refusesACallAtOnceWhileClosingWaitsForAnotherOfTheSameThread() throws Exception {
        final Counted object = new Counted();
        object.enter();
        final CompletableFuture<Void> closing = CompletableFuture.runAsync(object::close);

        final String refusal = assertThrows(IllegalStateException.class, () -> {
            while (!closing.isDone()) {
                object.enter();
                object.leave();
            }
        }).getMessage();

        assertTrue(refusal.contains("counted object is closed"), refusal);
        assertFalse(object.freed);
        object.leave();
        closing.get(30, TimeUnit.SECONDS);
        assertTrue(object.freed);
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void refusesToCloseOrConfineAtOnceWhileAnotherThreadsCloseWaitsForTheCallersBatch() throws Exception {
        final Counted object = new Counted();
        object.enter();
        object.batch.open();
        final CompletableFuture<Void> closing = CompletableFuture.runAsync(object::close);
        assertThrows(IllegalStateException.class, () -> {
            while (!closing.isDone()) {
                object.enter();
                object.leave();
            }
        });

        assertThrows(IllegalStateException.class, object::close);
        assertThrows(IllegalStateException.class, object::confineToCurrentThread);

        object.batch.release();
        object.leave();
        closing.get(30, TimeUnit.SECONDS);
        assertTrue(object.freed);
    }

    @Test
    void namesTheThreadItIsConfinedToWhenAnotherCalls() {
        final Counted object = new Counted();
        object.confineToCurrentThread();

        final String refusal = CompletableFuture.supplyAsync(
            () -> assertThrows(WrongThreadException.class, object::enter).getMessage()).join();

        assertTrue(refusal.contains("confined to " + Thread.currentThread()), refusal);
        object.close();
        assertThrows(IllegalStateException.class, object::enter);
    }
}
