// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class LatencyResultTest {

    /** Six posts, 10, 20, 30, 40 and 100 microseconds apart. */
    private static final long[] TIMES_NS = {5_000, 15_000, 35_000, 65_000, 105_000, 205_000};

    private static final double HISTOGRAM_PRECISION = 0.002;

    private static void assertClose(final double expected, final double actual) {
        assertEquals(expected, actual, expected * HISTOGRAM_PRECISION);
    }

    @Test
    void takesTheWholeTimeBetweenTwoPostsForARead() {
        final LatencyRow row = LatencyResult.of(Operation.READ, 8, TIMES_NS.length, TIMES_NS).row();

        assertEquals(8, row.sizeBytes());
        assertEquals(6, row.iterations());
        assertClose(10, row.minimumUs());
        assertClose(30, row.typicalUs());
        assertClose(100, row.maximumUs());
        assertClose(40, row.averageUs());
        assertClose(100, row.percentile99Us());
        assertClose(100, row.percentile999Us());
    }

    @Test
    void takesHalfOfItForWhatThePeerAnswers() {
        assertClose(15, LatencyResult.of(Operation.WRITE, 8, TIMES_NS.length, TIMES_NS).row().typicalUs());
        assertClose(50, LatencyResult.of(Operation.SEND, 8, TIMES_NS.length, TIMES_NS).row().maximumUs());
    }

    @Test
    void ignoresWhatALongerRunLeftBehindInTheArray() {
        final LatencyRow row = LatencyResult.of(Operation.READ, 8, 3, TIMES_NS).row();

        assertClose(20, row.maximumUs());
    }

    @Test
    void writesPercentilesInMicroseconds(@TempDir final Path folder) throws IOException {
        final Path file = folder.resolve("new").resolve("read.hgrm");

        LatencyResult.of(Operation.READ, 8, TIMES_NS.length, TIMES_NS).write(file);

        final List<String> lines = Files.readAllLines(file);
        assertTrue(lines.getFirst().contains("Percentile"), () -> "header of " + lines);
        assertTrue(lines.stream().anyMatch(line -> line.strip().matches("30\\.0\\d+ +0\\.5\\d+ +3 +.*")),
            () -> "median of " + lines);
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("#[Max     =      100.0")),
            () -> "maximum of " + lines);
    }
}
