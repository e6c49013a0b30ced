// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ibv_srq_attr;
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
        return new SharedReceiveQueueAttributes(ibv_srq_attr.max_wr(attributes), ibv_srq_attr.max_sge(attributes),
            ibv_srq_attr.srq_limit(attributes));
    }
}
