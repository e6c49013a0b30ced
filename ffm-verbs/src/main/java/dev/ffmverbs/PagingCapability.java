// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.PagingCapabilities;

/** What a device can register without locking it ({@code enum ibv_odp_general_caps}). */
public enum PagingCapability {

    /** Memory can be registered without locking it ({@code IBV_ODP_SUPPORT}). */
    SUPPORTED(PagingCapabilities.SUPPORTED),

    /** So can the whole address space at once ({@code IBV_ODP_SUPPORT_IMPLICIT}). */
    IMPLICIT(PagingCapabilities.IMPLICIT);

    private final int value;

    PagingCapability(final int value) {
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
    static FlagSet<PagingCapability> of(final long bits) {
        return FlagSet.of(PagingCapability.class, PagingCapability::value, bits);
    }
}
