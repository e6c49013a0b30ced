// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** One local buffer of a work request ({@code struct ibv_sge}). */
public final class ScatterGatherElementLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_LONG.withName("addr"),
        ValueLayout.JAVA_INT.withName("length"),
        ValueLayout.JAVA_INT.withName("lkey")).withName("ibv_sge");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code addr}, 64 bits: first byte, relative to the region's {@code iova}. */
    public static final int ADDRESS = Fields.offset(LAYOUT, "addr");
    /** {@code length}, 32 bits: bytes, as an unsigned number. */
    public static final int LENGTH = Fields.offset(LAYOUT, "length");
    /** {@code lkey}, 32 bits: key of its region. */
    public static final int LKEY = Fields.offset(LAYOUT, "lkey");

    private ScatterGatherElementLayout() {
    }
}
