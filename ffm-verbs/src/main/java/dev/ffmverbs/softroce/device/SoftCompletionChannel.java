// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.softroce.port.Waiter;
import dev.ffmverbs.spi.CompletionChannelOperations;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ProviderException;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/** A completion channel. It opens a file descriptor only for those who ask for it. */
final class SoftCompletionChannel implements CompletionChannelOperations {

    private final Port port;
    private final WaitingQueue<SoftCompletionQueue> announced = new WaitingQueue<>();
    private final BooleanSupplier ready = announced::isReady;
    private final Waiter waiter = new Waiter() {
        @Override
        public void sleep(final long timeoutNs) {
            announced.awaitReady(timeoutNs);
        }

        @Override
        public void endSleep() {
            announced.nudge();
        }
    };

    SoftCompletionChannel(final Port port) {
        this.port = port;
    }

    /** Adds an announcement, under the dispatch lock. */
    void announce(final SoftCompletionQueue queue) {
        announced.add(queue);
    }

    void forget(final SoftCompletionQueue queue) {
        announced.removeIf(waiting -> waiting == queue);
    }

    @Override
    public OptionalInt fileDescriptor() throws ProviderException {
        return OptionalInt.of(announced.descriptor("file descriptor of a completion channel"));
    }

    @Override
    public CompletionQueueOperations awaitEvent(final long timeoutNs) {
        final long startNs = timeoutNs > 0 ? System.nanoTime() : 0;
        long leftNs = timeoutNs;
        SoftCompletionQueue queue = announced.await(0);
        while (queue == null && leftNs > 0 && !Thread.currentThread().isInterrupted() && !announced.takeWakeUp()) {
            if (!port.await(ready, leftNs)) {
                port.follow(waiter, leftNs);
            }
            // Another waiting thread may already have taken the event that ended the wait.
            queue = announced.await(0);
            if (queue == null && timeoutNs != Long.MAX_VALUE) {
                leftNs = timeoutNs - (System.nanoTime() - startNs);
            }
        }
        return queue;
    }

    @Override
    public void wakeUp() {
        announced.wakeUp();
        port.wakeUp();
    }

    @Override
    public void close() {
        announced.close();
    }
}
