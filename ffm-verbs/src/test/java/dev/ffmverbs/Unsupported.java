// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** Skips a test with the reason if the device lacks the tested feature. */
final class Unsupported {

    private Unsupported() {
    }

    static <T> T orSkip(final Supplier<T> creation) {
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

    static boolean isRxe(final Device device) {
        return device.retriesForEverAtSeven();
    }
}
