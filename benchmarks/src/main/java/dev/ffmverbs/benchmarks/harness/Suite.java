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

/** Groups of operations that are measured together. */
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
    /** The cost of a node's heartbeat, its age when it is read, and how soon silence is noticed. */
    HEARTBEAT("heartbeat", List.of(), List.of()),
    /** Appending to a log with a copy at a partner. */
    MIRRORED_LOG("mirrored-log", List.of(), List.of());

    private static final long PARTS_OF_MEMORY = 4;
    private static final String JUCX = "jucx";

    private final String label;
    @SuppressWarnings("ImmutableEnumChecker") // created by List.of
    private final List<Long> quickSizesBytes;
    @SuppressWarnings("ImmutableEnumChecker") // created by List.of
    private final List<Long> sizesBytes;

    Suite(final String label, final List<Long> quickSizesBytes, final List<Long> sizesBytes) {
        this.label = label;
        this.quickSizesBytes = quickSizesBytes;
        this.sizesBytes = sizesBytes;
    }

    /**
     * Finds the suite of a name.
     *
     * @param label the name.
     * @return the suite.
     * @throws NoSuchElementException if there is none; the message lists those that exist.
     */
    public static Suite find(final String label) {
        return Arrays.stream(values()).filter(suite -> suite.label.equals(label)).findFirst()
            .orElseThrow(() -> new NoSuchElementException("no suite named " + label + "; these exist: "
                + Arrays.stream(values()).map(Suite::label).collect(Collectors.joining(", "))));
    }

    /**
     * Returns its name on the command line and in results.
     *
     * @return words in lower case.
     */
    public String label() {
        return label;
    }

    /** Returns the sizes for which it is measured. Memory to register is at most a quarter of what the machine has. */
    List<Long> sizesBytes(final boolean quick) {
        final List<Long> sizes = quick ? quickSizesBytes : sizesBytes;
        if (this != REGISTRATION) {
            return sizes;
        }
        final long memoryBytes = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getTotalMemorySize();
        return sizes.stream().filter(size -> size <= memoryBytes / PARTS_OF_MEMORY).toList();
    }

    /** Returns whether its operations may allocate, as those of the control path may. */
    boolean mayAllocate() {
        return this == REGISTRATION || this == HANDSHAKE;
    }

    private boolean needsTwoNodes() {
        return ClusterWorkload.SUITES.contains(label);
    }

    /** Returns why it cannot be measured on a device; empty if it can. */
    Optional<String> whyNot(final MeasuredDevice device) {
        if ((this == DATA_PATH || needsTwoNodes()) && device.kind() == MeasuredDevice.Kind.STUB) {
            return Optional.of("the stub moves no data");
        }
        if (this == CALLS && !device.isNative()) {
            return Optional.of("the software device is called without leaving Java; data-path measures what it costs");
        }
        return Optional.empty();
    }

    /** Returns why it cannot be measured by a side; empty if it can. */
    Optional<String> whyNot(final Side side) {
        if (needsTwoNodes() && !side.name().equals("ffm")) {
            return Optional.of("the cluster connection manager calls verbs through ffm-verbs only");
        }
        return side.answersTo(JUCX) && this != DATA_PATH
            ? Optional.of("jucx has neither queues to poll nor registration apart from its transport; data-path"
                + " measures what whole transfers cost") : Optional.empty();
    }
}
