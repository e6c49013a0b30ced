// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A {@code union ibv_gid} that holds an IPv4 address, mapped to IPv6 as RoCE version 2 does. */
final class MappedGid {

    private static final ValueLayout.OfLong NETWORK_LONG =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long PREFIX = 0xFFFFL;

    private MappedGid() {
    }

    static void write(final MemorySegment gid, final int address) {
        gid.set(NETWORK_LONG, 0, 0);
        gid.set(NETWORK_LONG, Long.BYTES, PREFIX << Integer.SIZE | Integer.toUnsignedLong(address));
    }

    static boolean isMapped(final MemorySegment gid) {
        return gid.get(NETWORK_LONG, 0) == 0 && gid.get(NETWORK_LONG, Long.BYTES) >>> Integer.SIZE == PREFIX;
    }

    static int read(final MemorySegment gid) {
        return (int) gid.get(NETWORK_LONG, Long.BYTES);
    }
}
