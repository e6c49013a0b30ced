// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** One local buffer of a work request ({@code struct ibv_sge}). */
public final class ScatterGatherElementLayout {

    /** The C structure; its members have their names in C. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_LONG.withName("addr"),
        ValueLayout.JAVA_INT.withName("length"),
        ValueLayout.JAVA_INT.withName("lkey")).withName("ibv_sge");
    /** Its size. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code addr}, 64 bits: first byte, as the {@code iova} of its region counts. */
    public static final int ADDRESS = Fields.offset(LAYOUT, "addr");
    /** {@code length}, 32 bits: bytes, as an unsigned number. */
    public static final int LENGTH = Fields.offset(LAYOUT, "length");
    /** {@code lkey}, 32 bits: key of its region. */
    public static final int LKEY = Fields.offset(LAYOUT, "lkey");

    private ScatterGatherElementLayout() {
    }
}
