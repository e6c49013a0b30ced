// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/**
 * Capabilities of a device beyond the first 32 ({@code enum ib_uverbs_device_cap_flags}, for which {@code verbs.h} has
 * no names).
 */
public final class ExtendedCapabilityFlags {

    /** {@code IB_UVERBS_DEVICE_FLUSH_GLOBAL}: peers can FLUSH data to where the whole node sees it. */
    public static final long FLUSH_GLOBAL = 1L << 38;
    /** {@code IB_UVERBS_DEVICE_FLUSH_PERSISTENT}: peers can FLUSH data to persistent memory. */
    public static final long FLUSH_PERSISTENT = 1L << 39;
    /** {@code IB_UVERBS_DEVICE_ATOMIC_WRITE}: eight bytes can be written at once. */
    public static final long ATOMIC_WRITE = 1L << 40;

    private ExtendedCapabilityFlags() {
    }
}
