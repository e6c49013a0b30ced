// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Two devices of this machine that can reach each other, for tests that run with every provider.
 *
 * @param left   the device of one side, or null when there is none.
 * @param right  the device of the other side, often the same.
 * @param reason the reason if there is none.
 */
public record DevicePair(Device left, Device right, String reason) {

    /** Prefix of networks so small that two devices in one network can reach each other. Tests do not read routes. */
    private static final long SUBNET_MASK = 0xFFFF_FFFF_FFFF_FF00L;

    /** Property that names the pairs to test instead of those found, as {@code LEFT-RIGHT,LEFT-RIGHT}. */
    private static final String PAIRS_PROPERTY = "verbs.pairs";

    /** Property with the file of the network namespace that has the software device of such pairs. */
    private static final String NAMESPACE_PROPERTY = "verbs.pairs.softNamespace";

    static {
        PrivateLoopbackAddresses.use();
        keepOpenElsewhere();
    }

    /** The socket of a software device is opened only once, so it stays in the namespace of the first open. */
    private static void keepOpenElsewhere() {
        final String file = System.getProperty(NAMESPACE_PROPERTY);
        if (file != null) {
            final Context ignored = new NetworkNamespace(Path.of(file)).open("soft0");
        }
    }

    /**
     * Pairs the first device of every provider with itself, and with the first other device that it reaches. Without
     * devices, there is one absent pair. Named pairs replace all others.
     */
    public static Stream<DevicePair> all() {
        final String named = System.getProperty(PAIRS_PROPERTY);
        return named == null ? found()
            : Stream.of(named.split(",")).map(pair -> pair.split("-")).map(names -> named(names[0], names[1]));
    }

    private static DevicePair named(final String left, final String right) {
        final Device first = Verbs.device(left);
        return new DevicePair(first, right.equals(left) ? first : Verbs.device(right), "");
    }

    private static Stream<DevicePair> found() {
        final List<DevicePair> pairs = new ArrayList<>();
        for (final Device left : firstOfEachProvider()) {
            pairs.add(new DevicePair(left, left, ""));
            Verbs.devices().stream()
                .filter(right -> right.provider().equals(left.provider()) && !right.name().equals(left.name()))
                .filter(right -> subnet(right) == subnet(left))
                .findFirst().ifPresent(right -> pairs.add(new DevicePair(left, right, "")));
        }
        return pairs.isEmpty() ? Stream.of(absent()) : pairs.stream();
    }

    private static List<Device> firstOfEachProvider() {
        final Map<String, Device> first = new LinkedHashMap<>();
        Verbs.devices().forEach(device -> first.putIfAbsent(device.provider(), device));
        return List.copyOf(first.values());
    }

    private static long subnet(final Device device) {
        try (Context context = device.open()) {
            return (device.transportType() == TransportType.IWARP ? Gid.of(ManagedEnds.address(context))
                : ConnectedPair.Side.routableGid(context).gid()).low() & SUBNET_MASK;
        }
    }

    /** Pairs the first device of every provider with itself only. Named pairs replace all others. */
    public static Stream<DevicePair> single() {
        return System.getProperty(PAIRS_PROPERTY) != null ? all()
            : found().filter(pair -> pair.left == null || pair.left.name().equals(pair.right.name()));
    }

    /** Calls something that opens a socket of a device, in the network namespace of the device. */
    public static void inNamespaceOf(final Device device, final Runnable call) {
        final String file = System.getProperty(NAMESPACE_PROPERTY);
        if (file == null || Unsupported.isRxe(device)) {
            call.run();
        } else {
            new NetworkNamespace(Path.of(file)).call(() -> {
                call.run();
                return null;
            });
        }
    }

    private static DevicePair absent() {
        try {
            Verbs.device("any");
            throw new IllegalStateException("a device appeared during the test");
        } catch (final NoSuchElementException e) {
            return new DevicePair(null, null, e.getMessage());
        }
    }

    /** Skips the test with the reason if there is no device. */
    public void require() {
        Assumptions.assumeTrue(left != null, reason);
    }

    /** Skips the test with the reason if there is no device, or only those that a connection manager connects. */
    public void requireManualConnections() {
        require();
        Assumptions.assumeTrue(left.transportType() != TransportType.IWARP,
            () -> left + " is an iWARP device, whose queue pairs cannot be connected manually");
    }

    /** Skips the test with the reason if there is no device, or if iWARP does not have what is tested. */
    public void requireOtherThanIwarp(final String why) {
        require();
        Unsupported.onIwarp(left, why);
    }

    /** Skips the test with the reason if there is no device, or if siw does not do what is tested. */
    public void requireOtherThanSiw(final String why) {
        require();
        Unsupported.onSiw(left, why);
    }

    @Override
    public String toString() {
        return left == null ? "no device" : left.name() + "-" + right.name();
    }
}
