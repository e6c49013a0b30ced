// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.DeviceAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which devices and addresses the two nodes of the demonstration use.
 *
 * <p>Two devices when two are named. Otherwise two ports of one device's address; but a software device belongs to one
 * process, so there each node gets a device of its own, at an address of the loopback network.
 *
 * @param a where node A runs.
 * @param b where node B runs.
 */
record DemoPlacement(Place a, Place b) {

    private static final String SOFTWARE_PROVIDER = "softroce";
    private static final String SOFTWARE_DEVICE = "soft0";
    private static final String SOFTWARE_ADDRESSES = "softroce.addresses";
    private static final String SOFTWARE_PORT = "softroce.port";

    /**
     * Where a node runs.
     *
     * @param deviceName its device, by the name it has in the node's process.
     * @param provider   the device's provider.
     * @param address    where the node listens.
     * @param jvmOptions what the node's process needs to have the device.
     */
    record Place(String deviceName, String provider, InetSocketAddress address, List<String> jvmOptions) {

        private static Place of(final Device device, final InetAddress address, final int port) {
            return SOFTWARE_PROVIDER.equals(device.provider())
                ? software(address, port)
                : new Place(device.name(), device.provider(), new InetSocketAddress(address, port), List.of());
        }

        private static Place software(final InetAddress address, final int port) {
            final List<String> options =
                new ArrayList<>(List.of("-D" + SOFTWARE_ADDRESSES + "=" + address.getHostAddress()));
            final String udpPort = System.getProperty(SOFTWARE_PORT);
            if (udpPort != null) {
                options.add("-D" + SOFTWARE_PORT + "=" + udpPort);
            }
            return new Place(SOFTWARE_DEVICE, SOFTWARE_PROVIDER, new InetSocketAddress(address, port), options);
        }

        /** Whether its link can be cut by the settings of the device. */
        boolean isSoftware() {
            return SOFTWARE_PROVIDER.equals(provider);
        }

        @Override
        public String toString() {
            return deviceName + " (" + provider + ") at " + NodeLog.text(address);
        }
    }

    /**
     * Places the nodes.
     *
     * @param names names of one or two devices; none for the default device.
     * @param port  port of node A; node B gets the next one.
     * @throws java.util.NoSuchElementException when there is no such device; the message lists those that exist.
     */
    static DemoPlacement choose(final List<String> names, final int port) {
        final Device deviceA = names.isEmpty() ? Verbs.defaultDevice() : Verbs.device(names.getFirst());
        final Device deviceB = names.size() < 2 ? deviceA : Verbs.device(names.get(1));
        final boolean apart = SOFTWARE_PROVIDER.equals(deviceA.provider()) && deviceA.name().equals(deviceB.name());
        return new DemoPlacement(
            Place.of(deviceA, apart ? privateLoopback(1) : addressOf(deviceA), port),
            Place.of(deviceB, apart ? privateLoopback(2) : addressOf(deviceB), port + 1));
    }

    private static InetAddress addressOf(final Device device) {
        final List<InetAddress> addresses = DeviceAddresses.of(device);
        if (addresses.isEmpty()) {
            throw new CommandFailedException(device + " has no RoCE v2 address over IPv4: give its network interface an"
                + " IPv4 address, and bring it up", null);
        }
        return addresses.getFirst();
    }

    /**
     * An address of the loopback network that follows from this process's number, so that others do not use it; never
     * one that ends with 0 or 255, which may be those of a network.
     */
    private static InetAddress privateLoopback(final int number) {
        final long process = ProcessHandle.current().pid();
        try {
            return InetAddress.getByAddress(new byte[] {127, (byte) (process >> 13), (byte) (process >> 5),
                (byte) ((process & 0x1F) << 3 | number)});
        } catch (final UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }
}
