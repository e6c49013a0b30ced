// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.spi.layout.GidLayout;
import java.lang.foreign.MemorySegment;

/**
 * Reads a {@code union ibv_gid} with an IP address, of which IPv4 is mapped to IPv6 as in RoCE version 2. A multicast
 * group of IPv4 may also have the GID that {@code rdma_cm} gives it in RoCE version 1, {@code ff0e::ffff:a.b.c.d}.
 */
final class MappedGid {

    private static final long GLOBAL_GROUPS = 0xFF0E_0000_0000_0000L;
    private static final int IPV4_GROUP_PREFIX = 0xE;
    private static final int IPV4_GROUP_PREFIX_BITS = 4;

    private MappedGid() {
    }

    /** Returns the address of a host, or of a group that datagrams are sent to. */
    static IpAddress read(final MemorySegment gid, final int scope) {
        final long prefix = GidLayout.subnetPrefix(gid);
        final long low = GidLayout.interfaceId(gid);
        return prefix == GLOBAL_GROUPS && IpAddress.isIpv4(0, low)
            && (int) low >>> Integer.SIZE - IPV4_GROUP_PREFIX_BITS == IPV4_GROUP_PREFIX
            ? IpAddress.ofIpv4((int) low) : IpAddress.ofGid(prefix, low, scope);
    }

    /** Returns whether a GID is that of a multicast group. */
    static boolean isGroup(final MemorySegment gid) {
        return read(gid, 0).toInetAddress().isMulticastAddress();
    }
}
