// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** Skips a test with the reason if the device lacks the tested feature. */
public final class Unsupported {

    private static final int NEW_RXE_MAJOR = 6;
    private static final int NEW_RXE_MINOR = 12;

    /** {@code SIW_VENDOR_ID} of {@code siw.h}. */
    private static final int SIW_VENDOR = 0x626D_74;

    private Unsupported() {
    }

    public static <T> T orSkip(final Supplier<T> creation) {
        try {
            return creation.get();
        } catch (final UnsupportedVerbException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    static void orSkip(final Runnable call) {
        try {
            call.run();
        } catch (final UnsupportedVerbException e) {
            Assumptions.abort(e.getMessage());
        }
    }

    /** Skips a test of a feature that Linux rxe implements incorrectly. */
    static void onRxe(final Device device, final String why) {
        Assumptions.assumeFalse(isRxe(device), () -> device + " is Linux rxe, which " + why);
    }

    /**
     * Whether a device is rxe of Linux 6.12 or newer. {@code benchmarks/lab/kernel-errors} shows its two faults without
     * this library. When a request cannot be sent, {@code rxe_requester} takes the queue pair to ERROR before {@code
     * rxe_completer} sees the request, which is flushed for that reason. And {@code rxe_qp_reset} keeps a READ that the
     * responder has begun, whose range {@code mr_check_range} has accepted because its end is beyond 2^64.
     */
    public static boolean isNewRxe(final Device device) {
        return isRxe(device) && !isKernelBefore(NEW_RXE_MAJOR, NEW_RXE_MINOR);
    }

    /** Whether a device is rxe of a Linux older than a release. */
    static boolean isRxeBefore(final Device device, final int major, final int minor) {
        return isRxe(device) && isKernelBefore(major, minor);
    }

    private static boolean isKernelBefore(final int major, final int minor) {
        final String[] release = System.getProperty("os.version").split("[^0-9]+");
        final int present = Integer.parseInt(release[0]);
        return present < major || present == major && Integer.parseInt(release[1]) < minor;
    }

    /** Skips a test of what iWARP does not promise. */
    static void onIwarp(final Device device, final String why) {
        Assumptions.assumeFalse(isIwarp(device), () -> device + " is an iWARP device: " + why);
    }

    /** Skips a test of what iWARP promises and Linux siw does not do. */
    static void onSiw(final Device device, final String why) {
        Assumptions.assumeFalse(isSiw(device), () -> device + " is Linux siw, which " + why);
    }

    static boolean isIwarp(final Device device) {
        return device.transportType() == TransportType.IWARP;
    }

    private static boolean isSiw(final Device device) {
        if (!isIwarp(device)) {
            return false;
        }
        try (Context context = device.open()) {
            return context.attributes().vendorId() == SIW_VENDOR;
        }
    }

    /**
     * Returns what a request completes with that the peer refuses. On iWARP, a WRITE or a SEND is complete when TCP has
     * it. The refusal ends the connection, and what has not completed by then is flushed.
     */
    static Set<WorkCompletionStatus> ofRefused(final Device device, final Set<WorkCompletionStatus> elsewhere) {
        return isIwarp(device) ? Set.of(WorkCompletionStatus.SUCCESS, WorkCompletionStatus.WORK_REQUEST_FLUSHED)
            : elsewhere;
    }

    static boolean isRxe(final Device device) {
        return device.retriesForEverAtSeven();
    }
}
