// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The address of a device: an IP address of this machine, a UDP port, and the network interface.
 *
 * @param address        IPv4 or IPv6 address, with its interface if it is link-local.
 * @param udpPort        UDP port of this device and of all its peers.
 * @param interfaceName  name of the network interface.
 * @param interfaceIndex index of the network interface.
 * @param mtuBytes       length of the longest IP packet that the interface accepts, at most 65 535.
 */
public record LocalAddress(
    InetAddress address, int udpPort, String interfaceName, int interfaceIndex, int mtuBytes) {

    /** Bytes that rxe reserves in an IP packet for everything except the payload ({@code rxe_param.h}). */
    private static final int OVERHEAD_BYTES = 80;
    private static final int MAX_PATH_MTU_BYTES = 4096;
    private static final int MIN_PATH_MTU_BYTES = 256;
    private static final int MAX_IP_BYTES = 65_535;
    private static final int LAST_OCTET = 0xFF;
    private static final int BROADCAST = -1;

    /**
     * Looks up an address on this machine.
     *
     * @param address IPv4 or IPv6 address.
     * @param udpPort UDP port.
     * @return the address with its interface.
     * @throws ProviderException {@code EADDRNOTAVAIL} if it is not an address of this machine or no socket can be bound
     *     to it, {@code ENETDOWN} if its interface is down, {@code EMSGSIZE} if no packet fits the interface.
     */
    public static LocalAddress of(final InetAddress address, final int udpPort) throws ProviderException {
        final String text = "address=" + address.getHostAddress() + ", port=" + udpPort;
        try {
            final String flaw = isBroadcast(address) ? "is a broadcast address of this machine's networks"
                : flaw(address);
            if (flaw != null) {
                throw new ProviderException(
                    "ibv_open_device", text, Errno.EADDRNOTAVAIL, address.getHostAddress() + " " + flaw);
            }
            final NetworkInterface found = interfaceOf(address);
            if (found == null) {
                throw new ProviderException("ibv_open_device", text, Errno.EADDRNOTAVAIL,
                    address.getHostAddress() + " is not an address of this machine, which has " + localAddresses()
                        + " and all of 127.0.0.0/8");
            }
            if (!found.isUp()) {
                throw new ProviderException("ibv_open_device", text, Errno.ENETDOWN,
                    "interface " + found.getName() + " is down; 'ip link set " + found.getName() + " up' starts it");
            }
            final int mtuBytes = Math.min(MAX_IP_BYTES, found.getMTU());
            if (mtuBytes - OVERHEAD_BYTES < MIN_PATH_MTU_BYTES) {
                throw new ProviderException("ibv_open_device", text, Errno.EMSGSIZE, "the MTU of interface "
                    + found.getName() + " is " + mtuBytes + " bytes; RoCE needs "
                    + (MIN_PATH_MTU_BYTES + OVERHEAD_BYTES));
            }
            return new LocalAddress(
                withInterface(address, found), udpPort, found.getName(), found.getIndex(), mtuBytes);
        } catch (final SocketException e) {
            throw new ProviderException("ibv_open_device", text, Errno.EIO, "cannot read the network interfaces: " + e);
        }
    }

    /** Adds the interface to a link-local address, which no socket can be bound to otherwise. */
    private static InetAddress withInterface(final InetAddress address, final NetworkInterface found) {
        final IpAddress ip = IpAddress.of(address);
        return ip.isLinkLocal() ? IpAddress.ofGid(ip.high(), ip.low(), found.getIndex()).toInetAddress() : address;
    }

    /**
     * Returns why an address cannot belong to a device on any machine.
     *
     * @param address any IPv4 or IPv6 address.
     * @return the reason, as in "127.0.0.255 ends in 255", or null if a device may have the address.
     */
    public static String flaw(final InetAddress address) {
        final boolean ipv4 = address instanceof Inet4Address;
        final int value = ipv4 ? IpAddress.of(address).ipv4() : 0;
        String flaw = null;
        if (address.isAnyLocalAddress()) {
            flaw = "means all addresses of a machine, but a device has one address";
        } else if (address.isMulticastAddress()) {
            flaw = "is the address of a multicast group";
        } else if (ipv4 && value == BROADCAST) {
            flaw = "is the broadcast address of every network";
        } else if (ipv4 && address.isLoopbackAddress() && (value & LAST_OCTET) == LAST_OCTET) {
            flaw = "ends in 255: Java treats such an address of 127.0.0.0/8 as a broadcast address and binds no"
                + " socket to it; use one that ends in 1 to 254";
        }
        return flaw;
    }

    private static boolean isBroadcast(final InetAddress address) throws SocketException {
        return NetworkInterface.networkInterfaces().flatMap(found -> found.getInterfaceAddresses().stream())
            .anyMatch(found -> address.equals(found.getBroadcast()));
    }

    /**
     * Returns the interface of an address. The loopback interface owns all of 127.0.0.0/8, but lists only one address.
     */
    private static NetworkInterface interfaceOf(final InetAddress address) throws SocketException {
        final NetworkInterface listed = NetworkInterface.getByInetAddress(address);
        return listed != null || !address.isLoopbackAddress() ? listed
            : NetworkInterface.networkInterfaces().filter(LocalAddress::isLoopback).findFirst().orElse(null);
    }

    private static boolean isLoopback(final NetworkInterface candidate) {
        return candidate.inetAddresses().anyMatch(InetAddress::isLoopbackAddress);
    }

    private static String localAddresses() throws SocketException {
        final List<String> addresses = NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress())
            .map(InetAddress::getHostAddress).sorted().collect(Collectors.toList());
        return addresses.isEmpty() ? "none but loopback" : String.join(", ", addresses);
    }

    /**
     * Returns the address in the form of a GID.
     *
     * @return the address.
     */
    public IpAddress ip() {
        return IpAddress.of(address);
    }

    /**
     * Returns whether the address is one of the loopback interface.
     *
     * @return true if packets never leave this machine.
     */
    public boolean isLoopback() {
        return address.isLoopbackAddress();
    }

    /**
     * Returns the socket address to bind to.
     *
     * @return the address to bind to.
     */
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, udpPort);
    }

    /**
     * Returns the largest packet payload that the interface accepts.
     *
     * @return 256, 512, 1024, 2048 or 4096 bytes, as rxe would choose for the same interface.
     */
    public int pathMtuBytes() {
        return Math.min(MAX_PATH_MTU_BYTES, Integer.highestOneBit(mtuBytes - OVERHEAD_BYTES));
    }

    @Override
    public String toString() {
        return ip().withPort(udpPort);
    }
}
