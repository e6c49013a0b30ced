// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Whether a connection uses its alternate path ({@code enum ibv_mig_state}). */
public final class PathMigrationStates {

    /** {@code IBV_MIG_MIGRATED}: the path in use is the primary one, and none is ready to replace it. */
    public static final int MIGRATED = 0;
    /** {@code IBV_MIG_REARM}: the device is asked to make the alternate path ready. */
    public static final int REARM = 1;
    /** {@code IBV_MIG_ARMED}: both ends are ready to move to the alternate path. */
    public static final int ARMED = 2;

    private PathMigrationStates() {
    }
}
