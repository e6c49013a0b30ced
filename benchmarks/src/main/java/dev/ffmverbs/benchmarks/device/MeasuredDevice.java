// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

/**
 * A device to measure on.
 *
 * @param label     name on the command line and in results: {@code stub}, {@code soft} or the device's own name.
 * @param verbsName name among verbs devices.
 * @param kind      kind of device.
 */
public record MeasuredDevice(String label, String verbsName, Kind kind) {

    /** Kinds of devices. */
    public enum Kind {
        /** A libibverbs that does no I/O, so that only the cost of calls remains. */
        STUB,
        /** The software device in pure Java. */
        SOFT,
        /** A software device of the kernel: rxe or siw. */
        KERNEL,
        /** A network adapter. */
        HARDWARE
    }

    /** The stub, which is built and measured without any RDMA on the machine. */
    public static final MeasuredDevice STUB = new MeasuredDevice("stub", "stub0", Kind.STUB);

    /** The software device that every machine has. */
    public static final MeasuredDevice SOFT = new MeasuredDevice("soft", "soft0", Kind.SOFT);

    /** Name of the second software device of a process that is started with two addresses. */
    public static final String SECOND_SOFT = "soft1";

    /**
     * Returns whether the device is called through libibverbs, as C calls it.
     *
     * @return false for the software device in Java.
     */
    public boolean isNative() {
        return kind != Kind.SOFT;
    }
}
