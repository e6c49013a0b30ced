// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The local address and port number of an identifier. A wildcard address has them at every device of a manager, any
 * other address at one.
 *
 * <p>Guarded by the identifier's monitor.
 */
final class LocalBinding {

    /** How often a port number that is free at one device is tried at the others. */
    private static final int MOST_TRIES = 256;

    private final List<CommunicationManager> devices;
    private final Inet4Address address;
    private final int portNumber;
    private final PortHolder holder;

    private LocalBinding(
        final List<CommunicationManager> devices, final Inet4Address address, final int portNumber,
        final PortHolder holder) {
        this.devices = devices;
        this.address = address;
        this.portNumber = portNumber;
        this.holder = holder;
    }

    /**
     * Takes a port number.
     *
     * @param verb    the function that binds, for messages.
     * @param asked   an IPv4 address and a port number, which is 0 for any free one.
     * @param devices the devices of the manager.
     * @param holder  has the port number; says in which port space, and whether it may be shared.
     * @return the binding, which must be released.
     * @throws ProviderException {@code EADDRNOTAVAIL} if no device has the address, {@code EADDRINUSE} if the port
     *     number is in use.
     */
    static LocalBinding take(
        final String verb, final InetSocketAddress asked, final List<CommunicationManager> devices,
        final PortHolder holder) throws ProviderException {
        final String arguments = "address=" + AddressText.of(asked);
        final Inet4Address address = ipv4(verb, asked);
        final List<CommunicationManager> chosen = address.isAnyLocalAddress() ? devices
            : devices.stream().filter(device -> device.device().localAddress().equals(address)).toList();
        if (chosen.isEmpty()) {
            throw new ProviderException(verb, arguments, Errno.EADDRNOTAVAIL, devices.stream()
                .map(device -> "the address of device " + device.device().deviceName() + " is "
                    + device.device().localAddress().getHostAddress()).collect(Collectors.joining(", ")));
        }
        if (asked.getPort() == 0) {
            return new LocalBinding(chosen, address, takeAny(verb, arguments, chosen, holder), holder);
        }
        if (!take(asked.getPort(), chosen, holder)) {
            throw new ProviderException(verb, arguments, Errno.EADDRINUSE,
                "another listener or connection of " + names(chosen) + " has port " + asked.getPort());
        }
        return new LocalBinding(chosen, address, asked.getPort(), holder);
    }

    /** Returns the IPv4 address of a socket address. */
    static Inet4Address ipv4(final String verb, final InetSocketAddress address) throws ProviderException {
        if (address.getAddress() instanceof Inet4Address ipv4) {
            return ipv4;
        }
        throw new ProviderException(verb, "address=" + AddressText.of(address), Errno.EAFNOSUPPORT,
            "the software device supports IPv4 only");
    }

    private static int takeAny(
        final String verb, final String arguments, final List<CommunicationManager> devices, final PortHolder holder)
        throws ProviderException {
        final PortNumbers first = devices.getFirst().portNumbers(holder.portSpace());
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            final int portNumber = first.takeAny(holder);
            if (portNumber < 0) {
                break;
            }
            if (take(portNumber, devices.subList(1, devices.size()), holder)) {
                return portNumber;
            }
            first.release(portNumber, holder);
        }
        throw new ProviderException(verb, arguments, Errno.EADDRNOTAVAIL,
            "all port numbers of the ephemeral range are in use on " + names(devices));
    }

    /** Takes a port number at all devices or at none. */
    private static boolean take(
        final int portNumber, final List<CommunicationManager> devices, final PortHolder holder) {
        for (int i = 0; i < devices.size(); i++) {
            if (!devices.get(i).portNumbers(holder.portSpace()).take(portNumber, holder)) {
                release(portNumber, devices.subList(0, i), holder);
                return false;
            }
        }
        return true;
    }

    private static void release(
        final int portNumber, final List<CommunicationManager> devices, final PortHolder holder) {
        devices.forEach(device -> device.portNumbers(holder.portSpace()).release(portNumber, holder));
    }

    private static String names(final List<CommunicationManager> devices) {
        return devices.stream().map(device -> "device " + device.device().deviceName())
            .collect(Collectors.joining(" or "));
    }

    /** Returns the devices that have the address. */
    List<CommunicationManager> devices() {
        return devices;
    }

    /** Returns the address and port number that were asked for, with the port number that was taken. */
    InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, portNumber);
    }

    int portNumber() {
        return portNumber;
    }

    /** Stops sharing the port number. Returns false if another identifier has it, too. */
    boolean keepAlone() {
        return devices.stream()
            .allMatch(device -> device.portNumbers(holder.portSpace()).keepAlone(portNumber, holder));
    }

    /** Returns this binding at one of its devices only. The port number is released at the others. */
    LocalBinding at(final CommunicationManager device) {
        release(portNumber, devices.stream().filter(other -> other != device).toList(), holder);
        return new LocalBinding(List.of(device), device.device().localAddress(), portNumber, holder);
    }

    /** Gives the port number back. */
    void release() {
        release(portNumber, devices, holder);
    }

    @Override
    public String toString() {
        return AddressText.of(socketAddress()) + " on " + names(devices);
    }
}
