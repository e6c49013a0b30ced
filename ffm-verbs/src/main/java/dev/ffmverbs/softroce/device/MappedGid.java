// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.spi.layout.GidLayout;
import java.lang.foreign.MemorySegment;

/**
 * Reads a {@code union ibv_gid} with an IP address, of which IPv4 is mapped to IPv6 as in RoCE version 2. A multicast
 * group may also have the GID that {@code rdma_cm} gives it in RoCE version 1, {@code ff0e::ffff:a.b.c.d}.
 */
final class MappedGid {

    private static final long GLOBAL_GROUPS = 0xFF0E_0000_0000_0000L;
    private static final int GROUP_PREFIX = 0xE;
    private static final int GROUP_PREFIX_BITS = 4;

    private MappedGid() {
    }

    /** Returns the address of a host, or of a group that datagrams are sent to. */
    static IpAddress read(final MemorySegment gid, final int scope) {
        return isGroup(gid) ? readGroup(gid)
            : IpAddress.ofGid(GidLayout.subnetPrefix(gid), GidLayout.interfaceId(gid), scope);
    }

    private static boolean endsInIpv4(final MemorySegment gid) {
        return GidLayout.interfaceId(gid) >>> Integer.SIZE == GidLayout.MAPPED_IPV4 >>> Integer.SIZE;
    }

    /** Returns whether a GID is that of an IPv4 multicast group. */
    static boolean isGroup(final MemorySegment gid) {
        final long prefix = GidLayout.subnetPrefix(gid);
        return (prefix == 0 || prefix == GLOBAL_GROUPS) && endsInIpv4(gid)
            && ipv4(gid) >>> Integer.SIZE - GROUP_PREFIX_BITS == GROUP_PREFIX;
    }

    /** Returns the address of an IPv4 multicast group. */
    static IpAddress readGroup(final MemorySegment gid) {
        return IpAddress.ofIpv4(ipv4(gid));
    }

    private static int ipv4(final MemorySegment gid) {
        return (int) GidLayout.interfaceId(gid);
    }
}
