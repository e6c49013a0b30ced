// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.spi.layout.GidEntryLayout;
import java.lang.foreign.MemorySegment;

/**
 * One entry of a port's GID table ({@code struct ibv_gid_entry}).
 *
 * @param gid            the address.
 * @param index          index in the table, as {@link QueuePairAttributes#destination} takes it.
 * @param port           number of the port.
 * @param type           kind of address.
 * @param interfaceIndex number of the network interface it belongs to; 0 when there is none.
 */
public record GidEntry(Gid gid, int index, int port, GidType type, int interfaceIndex) {

    private static final int UNROUTABLE = 3;

    static GidEntry of(final MemorySegment entry) {
        return new GidEntry(
            Gid.read(GidEntryLayout.gid(entry)),
            entry.get(JAVA_INT, GidEntryLayout.INDEX),
            entry.get(JAVA_INT, GidEntryLayout.PORT),
            GidType.of(entry.get(JAVA_INT, GidEntryLayout.TYPE)),
            entry.get(JAVA_INT, GidEntryLayout.INTERFACE_INDEX));
    }

    /** How few peers reach this address: less for those that more peers reach. */
    int distance() {
        if (type != GidType.ROCE_V2) {
            return UNROUTABLE;
        }
        return gid.isIpv4() ? 0 : gid.address().isLinkLocalAddress() ? 2 : 1;
    }
}
