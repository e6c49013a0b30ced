// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** Values that change while a device is open: its clock ({@code struct ibv_values_ex}). */
public final class ClockValuesLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_INT.withName("comp_mask"),
        MemoryLayout.paddingLayout(4),
        MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("tv_sec"),
            ValueLayout.JAVA_LONG.withName("tv_nsec")).withName("raw_clock")).withName("ibv_values_ex");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code comp_mask}, 32 bits: any of {@link dev.ffmverbs.spi.constants.ClockValueFlags}, wanted and then given. */
    public static final int PRESENT_FIELDS = Fields.offset(LAYOUT, "comp_mask");
    /** {@code raw_clock.tv_sec}, 64 bits: seconds; 0 for a clock that counts cycles. */
    public static final int RAW_CLOCK_SECONDS = Fields.offset(LAYOUT, "raw_clock", "tv_sec");
    /** {@code raw_clock.tv_nsec}, 64 bits: nanoseconds, or cycles. */
    public static final int RAW_CLOCK_NANOSECONDS = Fields.offset(LAYOUT, "raw_clock", "tv_nsec");

    private ClockValuesLayout() {
    }
}
