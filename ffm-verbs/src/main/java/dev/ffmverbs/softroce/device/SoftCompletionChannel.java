// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.spi.CompletionChannelOperations;
import dev.ffmverbs.spi.CompletionQueueOperations;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/** A completion channel; it has no file descriptor, because no file stands behind it. */
final class SoftCompletionChannel implements CompletionChannelOperations {

    private final Port port;
    private final WaitingQueue<SoftCompletionQueue> announced = new WaitingQueue<>();
    private final BooleanSupplier ready = announced::isReady;

    SoftCompletionChannel(final Port port) {
        this.port = port;
    }

    /** Takes an announcement; under the dispatch lock. */
    void announce(final SoftCompletionQueue queue) {
        announced.add(queue);
    }

    void forget(final SoftCompletionQueue queue) {
        announced.removeIf(waiting -> waiting == queue);
    }

    @Override
    public OptionalInt fileDescriptor() {
        return OptionalInt.empty();
    }

    @Override
    public CompletionQueueOperations awaitEvent(final long timeoutNs) {
        if (timeoutNs <= 0 || announced.isReady() || port.await(ready, timeoutNs)) {
            return announced.await(0);
        }
        return announced.await(timeoutNs);
    }

    @Override
    public void wakeUp() {
        announced.wakeUp();
        port.wakeUp();
    }

    @Override
    public void close() {
        // Nothing to free: its completion queues are closed already.
    }
}
