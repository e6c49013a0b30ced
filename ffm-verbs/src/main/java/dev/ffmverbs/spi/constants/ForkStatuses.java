// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Whether registered memory survives {@code fork(2)} ({@code enum ibv_fork_status}). */
public final class ForkStatuses {

    /**
     * {@code IBV_FORK_DISABLED}: a child of this process must not use memory that was registered, and a fork may take
     * it away from the parent.
     */
    public static final int DISABLED = 0;
    /** {@code IBV_FORK_ENABLED}: the registered memory stays with the parent. */
    public static final int ENABLED = 1;
    /**
     * {@code IBV_FORK_UNNEEDED}: the kernel copies registered memory for the child, or no memory is registered with the
     * kernel.
     */
    public static final int UNNEEDED = 2;

    private ForkStatuses() {
    }
}
