// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.spi.layout.GidLayout;
import java.lang.foreign.MemorySegment;

/**
 * Reads and writes a {@code union ibv_gid} with an IPv4 address, mapped to IPv6 as in RoCE version 2. A multicast group
 * may also have the GID that {@code rdma_cm} gives it in RoCE version 1, {@code ff0e::ffff:a.b.c.d}.
 */
final class MappedGid {

    private static final long GLOBAL_GROUPS = 0xFF0E_0000_0000_0000L;
    private static final int GROUP_PREFIX = 0xE;
    private static final int GROUP_PREFIX_BITS = 4;

    private MappedGid() {
    }

    static void write(final MemorySegment gid, final int address) {
        GidLayout.write(gid, 0, GidLayout.MAPPED_IPV4 | Integer.toUnsignedLong(address));
    }

    static boolean isMapped(final MemorySegment gid) {
        return GidLayout.subnetPrefix(gid) == 0 && endsInIpv4(gid);
    }

    private static boolean endsInIpv4(final MemorySegment gid) {
        return GidLayout.interfaceId(gid) >>> Integer.SIZE == GidLayout.MAPPED_IPV4 >>> Integer.SIZE;
    }

    /** Returns whether a GID is that of an IPv4 multicast group. */
    static boolean isGroup(final MemorySegment gid) {
        final long prefix = GidLayout.subnetPrefix(gid);
        return (prefix == 0 || prefix == GLOBAL_GROUPS) && endsInIpv4(gid)
            && read(gid) >>> Integer.SIZE - GROUP_PREFIX_BITS == GROUP_PREFIX;
    }

    static int read(final MemorySegment gid) {
        return (int) GidLayout.interfaceId(gid);
    }
}
