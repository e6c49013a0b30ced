// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the release of rdma-core that is loaded: the second to last number in the file name of its libibverbs. */
final class RdmaCoreVersion {

    private static final Path MAPPINGS = Path.of("/proc/self/maps");
    private static final Pattern LIBRARY = Pattern.compile("/libibverbs\\.so\\.1\\.\\d+\\.(\\d+)\\.\\d+");

    private RdmaCoreVersion() {
    }

    /**
     * Whether the loaded release is older than this one or unknown, so that a fault fixed in this one may be present.
     */
    static boolean mayBeOlderThan(final int release) {
        final OptionalInt loaded = loadedVersion();
        return loaded.isEmpty() || loaded.getAsInt() < release;
    }

    private static OptionalInt loadedVersion() {
        try {
            return release(Files.readString(MAPPINGS));
        } catch (final IOException e) {
            return OptionalInt.empty();
        }
    }

    /** Finds the release in a text that names the library's file. */
    static OptionalInt release(final String mappings) {
        final Matcher matcher = LIBRARY.matcher(mappings);
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
