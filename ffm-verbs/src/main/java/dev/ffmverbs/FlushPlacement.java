// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.FlushPlacements;

/** What a FLUSH waits for ({@code enum ibv_placement_type}). */
public enum FlushPlacement {

    /** The data is visible to every processor and device of the peer. Needs {@link Access#FLUSH_GLOBAL} there. */
    GLOBAL(FlushPlacements.GLOBAL),

    /** The data survives a loss of power at the peer. Needs {@link Access#FLUSH_PERSISTENT} there. */
    PERSISTENT(FlushPlacements.PERSISTENT),

    /** Both. */
    GLOBAL_AND_PERSISTENT(FlushPlacements.GLOBAL | FlushPlacements.PERSISTENT);

    private final int value;

    FlushPlacement(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constants.
     *
     * @return their values in {@code <infiniband/verbs.h>}, or-ed.
     */
    public int value() {
        return value;
    }
}
