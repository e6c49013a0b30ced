// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of an example: a device, an IP address of it and, in another process of the same example, what the
 * first process tells it.
 *
 * @param device  name of a device, such as {@code soft0}, {@code rxe0} or {@code mlx5_0}.
 * @param address an IP address of the device.
 * @param rest    what the first process tells this one; nothing in the first process.
 */
record Arguments(String device, String address, List<String> rest) {

    /** The last number of an address that is not one of a whole network. */
    private static final int LAST_OF_NETWORK = 254;

    private static final String ADDRESSES_PROPERTY = "softroce.addresses";

    /**
     * Reads arguments. Software devices have the address that is asked for, unless the JVM was told others. A
     * process that the first one has started ends with it.
     */
    static Arguments of(final String... arguments) {
        final String device = arguments.length > 0 ? arguments[0] : "soft0";
        final String address = arguments.length > 1 ? arguments[1] : "127.0.0.1";
        requireAddress(address);
        if (isSoftware(device) && System.getProperty(ADDRESSES_PROPERTY) == null
            && System.getenv("SOFTROCE_ADDRESSES") == null) {
            System.setProperty(ADDRESSES_PROPERTY, address);
        }
        if (arguments.length > 2) {
            OtherProcess.endWithFirst();
        }
        return new Arguments(device, address,
            arguments.length > 2 ? Arrays.asList(arguments).subList(2, arguments.length) : List.of());
    }

    private static void requireAddress(final String address) {
        try {
            InetAddress.ofLiteral(address);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + address + "\" is not an IP address: write that of the device, for"
                + " example 127.0.0.1", e);
        }
    }

    private static boolean isSoftware(final String device) {
        return device.startsWith("soft");
    }

    boolean isFirstProcess() {
        return rest.isEmpty();
    }

    /** The address of the device, with a port that the system chooses. */
    InetSocketAddress anyPort() {
        return at(0);
    }

    InetSocketAddress at(final int port) {
        return new InetSocketAddress(address, port);
    }

    /** The address that the first process told this one, as {@code ADDRESS:PORT}. */
    InetSocketAddress peer() {
        final String text = rest.getFirst();
        final int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    static String text(final InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /**
     * Returns the address for another process. A software device has its address for itself, so another process on this
     * machine needs another one. The kernel's devices and NICs are shared.
     *
     * @param number which process, from 1.
     */
    String addressOfProcess(final int number) {
        if (!isSoftware(device)) {
            return address;
        }
        if (!address.startsWith("127.")) {
            throw new IllegalArgumentException("a software device at " + address + " serves one process; this example"
                + " starts several on this machine, so give it a loopback address");
        }
        final int dot = address.lastIndexOf('.');
        final int last = Integer.parseInt(address.substring(dot + 1)) + number;
        if (last > LAST_OF_NETWORK) {
            throw new IllegalArgumentException("the other processes of this example have the addresses after " + address
                + ", and there is no device at " + address.substring(0, dot + 1) + last + ": choose a lower one");
        }
        return address.substring(0, dot + 1) + last;
    }
}
