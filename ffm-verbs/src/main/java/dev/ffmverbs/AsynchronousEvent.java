// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/**
 * An event outside any request, and the object it concerns ({@code struct ibv_async_event}).
 *
 * <p>Events come from {@link Context#nextAsynchronousEvent}. Immutable.
 *
 * <pre>{@code
 * switch (event) {
 *     case AsynchronousEvent.OfQueuePair(var type, var queuePair) -> reconnect(queuePair);
 *     case AsynchronousEvent.OfPort(var type, var port) -> log(type, port);
 *     default -> { }
 * }
 * }</pre>
 */
public sealed interface AsynchronousEvent {

    /**
     * Returns what happened.
     *
     * @return the kind of event.
     */
    AsynchronousEventType type();

    /**
     * An event of a queue pair.
     *
     * @param type      what happened.
     * @param queuePair the queue pair.
     */
    record OfQueuePair(AsynchronousEventType type, QueuePair queuePair) implements AsynchronousEvent {
    }

    /**
     * An event of a completion queue.
     *
     * @param type            what happened.
     * @param completionQueue the completion queue.
     */
    record OfCompletionQueue(AsynchronousEventType type, CompletionQueue completionQueue)
        implements AsynchronousEvent {
    }

    /**
     * An event of a shared receive queue.
     *
     * @param type               what happened.
     * @param sharedReceiveQueue the shared receive queue.
     */
    record OfSharedReceiveQueue(AsynchronousEventType type, SharedReceiveQueue sharedReceiveQueue)
        implements AsynchronousEvent {
    }

    /**
     * An event of a port.
     *
     * @param type what happened.
     * @param port number of the port, from 1.
     */
    record OfPort(AsynchronousEventType type, int port) implements AsynchronousEvent {
    }

    /**
     * An event of the device as a whole.
     *
     * @param type what happened.
     */
    record OfDevice(AsynchronousEventType type) implements AsynchronousEvent {
    }
}
