// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.Context;
import dev.ffmverbs.Gid;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.GidType;
import java.net.InetAddress;

/**
 * A node's address in the form its device uses.
 *
 * @param gid      the address.
 * @param index    its index in the device's table.
 * @param mtuBytes largest packet payload of the device.
 */
record DeviceGid(Gid gid, int index, int mtuBytes) {

    private static final int PORT = 1;

    /** Looks up the address. If it is not there, the connection manager of the device refuses it with the reason. */
    static DeviceGid of(final Context context, final InetAddress address) {
        final Gid wanted = Gid.of(address);
        final int index = context.gidTable(PORT).stream()
            .filter(entry -> entry.type() == GidType.ROCE_V2 && entry.gid().equals(wanted))
            .mapToInt(GidEntry::index).findFirst().orElse(0);
        return new DeviceGid(wanted, index, context.portAttributes(PORT).activeMtu().bytes());
    }
}
