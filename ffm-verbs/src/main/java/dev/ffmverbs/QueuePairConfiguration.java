// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.spi.layout.QueuePairCapacitiesLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The parameters a queue pair is created with ({@code struct ibv_qp_init_attr}). Immutable. Each {@code with} method
 * returns a copy with one value changed.
 *
 * <pre>{@code
 * domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue).withSendRequests(64));
 * }</pre>
 *
 * @param type                         transport service.
 * @param sendCompletionQueue          where finished sends are reported.
 * @param receiveCompletionQueue       where finished receives are reported.
 * @param sendRequests                 send requests that may be outstanding, at least 0.
 * @param receiveRequests              receive requests that may be outstanding, at least 0.
 * @param sendScatterGatherElements    local buffers a send request may name, at least 0.
 * @param receiveScatterGatherElements local buffers a receive request may name, at least 0.
 * @param inlineBytes                  longest inline data in bytes, at least 0.
 * @param allSignaled                  whether every send produces a completion, signaled or not.
 * @param sharedReceiveQueue           where receives are posted in place of the queue pair itself, or null.
 */
public record QueuePairConfiguration(
    QueuePairType type, CompletionQueue sendCompletionQueue, CompletionQueue receiveCompletionQueue, int sendRequests,
    int receiveRequests, int sendScatterGatherElements, int receiveScatterGatherElements, int inlineBytes,
    boolean allSignaled, SharedReceiveQueue sharedReceiveQueue) {

    private static final int DEFAULT_REQUESTS = 16;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when a number is negative.
     * @throws NullPointerException     when the type or a queue is missing.
     */
    public QueuePairConfiguration {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(sendCompletionQueue, "sendCompletionQueue");
        Objects.requireNonNull(receiveCompletionQueue, "receiveCompletionQueue");
        Ranges.check("sendRequests", sendRequests, 0, Integer.MAX_VALUE);
        Ranges.check("receiveRequests", receiveRequests, 0, Integer.MAX_VALUE);
        Ranges.check("sendScatterGatherElements", sendScatterGatherElements, 0, Integer.MAX_VALUE);
        Ranges.check("receiveScatterGatherElements", receiveScatterGatherElements, 0, Integer.MAX_VALUE);
        Ranges.check("inlineBytes", inlineBytes, 0, Integer.MAX_VALUE);
    }

    /**
     * Returns a reliable connection that reports to one queue, with room for 16 requests of one buffer each way.
     *
     * @param completionQueue where sends and receives are reported.
     * @return the configuration.
     */
    public static QueuePairConfiguration reliableConnection(final CompletionQueue completionQueue) {
        return of(QueuePairType.RELIABLE_CONNECTION, completionQueue);
    }

    /**
     * Returns an unreliable connection that reports to one queue, with room for 16 requests of one buffer each way.
     *
     * @param completionQueue where sends and receives are reported.
     * @return the configuration.
     */
    public static QueuePairConfiguration unreliableConnection(final CompletionQueue completionQueue) {
        return of(QueuePairType.UNRELIABLE_CONNECTION, completionQueue);
    }

    /**
     * Returns an unreliable datagram configuration that reports to one queue, with room for 16 requests of one buffer
     * each way.
     *
     * @param completionQueue where sends and receives are reported.
     * @return the configuration.
     */
    public static QueuePairConfiguration unreliableDatagram(final CompletionQueue completionQueue) {
        return of(QueuePairType.UNRELIABLE_DATAGRAM, completionQueue);
    }

    private static QueuePairConfiguration of(final QueuePairType type, final CompletionQueue completionQueue) {
        return new QueuePairConfiguration(type, completionQueue, completionQueue, DEFAULT_REQUESTS, DEFAULT_REQUESTS,
            1, 1, 0, false, null);
    }

    /**
     * Returns a copy with another completion queue for receives.
     *
     * @param queue where finished receives are reported.
     * @return a changed copy.
     */
    public QueuePairConfiguration withReceiveCompletionQueue(final CompletionQueue queue) {
        return new QueuePairConfiguration(type, sendCompletionQueue, queue, sendRequests, receiveRequests,
            sendScatterGatherElements, receiveScatterGatherElements, inlineBytes, allSignaled, sharedReceiveQueue);
    }

    /**
     * Returns a copy with another size of the send queue.
     *
     * @param requests send requests that may be outstanding.
     * @return a changed copy.
     */
    public QueuePairConfiguration withSendRequests(final int requests) {
        return new QueuePairConfiguration(type, sendCompletionQueue, receiveCompletionQueue, requests,
            receiveRequests, sendScatterGatherElements, receiveScatterGatherElements, inlineBytes, allSignaled,
            sharedReceiveQueue);
    }

    /**
     * Returns a copy with another size of the receive queue.
     *
     * @param requests receive requests that may be outstanding.
     * @return a changed copy.
     */
    public QueuePairConfiguration withReceiveRequests(final int requests) {
        return new QueuePairConfiguration(type, sendCompletionQueue, receiveCompletionQueue, sendRequests, requests,
            sendScatterGatherElements, receiveScatterGatherElements, inlineBytes, allSignaled, sharedReceiveQueue);
    }

    /**
     * Returns a copy with other numbers of local buffers.
     *
     * @param sendElements    local buffers a send request may name.
     * @param receiveElements local buffers a receive request may name.
     * @return a changed copy.
     */
    public QueuePairConfiguration withScatterGatherElements(final int sendElements, final int receiveElements) {
        return new QueuePairConfiguration(type, sendCompletionQueue, receiveCompletionQueue, sendRequests,
            receiveRequests, sendElements, receiveElements, inlineBytes, allSignaled, sharedReceiveQueue);
    }

    /**
     * Returns a copy with another limit of inline data.
     *
     * @param bytes longest inline data in bytes.
     * @return a changed copy.
     */
    public QueuePairConfiguration withInlineBytes(final int bytes) {
        return new QueuePairConfiguration(type, sendCompletionQueue, receiveCompletionQueue, sendRequests,
            receiveRequests, sendScatterGatherElements, receiveScatterGatherElements, bytes, allSignaled,
            sharedReceiveQueue);
    }

    /**
     * Returns a copy with completions for all sends, or for signaled sends only.
     *
     * @param all whether every send produces a completion.
     * @return a changed copy.
     */
    public QueuePairConfiguration withAllSignaled(final boolean all) {
        return new QueuePairConfiguration(type, sendCompletionQueue, receiveCompletionQueue, sendRequests,
            receiveRequests, sendScatterGatherElements, receiveScatterGatherElements, inlineBytes, all,
            sharedReceiveQueue);
    }

    /**
     * Returns a copy with receives posted to a shared receive queue. The size of the queue pair's own receive queue is
     * then ignored.
     *
     * @param queue open shared receive queue of the queue pair's future protection domain, or null for none.
     * @return a changed copy.
     */
    public QueuePairConfiguration withSharedReceiveQueue(final SharedReceiveQueue queue) {
        return new QueuePairConfiguration(type, sendCompletionQueue, receiveCompletionQueue, sendRequests,
            receiveRequests, sendScatterGatherElements, receiveScatterGatherElements, inlineBytes, allSignaled,
            queue);
    }

    void writeTo(final MemorySegment attributes) {
        attributes.set(JAVA_INT, QueuePairCreationLayout.TYPE, type.value());
        attributes.set(JAVA_INT, QueuePairCreationLayout.SIGNAL_ALL, allSignaled ? 1 : 0);
        final MemorySegment capacities = QueuePairCreationLayout.capacities(attributes);
        capacities.set(JAVA_INT, QueuePairCapacitiesLayout.SEND_REQUESTS, sendRequests);
        capacities.set(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_REQUESTS, receiveRequests);
        capacities.set(JAVA_INT, QueuePairCapacitiesLayout.SEND_ELEMENTS, sendScatterGatherElements);
        capacities.set(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_ELEMENTS, receiveScatterGatherElements);
        capacities.set(JAVA_INT, QueuePairCapacitiesLayout.INLINE_BYTES, inlineBytes);
    }
}
