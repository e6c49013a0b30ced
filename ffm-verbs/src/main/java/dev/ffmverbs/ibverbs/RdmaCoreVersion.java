// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which release of rdma-core is loaded: the last but one number in the file name of its libibverbs. */
final class RdmaCoreVersion {

    private static final Path MAPPINGS = Path.of("/proc/self/maps");
    private static final Pattern LIBRARY = Pattern.compile("/libibverbs\\.so\\.1\\.\\d+\\.(\\d+)\\.\\d+");

    private RdmaCoreVersion() {
    }

    /** Whether a fault that a release mended may be there: it is older, or cannot be known. */
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

    /** The release in a text that names the library's file. */
    static OptionalInt release(final String mappings) {
        final Matcher matcher = LIBRARY.matcher(mappings);
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
