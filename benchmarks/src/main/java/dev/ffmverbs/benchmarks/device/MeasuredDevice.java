// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

/**
 * A device to measure on.
 *
 * @param label     its name on the command line and in results: {@code stub}, {@code soft} or that of the device.
 * @param verbsName its name among verbs devices.
 * @param kind      what it is.
 */
public record MeasuredDevice(String label, String verbsName, Kind kind) {

    /** What a device is. */
    public enum Kind {
        /** A libibverbs that does no I/O; only the cost of calls is left. */
        STUB,
        /** The software device in pure Java. */
        SOFT,
        /** A software device of the kernel: rxe or siw. */
        KERNEL,
        /** A network adapter. */
        HARDWARE
    }

    /** The stub, made and measured without any RDMA on the machine. */
    public static final MeasuredDevice STUB = new MeasuredDevice("stub", "stub0", Kind.STUB);

    /** The software device that every machine has. */
    public static final MeasuredDevice SOFT = new MeasuredDevice("soft", "soft0", Kind.SOFT);

    /** Name of a second software device, which a process has that is started with two addresses. */
    public static final String SECOND_SOFT = "soft1";

    /**
     * Whether it is called through libibverbs, as C does.
     *
     * @return false for the software device in Java.
     */
    public boolean isNative() {
        return kind != Kind.SOFT;
    }
}
