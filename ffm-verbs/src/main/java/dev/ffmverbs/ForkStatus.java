// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.ForkStatuses;

/** Whether this process can use {@code fork(2)} while memory is registered ({@code enum ibv_fork_status}). */
public enum ForkStatus {

    /** A fork can take registered memory away from this process. See {@link Verbs#prepareForFork}. */
    DISABLED(ForkStatuses.DISABLED),

    /** Registered memory stays with this process, and its children do not have it. */
    ENABLED(ForkStatuses.ENABLED),

    /** The kernel copies registered memory for children, or no memory is registered with the kernel. */
    UNNEEDED(ForkStatuses.UNNEEDED),

    /** A value that this version does not know. */
    UNKNOWN(-1);

    private final int value;

    ForkStatus(final int value) {
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
     * @param value a value of {@code enum ibv_fork_status}.
     * @return the constant, or {@link #UNKNOWN} when there is none.
     */
    static ForkStatus of(final int value) {
        for (final ForkStatus constant : values()) {
            if (constant.value == value) {
                return constant;
            }
        }
        return UNKNOWN;
    }
}
