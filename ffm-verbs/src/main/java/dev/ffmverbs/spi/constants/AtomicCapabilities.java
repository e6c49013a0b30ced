// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** With what a device's atomic operations are atomic ({@code enum ibv_atomic_cap}). */
public final class AtomicCapabilities {

    /** {@code IBV_ATOMIC_NONE}: there are no atomic operations. */
    public static final int NONE = 0;
    /** {@code IBV_ATOMIC_HCA}: among the requests of this device. */
    public static final int DEVICE = 1;
    /** {@code IBV_ATOMIC_GLOB}: with the processor's accesses as well. */
    public static final int GLOBAL = 2;

    private AtomicCapabilities() {
    }
}
