// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.benchmarks.statistics.PercentilePoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ResultFolderTest {

    @TempDir
    private Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        final RunResult run = new RunResult(1, 4.5, 10, 10_000, 3, 2, 0.25, 1.5, List.of(9.0, 4.5), List.of("lost"));
        final OperationResult result = new OperationResult("calls", "stub", "empty-poll", "ffm", "FFM", Status.FAILED,
            List.of("lost"), 4.5, 4.25, 5, 0.9375, List.of(new PercentilePoint(50, 4.5)), List.of(run));
        final Report report = new Report("bench --quick", true, Map.of("kernel", "Linux"), Map.of("ffm", "plain"),
            List.of(result), List.of(SafepointTimes.of("calls", "stub", "ffm", List.of(9L, 5L, 7L))),
            List.of(new Skip("calls", "soft", "", "no calls")), List.of("a process died"),
            List.of(new ScaleFigures(10, 10, 1200, 5000, 204_800, 1_024_000, 990, 1000, 60, 900)));

        new ResultFolder(folder).write(report);

        assertEquals(report, new ResultFolder(folder).read());
    }

    @Test
    void writesPercentilesInNanoseconds() throws IOException {
        final Histogram times = new Histogram(3);
        times.recordValue(4_500);

        new ResultFolder(folder).write("poll", times);

        assertTrue(Files.readString(folder.resolve("poll.hgrm")).contains("4.50"));
    }

    @Test
    void saysThatAFolderHasNoResults() {
        final IOException failure = assertThrows(IOException.class, () -> new ResultFolder(folder).read());

        assertTrue(failure.getMessage().contains("not a folder that bench wrote"), failure::getMessage);
    }

    @Test
    void saysThatAFolderCannotBeWritten() throws IOException {
        final Path file = Files.createFile(folder.resolve("file"));

        final IOException failure =
            assertThrows(IOException.class, () -> new ResultFolder(file.resolve("below")).prepare());

        assertTrue(failure.getMessage().contains("choose another folder with --out"), failure::getMessage);
    }
}
