// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Properties of an extended completion queue ({@code enum ibv_create_cq_attr_flags}). */
public final class CompletionQueueCreationFlags {

    /** {@code IBV_CREATE_CQ_ATTR_SINGLE_THREADED}: one thread at a time uses the queue, so it needs no lock. */
    public static final int SINGLE_THREADED = 1;

    private CompletionQueueCreationFlags() {
    }
}
