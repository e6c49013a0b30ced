// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Values that {@code ibv_query_rt_values_ex(3)} can read ({@code enum ibv_values_mask}). */
public final class ClockValueFlags {

    /** {@code IBV_VALUES_MASK_RAW_CLOCK}: the device's clock. */
    public static final int RAW_CLOCK = 1;

    private ClockValueFlags() {
    }
}
