// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.Device;
import dev.ffmverbs.TransportType;
import dev.ffmverbs.Verbs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The places where two nodes of a test run: for every provider on one device, and on two devices that reach each other.
 *
 * @param deviceA  device of node A, or null when there is none.
 * @param addressA its address.
 * @param deviceB  device of node B, often the same.
 * @param addressB its address.
 * @param reason   why there is no device.
 */
public record NodePair(
    Device deviceA, InetAddress addressA, Device deviceB, InetAddress addressB, String reason) {

    private static final String SOFTWARE_ADDRESSES = "softroce.addresses";

    static {
        if (System.getProperty(SOFTWARE_ADDRESSES) == null) {
            System.setProperty(SOFTWARE_ADDRESSES, privateAddress(3) + "," + privateAddress(4));
        }
    }

    private static final AtomicInteger NEXT_PORT = new AtomicInteger(21_000);

    /** Returns pairs on one device and on two devices of every provider, or one absent pair if there is no device. */
    public static Stream<NodePair> all() {
        final Map<String, NodePair> single = new LinkedHashMap<>();
        final List<NodePair> pairs = new ArrayList<>();
        for (final Device device : Verbs.devices()) {
            for (final InetAddress address : DeviceAddresses.of(device)) {
                final NodePair first = single.get(device.provider());
                if (first == null) {
                    single.put(device.provider(), new NodePair(device, address, device, address, ""));
                } else if (first.reaches(device, address)) {
                    pairs.add(new NodePair(first.deviceA, first.addressA, device, address, ""));
                }
            }
        }
        pairs.addAll(0, single.values());
        return pairs.isEmpty() ? Stream.of(absent()) : pairs.stream();
    }

    /** Returns a pair on one device of every provider, for tests that take long. */
    public static Stream<NodePair> single() {
        return all().filter(pair -> pair.deviceA == null || pair.deviceA.name().equals(pair.deviceB.name()));
    }

    /**
     * Returns a loopback address that no other process uses, so that concurrent builds do not take each other's UDP
     * port. It never ends with 0 or 255, which may be the addresses of a network. {@code test.processNumber} selects
     * another process's address.
     */
    private static String privateAddress(final int number) {
        final long process = Long.getLong("test.processNumber", ProcessHandle.current().pid());
        return "127." + (process >> 13 & 0xFF) + "." + (process >> 5 & 0xFF) + "." + ((process & 0x1F) << 3 | number);
    }

    /** Devices on one /24 reach each other, because the lab's networks are laid out in this way. */
    private boolean reaches(final Device device, final InetAddress address) {
        return !device.name().equals(deviceA.name())
            && Arrays.equals(addressA.getAddress(), 0, 3, address.getAddress(), 0, 3);
    }

    private static NodePair absent() {
        try {
            Verbs.device("any");
            throw new IllegalStateException("a device appeared in between");
        } catch (final NoSuchElementException e) {
            return new NodePair(null, null, null, null, e.getMessage());
        }
    }

    /** Skips the test with the reason if there is no device. */
    public void require() {
        Assumptions.assumeTrue(deviceA != null, reason);
    }

    /** Whether the devices are iWARP devices. */
    public boolean isIwarp() {
        return deviceA.transportType() == TransportType.IWARP;
    }

    /** Skips the test with the reason if there is no device, or if iWARP does not have what is tested. */
    public void requireOtherThanIwarp(final String why) {
        require();
        Assumptions.assumeFalse(isIwarp(), () -> deviceA + " is an iWARP device: " + why);
    }

    /** Skips the test with the reason if there is no device, or if nodes on it cannot choose addresses of memory. */
    public void requireChosenAddresses() {
        requireOtherThanIwarp("nodes take the address that their memory has, because siw gives regions no other"
            + " (siw_reg_user_mr)");
    }

    /** Returns an address for node A with a port that no other test uses. */
    public InetSocketAddress endpointA() {
        return new InetSocketAddress(addressA, NEXT_PORT.getAndIncrement());
    }

    /** Returns an address for node B with a port that no other test uses. */
    public InetSocketAddress endpointB() {
        return new InetSocketAddress(addressB, NEXT_PORT.getAndIncrement());
    }

    @Override
    public String toString() {
        return deviceA == null ? "no device" : deviceA.name() + "-" + deviceB.name();
    }
}
