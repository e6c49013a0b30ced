// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** The scope of a device's atomic operations ({@code enum ibv_atomic_cap}). */
public final class AtomicCapabilities {

    /** {@code IBV_ATOMIC_NONE}: there are no atomic operations. */
    public static final int NONE = 0;
    /** {@code IBV_ATOMIC_HCA}: atomic among the requests of this device. */
    public static final int DEVICE = 1;
    /** {@code IBV_ATOMIC_GLOB}: also atomic with respect to the processor's accesses. */
    public static final int GLOBAL = 2;

    private AtomicCapabilities() {
    }
}
