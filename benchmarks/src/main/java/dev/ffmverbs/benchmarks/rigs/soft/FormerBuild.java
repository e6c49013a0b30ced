// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Finds the library in another checkout of this project. */
public final class FormerBuild {

    private static final String MODULE = "ffm-verbs";

    private FormerBuild() {
    }

    /**
     * Finds the library.
     *
     * @param place a jar, a folder of classes, or the folder of a checkout that is built.
     * @return an entry for a class path.
     * @throws IOException if there is none; the message says how to build it.
     */
    public static Path findLibrary(final Path place) throws IOException {
        final Path absolute = place.toAbsolutePath().normalize();
        if (Files.isRegularFile(absolute) || Files.isDirectory(absolute.resolve("dev"))) {
            return absolute;
        }
        final Path target = absolute.resolve(MODULE).resolve("target");
        if (Files.isDirectory(target)) {
            try (Stream<Path> files = Files.list(target)) {
                final var jar = files.filter(file -> file.getFileName().toString().matches(MODULE + "-[0-9].*\\.jar")
                    && !file.getFileName().toString().matches(".*-(sources|javadoc|tests)\\.jar")).findFirst();
                if (jar.isPresent()) {
                    return jar.get();
                }
            }
            if (Files.isDirectory(target.resolve("classes"))) {
                return target.resolve("classes");
            }
        }
        throw new IOException(place + " is neither a jar nor a checkout of this project that is built: run 'mvn -pl "
            + MODULE + " -DskipTests package' there, with a JDK 22 or newer in its toolchains");
    }
}
