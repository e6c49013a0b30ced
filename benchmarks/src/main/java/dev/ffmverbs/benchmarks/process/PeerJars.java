// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the jars of other people's libraries, which only the process that measures one has on its class path.
 *
 * <p>They are listed in the file that the system property {@value #PROPERTY} names; the build writes it. Without that
 * property, they are looked for on this process's class path, where tests have them.
 */
public final class PeerJars {

    private static final String PROPERTY = "bench.peers";

    private PeerJars() {
    }

    /**
     * Finds jars.
     *
     * @param artifacts names of artifacts, each of which is followed by a hyphen and a version in the jar's name.
     * @return their paths, joined for a class path; empty if one is missing.
     */
    public static Optional<String> find(final String... artifacts) {
        final List<Path> listed = readList();
        final List<String> found = Arrays.stream(artifacts).flatMap(artifact -> listed.stream()
            .filter(jar -> jar.getFileName().toString().matches(artifact + "-\\d.*\\.jar") && Files.isRegularFile(jar))
            .limit(1)).map(Path::toString).toList();
        return found.size() < artifacts.length ? Optional.empty()
            : Optional.of(found.stream().collect(Collectors.joining(File.pathSeparator)));
    }

    /**
     * Says why jars are missing.
     *
     * @param artifact name of an artifact.
     * @return a sentence.
     */
    public static String describeMissing(final String artifact) {
        return "the jar of " + artifact + " is not in "
            + Optional.ofNullable(System.getProperty(PROPERTY)).orElse("the class path")
            + ": build the benchmarks once while Maven Central can be reached";
    }

    private static List<Path> readList() {
        final String file = System.getProperty(PROPERTY);
        try {
            final String entries = file == null
                ? System.getProperty("java.class.path") : Files.readString(Path.of(file)).strip();
            return Stream.of(entries.split(File.pathSeparator)).filter(entry -> !entry.isEmpty()).map(Path::of)
                .filter(entry -> entry.getFileName() != null).toList();
        } catch (final IOException notBuilt) {
            return List.of();
        }
    }
}
