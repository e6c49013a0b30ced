// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Which versions of IP belong together: no connection leads from one to the other. */
final class IpVersions {

    private IpVersions() {
    }

    private static boolean isSame(final InetAddress one, final InetAddress other) {
        return one.getAddress().length == other.getAddress().length;
    }

    /** Returns whether a device and a peer have addresses of the same version. */
    static boolean isOf(final CommunicationManager device, final InetAddress peer) {
        return isSame(device.device().localAddress(), peer);
    }

    /**
     * Returns the devices that may have an address. The wildcard address of IPv6 is one of IPv4 as well, unless it is
     * for its own version only.
     *
     * @throws ProviderException {@code EAFNOSUPPORT} if no device has an address of the version.
     */
    static List<CommunicationManager> devicesFor(
        final String verb, final InetSocketAddress address, final List<CommunicationManager> devices,
        final boolean familyOnly) throws ProviderException {
        final InetAddress asked = address.getAddress();
        if (!asked.isAnyLocalAddress() || asked instanceof Inet6Address && !familyOnly) {
            return devices;
        }
        final List<CommunicationManager> ofVersion = devices.stream().filter(device -> isOf(device, asked)).toList();
        if (ofVersion.isEmpty()) {
            throw new ProviderException(verb, "address=" + AddressText.of(address), Errno.EAFNOSUPPORT,
                "no device of this connection manager has an address of this version of IP");
        }
        return ofVersion;
    }

    /**
     * Requires that a connection leaves from an address of the same version as its peer's.
     *
     * @param source  the address asked for, or null or the wildcard address for that of the device.
     * @param device  the device that it leaves from.
     * @throws ProviderException {@code EAFNOSUPPORT} if the versions differ.
     */
    static void requireSame(
        final String verb, final InetSocketAddress source, final CommunicationManager device,
        final InetSocketAddress destination) throws ProviderException {
        final InetAddress local = source != null && !source.getAddress().isAnyLocalAddress() ? source.getAddress()
            : device.device().localAddress();
        if (!isSame(local, destination.getAddress())) {
            throw new ProviderException(verb,
                "source=" + AddressText.of(source) + ", destination=" + AddressText.of(destination),
                Errno.EAFNOSUPPORT,
                "the local address is " + local.getHostAddress() + ", which is of another version of IP");
        }
    }
}
