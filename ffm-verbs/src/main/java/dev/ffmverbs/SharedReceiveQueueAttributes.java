// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.spi.layout.SharedReceiveQueueAttributesLayout;
import java.lang.foreign.MemorySegment;

/**
 * Size and limit of a shared receive queue ({@code struct ibv_srq_attr}).
 *
 * @param requests              requests the queue can hold.
 * @param scatterGatherElements local buffers a request may name.
 * @param limit                 number of requests below which an event follows; 0 when no event is requested.
 */
public record SharedReceiveQueueAttributes(int requests, int scatterGatherElements, int limit) {

    static SharedReceiveQueueAttributes of(final MemorySegment attributes) {
        return new SharedReceiveQueueAttributes(
            attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS),
            attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.ELEMENTS),
            attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.LIMIT));
    }
}
