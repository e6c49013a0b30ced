// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Two devices of this machine that can reach each other, for tests that run over every provider.
 *
 * @param left   the device of one side, or null when there is none.
 * @param right  the device of the other side, often the same.
 * @param reason why there is none.
 */
public record DevicePair(Device left, Device right, String reason) {

    /** Networks this small are how tests know, without routes, that two devices reach each other. */
    private static final long SUBNET_MASK = 0xFFFF_FFFF_FFFF_FF00L;

    /** Every device with itself, and every two of one provider on one subnet; one absent pair when there is none. */
    public static Stream<DevicePair> all() {
        final List<Device> devices = Verbs.devices();
        final List<DevicePair> pairs = new ArrayList<>();
        for (final Device left : devices) {
            for (final Device right : devices) {
                if (left.provider().equals(right.provider()) && left.name().compareTo(right.name()) <= 0
                    && subnet(left) == subnet(right)) {
                    pairs.add(new DevicePair(left, right, ""));
                }
            }
        }
        return pairs.isEmpty() ? Stream.of(absent()) : pairs.stream();
    }

    private static long subnet(final Device device) {
        try (Context context = device.open()) {
            return ConnectedPair.Side.routableGid(context).gid().low() & SUBNET_MASK;
        }
    }

    /** Every device with itself only. */
    public static Stream<DevicePair> single() {
        return all().filter(pair -> pair.left == null || pair.left.name().equals(pair.right.name()));
    }

    private static DevicePair absent() {
        try {
            Verbs.device("any");
            throw new IllegalStateException("a device appeared meanwhile");
        } catch (final NoSuchElementException e) {
            return new DevicePair(null, null, e.getMessage());
        }
    }

    /** Skips the test, with the reason, when there is no device. */
    public void require() {
        Assumptions.assumeTrue(left != null, reason);
    }

    @Override
    public String toString() {
        return left == null ? "no device" : left.name() + "-" + right.name();
    }
}
