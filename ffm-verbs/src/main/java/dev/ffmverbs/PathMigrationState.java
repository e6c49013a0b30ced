// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.PathMigrationStates;

/** Whether a connection can move to its alternate path ({@code enum ibv_mig_state}). */
public enum PathMigrationState {

    /** The path in use is the primary one, and none is ready to replace it. */
    MIGRATED(PathMigrationStates.MIGRATED),

    /** The device is asked to make the alternate path ready. */
    REARM(PathMigrationStates.REARM),

    /** Both ends are ready to move to the alternate path. */
    ARMED(PathMigrationStates.ARMED),

    /** A value that this version does not know. It cannot be set. */
    UNKNOWN(-1);

    private final int value;

    PathMigrationState(final int value) {
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
     * @param value a value of {@code enum ibv_mig_state}.
     * @return the constant, or {@link #UNKNOWN} when there is none.
     */
    static PathMigrationState of(final int value) {
        return switch (value) {
            case PathMigrationStates.MIGRATED -> MIGRATED;
            case PathMigrationStates.REARM -> REARM;
            case PathMigrationStates.ARMED -> ARMED;
            default -> UNKNOWN;
        };
    }
}
