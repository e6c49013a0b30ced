// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** The part of a region that a memory window opens ({@code struct ibv_mw_bind_info}). */
public final class MemoryWindowRangeLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_LONG.withName("mr"),
        ValueLayout.JAVA_LONG.withName("addr"),
        ValueLayout.JAVA_LONG.withName("length"),
        ValueLayout.JAVA_INT.withName("mw_access_flags"),
        MemoryLayout.paddingLayout(4)).withName("ibv_mw_bind_info");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code mr}, 64 bits: {@link dev.ffmverbs.spi.MemoryRegionOperations#handle()} of the region. */
    public static final int REGION = Fields.offset(LAYOUT, "mr");
    /** {@code addr}, 64 bits: first byte, relative to the region's {@code iova}. */
    public static final int ADDRESS = Fields.offset(LAYOUT, "addr");
    /** {@code length}, 64 bits: bytes. */
    public static final int LENGTH = Fields.offset(LAYOUT, "length");
    /** {@code mw_access_flags}, 32 bits: any of {@link dev.ffmverbs.spi.constants.AccessFlags}. */
    public static final int ACCESS = Fields.offset(LAYOUT, "mw_access_flags");

    private MemoryWindowRangeLayout() {
    }
}
