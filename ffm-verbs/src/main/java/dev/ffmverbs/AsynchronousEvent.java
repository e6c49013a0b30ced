// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/**
 * Something that happened outside any request ({@code struct ibv_async_event}), and to which object.
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
     * What happened.
     *
     * @return the kind of event.
     */
    AsynchronousEventType type();

    /**
     * It happened to a queue pair.
     *
     * @param type      what happened.
     * @param queuePair the queue pair.
     */
    record OfQueuePair(AsynchronousEventType type, QueuePair queuePair) implements AsynchronousEvent {
    }

    /**
     * It happened to a completion queue.
     *
     * @param type            what happened.
     * @param completionQueue the completion queue.
     */
    record OfCompletionQueue(AsynchronousEventType type, CompletionQueue completionQueue)
        implements AsynchronousEvent {
    }

    /**
     * It happened to a shared receive queue.
     *
     * @param type               what happened.
     * @param sharedReceiveQueue the shared receive queue.
     */
    record OfSharedReceiveQueue(AsynchronousEventType type, SharedReceiveQueue sharedReceiveQueue)
        implements AsynchronousEvent {
    }

    /**
     * It happened to a port.
     *
     * @param type what happened.
     * @param port number of the port, from 1.
     */
    record OfPort(AsynchronousEventType type, int port) implements AsynchronousEvent {
    }

    /**
     * It happened to the device as a whole.
     *
     * @param type what happened.
     */
    record OfDevice(AsynchronousEventType type) implements AsynchronousEvent {
    }
}
