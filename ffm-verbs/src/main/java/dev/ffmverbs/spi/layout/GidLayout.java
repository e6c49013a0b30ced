// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.ValueLayout;

/** A global identifier: 16 bytes in network order, in the form of an IPv6 address ({@code union ibv_gid}). */
public final class GidLayout {

    /** The C union, as bytes; the structures that hold one align it like a 64-bit number. */
    public static final SequenceLayout LAYOUT =
        MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE).withByteAlignment(Long.BYTES).withName("ibv_gid");
    /** Its size. */
    public static final long BYTES = LAYOUT.byteSize();

    private GidLayout() {
    }
}
