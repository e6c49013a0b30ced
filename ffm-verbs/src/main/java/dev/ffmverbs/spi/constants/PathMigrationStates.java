// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Whether a connection uses its alternate path ({@code enum ibv_mig_state}). */
public final class PathMigrationStates {

    /** {@code IBV_MIG_MIGRATED}: the only path is in use. */
    public static final int MIGRATED = 0;

    private PathMigrationStates() {
    }
}
