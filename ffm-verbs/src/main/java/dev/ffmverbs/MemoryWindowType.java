// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.MemoryWindowTypes;

/** How a memory window is bound and released ({@code enum ibv_mw_type}). */
public enum MemoryWindowType {

    /** Bound by {@link QueuePair#bindMemoryWindow}. Usable through all queue pairs of the protection domain. */
    TYPE_1(MemoryWindowTypes.TYPE_1),

    /**
     * Bound by {@link SendRequest#bindMemoryWindow}. Usable through that queue pair only, and invalidated by a request.
     */
    TYPE_2(MemoryWindowTypes.TYPE_2);

    private final int value;

    MemoryWindowType(final int value) {
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
}
