// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.link.DeviceAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Which devices and addresses the two nodes of the demonstration use: two devices when two are named, else two ports of
 * one device's address.
 *
 * <p>A software device is one address of one process, so there each process gets an address of the loopback network of
 * its own.
 *
 * @param deviceA  device of node A.
 * @param addressA where node A listens.
 * @param deviceB  device of node B.
 * @param addressB where node B listens.
 */
record DemoPlacement(Device deviceA, InetSocketAddress addressA, Device deviceB, InetSocketAddress addressB) {

    private static final String SOFTWARE_PROVIDER = "softroce";

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
        if (deviceA == deviceB && SOFTWARE_PROVIDER.equals(deviceA.provider())) {
            return new DemoPlacement(deviceA, new InetSocketAddress(loopback(1), port),
                deviceA, new InetSocketAddress(loopback(2), port + 1));
        }
        return new DemoPlacement(deviceA, new InetSocketAddress(addressOf(deviceA), port),
            deviceB, new InetSocketAddress(addressOf(deviceB), port + 1));
    }

    /** An address of the loopback network that follows from this process's number, so that others do not use it. */
    private static InetAddress loopback(final int number) {
        final long process = ProcessHandle.current().pid();
        try {
            return InetAddress.getByAddress(new byte[] {127, (byte) (process >> 14), (byte) (process >> 6),
                (byte) ((process & 0x3F) << 2 | number)});
        } catch (final UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    /** Options of node A's JVM: which address its software device, if it uses one, has. */
    List<String> jvmOptionsA() {
        return jvmOptions(deviceA, addressA);
    }

    /** Options of node B's JVM: which address its software device, if it uses one, has. */
    List<String> jvmOptionsB() {
        return jvmOptions(deviceB, addressB);
    }

    /**
     * Options of the JVM of a node.
     *
     * @param device  its device.
     * @param address where it listens.
     */
    static List<String> jvmOptions(final Device device, final InetSocketAddress address) {
        return SOFTWARE_PROVIDER.equals(device.provider())
            ? List.of("-Dsoftroce.addresses=" + address.getAddress().getHostAddress()) : List.of();
    }

    private static InetAddress addressOf(final Device device) {
        final List<InetAddress> addresses = DeviceAddresses.of(device);
        if (addresses.isEmpty()) {
            throw new CommandFailedException(device + " has no RoCE v2 address over IPv4: give its network interface an"
                + " IPv4 address, and bring it up", null);
        }
        return addresses.getFirst();
    }
}
