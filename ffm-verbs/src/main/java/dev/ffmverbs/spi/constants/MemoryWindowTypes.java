// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** How a memory window is bound and released ({@code enum ibv_mw_type}). */
public final class MemoryWindowTypes {

    /** {@code IBV_MW_TYPE_1}: bound by {@code ibv_bind_mw(3)}. */
    public static final int TYPE_1 = 1;
    /** {@code IBV_MW_TYPE_2}: bound by a work request. */
    public static final int TYPE_2 = 2;

    private MemoryWindowTypes() {
    }
}
