// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.spi.layout.GidLayout;
import java.lang.foreign.MemorySegment;

/** Reads and writes a {@code union ibv_gid} with an IPv4 address, mapped to IPv6 as in RoCE version 2. */
final class MappedGid {

    private MappedGid() {
    }

    static void write(final MemorySegment gid, final int address) {
        GidLayout.write(gid, 0, GidLayout.MAPPED_IPV4 | Integer.toUnsignedLong(address));
    }

    static boolean isMapped(final MemorySegment gid) {
        return GidLayout.subnetPrefix(gid) == 0
            && GidLayout.interfaceId(gid) >>> Integer.SIZE == GidLayout.MAPPED_IPV4 >>> Integer.SIZE;
    }

    static int read(final MemorySegment gid) {
        return (int) GidLayout.interfaceId(gid);
    }
}
