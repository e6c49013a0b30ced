// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.PagingCapabilities;

/** What a transport can do with memory that is not locked ({@code enum ibv_odp_transport_cap_bits}). */
public enum PagingOperation {

    /** It sends from such memory ({@code IBV_ODP_SUPPORT_SEND}). */
    SEND(PagingCapabilities.SEND),

    /** It receives into it ({@code IBV_ODP_SUPPORT_RECV}). */
    RECEIVE(PagingCapabilities.RECEIVE),

    /** It WRITEs from and to it ({@code IBV_ODP_SUPPORT_WRITE}). */
    WRITE(PagingCapabilities.WRITE),

    /** It READs from and to it ({@code IBV_ODP_SUPPORT_READ}). */
    READ(PagingCapabilities.READ),

    /** It executes atomics on it ({@code IBV_ODP_SUPPORT_ATOMIC}). */
    ATOMIC(PagingCapabilities.ATOMIC),

    /** It receives into it from a shared receive queue ({@code IBV_ODP_SUPPORT_SRQ_RECV}). */
    SHARED_RECEIVE(PagingCapabilities.SHARED_RECEIVE);

    private final int value;

    PagingOperation(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public int value() {
        return value;
    }

    /** Returns the flags in a number. */
    static FlagSet<PagingOperation> of(final long bits) {
        return FlagSet.of(PagingOperation.class, PagingOperation::value, bits);
    }
}
