// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** A request to bind a memory window of type 1 ({@code struct ibv_mw_bind}). */
public final class MemoryWindowBindLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_LONG.withName("wr_id"),
        ValueLayout.JAVA_INT.withName("send_flags"),
        MemoryLayout.paddingLayout(4),
        MemoryWindowRangeLayout.LAYOUT.withName("bind_info")).withName("ibv_mw_bind");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code wr_id}, 64 bits: the number that the completion carries. */
    public static final int WORK_REQUEST_ID = Fields.offset(LAYOUT, "wr_id");
    /** {@code send_flags}, 32 bits: any of {@link dev.ffmverbs.spi.constants.SendFlags}. */
    public static final int FLAGS = Fields.offset(LAYOUT, "send_flags");

    private static final int RANGE = Fields.offset(LAYOUT, "bind_info");

    private MemoryWindowBindLayout() {
    }

    /**
     * Returns the range that the window opens ({@code bind_info}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, laid out as in {@link MemoryWindowRangeLayout}.
     */
    public static MemorySegment range(final MemorySegment structure) {
        return structure.asSlice(RANGE, MemoryWindowRangeLayout.BYTES);
    }
}
