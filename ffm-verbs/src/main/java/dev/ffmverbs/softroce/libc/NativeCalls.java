// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.libc;

import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.Optional;

/** Determines whether this package can be used. */
public final class NativeCalls {

    private NativeCalls() {
    }

    /**
     * Returns why the C library cannot be called. Calls nothing restricted, so that Java prints no warning.
     *
     * @return the reason and, if there is one, the remedy, or empty if this package can be used.
     */
    public static Optional<String> flaw() {
        final Module module = NativeCalls.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            return Optional.of("native access is not granted; --enable-native-access="
                + (module.isNamed() ? module.getName() : "ALL-UNNAMED") + " grants it");
        }
        final String system = System.getProperty("os.name", "");
        if (!system.toLowerCase(Locale.ROOT).contains("linux") || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            return Optional.of("only Linux on 64-bit processors is supported, and this is " + system + " on "
                + System.getProperty("os.arch"));
        }
        try {
            Libc.link();
            return Optional.empty();
        } catch (final LinkageError | RuntimeException e) {
            return Optional.of("the C library cannot be called: " + e);
        }
    }
}
