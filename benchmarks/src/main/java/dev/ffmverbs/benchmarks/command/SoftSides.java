// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.Context;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.benchmarks.jucx.JucxTransport;
import dev.ffmverbs.benchmarks.rigs.soft.DeviceSide;
import dev.ffmverbs.benchmarks.rigs.soft.JucxSide;
import dev.ffmverbs.benchmarks.rigs.soft.PacketProgram;
import dev.ffmverbs.benchmarks.rigs.soft.Side;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** What {@code bench soft} can measure on a machine. */
final class SoftSides {

    /** Name of the suite in results. */
    static final String SUITE = "soft";

    /** Name of the software device. */
    static final String SOFT = "soft";

    private static final int PORT = 1;
    private static final int MTU_BYTES = 4096;
    private static final String MTU_PREFIX = "MTU_";

    /**
     * The lab's variable in a guest, and the network namespace there in which the kernel's rxe does not use UDP port
     * 4791.
     */
    private static final String LAB_GUEST = "LAB_GUEST";
    private static final List<String> IN_NAMESPACE = List.of("ip", "netns", "exec", "soft");

    /** On emulated processors, a JVM that replaces code has been seen to crash in correct code. */
    private static final List<String> ONE_COMPILER = List.of("-XX:-TieredCompilation");

    private SoftSides() {
    }

    /**
     * The place of the measurement.
     *
     * @param devices    one or two RDMA devices of the machine; none if only software is measured.
     * @param mtuBytes   path MTU that all sides can use.
     * @param prefix     prefix of the command lines of sides that need UDP port 4791 exclusively.
     * @param jvmOptions options of measuring JVMs.
     */
    record Place(List<String> devices, int mtuBytes, List<String> prefix, List<String> jvmOptions) {
    }

    /**
     * Finds the devices of a name.
     *
     * @throws NoSuchElementException if there is none; the message lists those that exist.
     */
    static Place placeOf(final String device) {
        final boolean isInLab = System.getenv(LAB_GUEST) != null;
        final List<String> options = isInLab ? ONE_COMPILER : List.of();
        if (device.equals(SOFT)) {
            return new Place(List.of(), MTU_BYTES, List.of(), options);
        }
        final List<String> known = Verbs.devices().stream().map(found -> found.name()).sorted().toList();
        final List<String> found = known.stream().filter(name -> name.startsWith(device)).limit(2).toList();
        if (found.isEmpty()) {
            throw new NoSuchElementException("no device whose name begins with " + device + "; these exist: "
                + String.join(", ", known));
        }
        try (Context context = Verbs.open(found.getFirst())) {
            final PathMtu mtu = context.portAttributes(PORT).activeMtu();
            return new Place(found, Integer.parseInt(mtu.name().substring(MTU_PREFIX.length())),
                isInLab ? IN_NAMESPACE : List.of(), options);
        }
    }

    /** Returns all sides, in the order in which reports show them. */
    static List<Side> all(final Place place, final PacketProgram program, final Optional<Path> former) {
        final List<Side> all = new ArrayList<>(List.of(program.packetByPacket(), program.trains()));
        deviceOf(place).ifPresent(all::add);
        former.ifPresent(library -> all.add(DeviceSide.before(library, place.prefix(), place.jvmOptions())));
        final String first = place.devices().isEmpty() ? "" : place.devices().getFirst();
        final String last = place.devices().isEmpty() ? "" : place.devices().getLast();
        Arrays.stream(JucxTransport.values()).filter(transport -> !transport.needsDevice() || !first.isEmpty())
            .forEach(transport -> all.add(new JucxSide(transport, first, last, place.jvmOptions())));
        all.add(DeviceSide.software(place.prefix(), place.jvmOptions()));
        return all;
    }

    /** Returns the RDMA device that is measured; empty if only software is. */
    static Optional<DeviceSide> deviceOf(final Place place) {
        return place.devices().isEmpty() ? Optional.empty() : Optional.of(new DeviceSide(place.devices().getFirst(),
            "RDMA device of this machine, between " + String.join(" and ", place.devices())
                + "; the processor time of the kernel's work for it is not counted",
            place.devices().getFirst(), place.devices().getLast(), Optional.empty(), List.of(), place.jvmOptions()));
    }
}
