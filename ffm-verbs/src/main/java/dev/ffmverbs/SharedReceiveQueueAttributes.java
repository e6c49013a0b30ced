// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.spi.layout.SharedReceiveQueueAttributesLayout;
import java.lang.foreign.MemorySegment;

/**
 * Size and limit of a shared receive queue ({@code struct ibv_srq_attr}).
 *
 * @param requests              requests that can wait.
 * @param scatterGatherElements local buffers a request may name.
 * @param limit                 an event follows when fewer requests wait; 0 when none is asked for.
 */
public record SharedReceiveQueueAttributes(int requests, int scatterGatherElements, int limit) {

    static SharedReceiveQueueAttributes of(final MemorySegment attributes) {
        return new SharedReceiveQueueAttributes(
            attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS),
            attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.ELEMENTS),
            attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.LIMIT));
    }
}
