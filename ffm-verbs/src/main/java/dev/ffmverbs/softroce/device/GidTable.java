// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.port.LocalAddress;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.spi.layout.GidLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * The GIDs of a device, in the order of Linux. Index 0 has the link-local GID of its interface, and index 1 the GID of
 * the device's address. The other addresses of the interface follow. An address keeps its index while it exists.
 *
 * <p>An interface without link-local address has a GID at index 0 all the same, as on Linux. It is made from the GUID
 * of the device, and no packets can leave from it. A device on the loopback interface has no other addresses, because
 * devices there share the interface.
 *
 * <p>Thread-safe. Finding an address takes no lock.
 */
final class GidTable {

    /** Number of places. */
    static final int LENGTH = 32;

    static final int LINK_LOCAL_INDEX = 0;
    static final int OWN_INDEX = 1;

    private static final long LINK_LOCAL_PREFIX = 0xFE80_0000_0000_0000L;

    private final LocalAddress local;
    private final long guid;

    /** The addresses that packets can leave from; null where there is none. Never changed, but replaced. */
    private volatile IpAddress[] addresses = new IpAddress[LENGTH];

    /**
     * Makes a table with the device's address only.
     *
     * @param local address of the device.
     * @param guid  GUID of the device.
     */
    GidTable(final LocalAddress local, final long guid) {
        this.local = local;
        this.guid = guid;
        update(List.of(local.ip()));
    }

    /**
     * Takes over the addresses of the interface.
     *
     * @param present all of them.
     * @return whether a GID has appeared or disappeared.
     */
    synchronized boolean update(final List<IpAddress> present) {
        final IpAddress[] before = addresses;
        final IpAddress[] after = new IpAddress[LENGTH];
        final List<IpAddress> left = new ArrayList<>(present);
        for (int index = 0; index < LENGTH; index++) {
            after[index] = left.remove(before[index]) ? before[index] : null;
        }
        place(after, OWN_INDEX, left, local.ip()::equals);
        place(after, LINK_LOCAL_INDEX, left, IpAddress::isLinkLocal);
        if (!local.isLoopback()) {
            for (int index = OWN_INDEX + 1; index < LENGTH; index++) {
                place(after, index, left, address -> true);
            }
        }
        addresses = after;
        return !Arrays.equals(before, after);
    }

    /** Moves the first suitable address to an index that is free. */
    private static void place(
        final IpAddress[] table, final int index, final List<IpAddress> left, final Predicate<IpAddress> suitable) {
        if (table[index] == null) {
            left.stream().filter(suitable).findFirst().ifPresent(address -> {
                table[index] = address;
                left.remove(address);
            });
        }
    }

    /** Returns the address that packets leave from with an index, or null if there is none. */
    IpAddress address(final int index) {
        return index < 0 || index >= LENGTH ? null : addresses[index];
    }

    /** Returns the index of an address, or -1 if the table does not have it. */
    int indexOf(final IpAddress address) {
        return Arrays.asList(addresses).indexOf(address);
    }

    /**
     * Writes the GID at an index.
     *
     * @return false if there is none.
     */
    boolean write(final int index, final MemorySegment gid) {
        final IpAddress address = address(index);
        if (address != null) {
            GidLayout.write(gid, address.high(), address.low());
        } else if (index == LINK_LOCAL_INDEX) {
            GidLayout.write(gid, LINK_LOCAL_PREFIX, guid);
        }
        return address != null || index == LINK_LOCAL_INDEX;
    }

    /** Returns a phrase that describes why no packets leave from an index that has no address. */
    String describeAbsence(final int index) {
        return "the device has no address for GID " + index + ": interface " + local.interfaceName()
            + (index == LINK_LOCAL_INDEX ? " has no link-local address; " : " has no such address; ")
            + (address(OWN_INDEX) == null ? "its own address " + local.ip() + " is gone"
                : "index " + OWN_INDEX + " has " + local.ip());
    }

    @Override
    public String toString() {
        return Arrays.toString(addresses);
    }
}
