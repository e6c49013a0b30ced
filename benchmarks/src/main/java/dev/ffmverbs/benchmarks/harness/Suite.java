// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import com.sun.management.OperatingSystemMXBean;
import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.rigs.cluster.ClusterWorkload;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be measured. */
public enum Suite {

    /** Single calls. */
    CALLS("calls", List.of(), List.of()),
    /** Whole transfers. */
    DATA_PATH("data-path", List.of(8L, 4096L, 65536L), List.of(8L, 64L, 512L, 4096L, 65536L, 1048576L)),
    /** Registering memory. */
    REGISTRATION("registration", List.of(4096L, 1L << 20),
        List.of(4096L, 65536L, 1L << 20, 1L << 26, 1L << 30, 4L << 30)),
    /** Two nodes of the cluster connection manager find each other. */
    HANDSHAKE("handshake", List.of(), List.of()),
    /** What a node's heartbeat costs, how old its news is, and how soon its silence is noticed. */
    HEARTBEAT("heartbeat", List.of(), List.of()),
    /** Appending to a log that a partner has a copy of. */
    MIRRORED_LOG("mirrored-log", List.of(), List.of());

    private static final long PARTS_OF_MEMORY = 4;

    private final String label;
    private final List<Long> quickSizesBytes;
    private final List<Long> sizesBytes;

    Suite(final String label, final List<Long> quickSizesBytes, final List<Long> sizesBytes) {
        this.label = label;
        this.quickSizesBytes = quickSizesBytes;
        this.sizesBytes = sizesBytes;
    }

    /**
     * The suite of a name.
     *
     * @param label the name.
     * @return the suite.
     * @throws NoSuchElementException when there is none; the message lists those that exist.
     */
    public static Suite named(final String label) {
        return Arrays.stream(values()).filter(suite -> suite.label.equals(label)).findFirst()
            .orElseThrow(() -> new NoSuchElementException("no suite named " + label + "; these exist: "
                + Arrays.stream(values()).map(Suite::label).collect(Collectors.joining(", "))));
    }

    /**
     * Its name on the command line and in results.
     *
     * @return lower case.
     */
    public String label() {
        return label;
    }

    /** Sizes it is measured for: of memory to register none that is more than a quarter of what the machine has. */
    List<Long> sizesBytes(final boolean quick) {
        final List<Long> sizes = quick ? quickSizesBytes : sizesBytes;
        if (this != REGISTRATION) {
            return sizes;
        }
        final long memoryBytes = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getTotalMemorySize();
        return sizes.stream().filter(size -> size <= memoryBytes / PARTS_OF_MEMORY).toList();
    }

    /** Whether its operations may allocate: those of the control path. */
    boolean mayAllocate() {
        return this == REGISTRATION || this == HANDSHAKE;
    }

    private boolean needsTwoNodes() {
        return ClusterWorkload.SUITES.contains(label);
    }

    /** Why it cannot be measured on a device; nothing when it can. */
    Optional<String> whyNot(final MeasuredDevice device) {
        if ((this == DATA_PATH || needsTwoNodes()) && device.kind() == MeasuredDevice.Kind.STUB) {
            return Optional.of("the stub moves no data");
        }
        if (this == CALLS && !device.isNative()) {
            return Optional.of("the software device is called without leaving Java; what it costs is in data-path");
        }
        return Optional.empty();
    }

    /** Why it cannot be measured by a side; nothing when it can. */
    Optional<String> whyNot(final Side side) {
        return !needsTwoNodes() || side.name().equals("ffm") ? Optional.empty()
            : Optional.of("the cluster connection manager calls verbs through ffm-verbs alone");
    }
}
