// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** What a FLUSH waits for ({@code enum ibv_placement_type}). */
public final class FlushPlacements {

    /** {@code IBV_FLUSH_GLOBAL}: the data is visible to the whole node. */
    public static final int GLOBAL = 1;
    /** {@code IBV_FLUSH_PERSISTENT}: the data survives a loss of power. */
    public static final int PERSISTENT = 1 << 1;

    private FlushPlacements() {
    }
}
