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
 * The devices and addresses that the two nodes of a demonstration use, and their witness.
 *
 * <p>If two devices are named, each node uses one of them. Otherwise both nodes use the same device and two port
 * numbers. The witness uses the device of node A and a third number. A software device belongs to one process, so each
 * process gets a separate one at a loopback address.
 *
 * @param a       place of node A.
 * @param b       place of node B.
 * @param witness place of the witness, in stories that have one.
 */
record DemoPlacement(Place a, Place b, Place witness) {

    private static final String SOFTWARE_PROVIDER = "softroce";
    private static final String SOFTWARE_DEVICE = "soft0";
    private static final String SOFTWARE_ADDRESSES = "softroce.addresses";
    private static final String SOFTWARE_PORT = "softroce.port";

    /**
     * Where a node runs.
     *
     * @param deviceName name of its device, in the process of the node.
     * @param provider   name of the provider of the device.
     * @param address    address and port where the node listens.
     * @param jvmOptions options that give the JVM of the node its device.
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

        /** Returns whether the device is a software device, whose link can be cut. */
        boolean isSoftware() {
            return SOFTWARE_PROVIDER.equals(provider);
        }

        @Override
        public String toString() {
            return deviceName + " (" + provider + ") at " + NodeLog.text(address);
        }
    }

    /**
     * Chooses the places of the two nodes.
     *
     * @param names names of one or two devices; none for the default device.
     * @param port  port of node A; node B and the witness get the next ones.
     * @throws java.util.NoSuchElementException if there is no such device; the message lists those that exist.
     */
    static DemoPlacement choose(final List<String> names, final int port) {
        final Device deviceA = names.isEmpty() ? Verbs.defaultDevice() : Verbs.device(names.getFirst());
        final Device deviceB = names.size() < 2 ? deviceA : Verbs.device(names.get(1));
        final boolean apart = SOFTWARE_PROVIDER.equals(deviceA.provider()) && deviceA.name().equals(deviceB.name());
        return new DemoPlacement(
            Place.of(deviceA, apart ? privateLoopback(1) : addressOf(deviceA), port),
            Place.of(deviceB, apart ? privateLoopback(2) : addressOf(deviceB), port + 1),
            Place.of(deviceA, apart ? privateLoopback(3) : addressOf(deviceA), port + 2));
    }

    private static InetAddress addressOf(final Device device) {
        final List<InetAddress> addresses = DeviceAddresses.of(device);
        if (addresses.isEmpty()) {
            throw new CommandFailedException(
                device + " has no IPv4 address: give its network interface one, and bring it up", null);
        }
        return addresses.getFirst();
    }

    /**
     * Returns a loopback address derived from the number of this process, so that no other process uses it. It never
     * ends with 0 or 255, which may be reserved addresses of a network.
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
