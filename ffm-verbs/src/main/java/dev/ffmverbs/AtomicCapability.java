// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.AtomicCapabilities;

/** The scope of a device's atomic operations ({@code enum ibv_atomic_cap}). */
public enum AtomicCapability {

    /** There are no atomic operations. */
    NONE(AtomicCapabilities.NONE),

    /** Atomic among the requests of this device. */
    DEVICE(AtomicCapabilities.DEVICE),

    /** Also atomic with respect to the processor's accesses. */
    GLOBAL(AtomicCapabilities.GLOBAL),

    /** A scope that this version does not know. */
    UNKNOWN(-1);

    private final int value;

    AtomicCapability(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}; -1 for {@link #UNKNOWN}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns the constant of a value.
     *
     * @param value a value of {@code enum ibv_atomic_cap}.
     * @return the constant, or {@link #UNKNOWN} when there is none.
     */
    static AtomicCapability of(final int value) {
        for (final AtomicCapability constant : values()) {
            if (constant.value == value) {
                return constant;
            }
        }
        return UNKNOWN;
    }
}
