// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How long a JVM's threads took to reach its safepoints, according to the JVM's own log. */
final class SafepointLog {

    private static final Pattern REACHING = Pattern.compile("Reaching safepoint: +(\\d+) ns");

    private SafepointLog() {
    }

    /** Returns the option with which a JVM writes such a log. */
    static String option(final Path file) {
        return "-Xlog:safepoint:file=" + file + ":none";
    }

    /** Reads a log. The log of a process that was not a JVM is empty. */
    static List<Long> readTimesNs(final Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.flatMap(line -> REACHING.matcher(line).results()).map(SafepointLog::ns).toList();
        }
    }

    private static Long ns(final MatchResult found) {
        return Long.valueOf(found.group(1));
    }
}
