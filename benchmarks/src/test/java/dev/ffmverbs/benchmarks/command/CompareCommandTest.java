// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.ResultFolder;
import dev.ffmverbs.benchmarks.result.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CompareCommandTest {

    @TempDir
    private Path folder;

    private static OperationResult poll(final double ns, final Status status) {
        return new OperationResult("calls", "stub", "empty-poll", "ffm", "FFM", status, List.of(), ns, ns * 0.9,
            ns * 1.1, 0.9, List.of(), List.of());
    }

    private Path results(
        final String name, final Map<String, String> environment, final OperationResult... results)
        throws IOException {
        final ResultFolder written = new ResultFolder(folder.resolve(name));
        written.prepare();
        written.write(new Report("", false, environment, Map.of(), List.of(results), List.of(), List.of(),
            List.of(), List.of()));
        return folder.resolve(name);
    }

    private static String runAndPrint(final int expectedStatus, final Path... folders) {
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        final PrintStream before = System.out;
        final PrintStream errorsBefore = System.err;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(System.out);
        try {
            assertEquals(expectedStatus,
                BenchCommand.run("compare", folders[0].toString(), folders[1].toString()), printed::toString);
        } finally {
            System.setOut(before);
            System.setErr(errorsBefore);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void statesTheRatioAndWhetherIntervalsLieApart() throws IOException {
        final String printed = runAndPrint(0, results("a", Map.of("kernel", "6", "date", "1"), poll(4, Status.OK)),
            results("b", Map.of("kernel", "6", "date", "2"), poll(6, Status.OK)));

        assertTrue(printed.contains("4.00         6.00   1.500  intervals apart"), printed);
        assertFalse(printed.contains("WARNING"), printed);
    }

    @Test
    void warnsWhereEnvironmentsDiffer() throws IOException {
        final String printed = runAndPrint(0, results("a", Map.of("kernel", "6"), poll(4, Status.OK)),
            results("b", Map.of("kernel", "7"), poll(4, Status.OK)));

        assertTrue(printed.contains("WARNING: the environments differ: kernel was 6, then 7"), printed);
    }

    @Test
    void comparesNoFigureThatFailed() throws IOException {
        final String printed = runAndPrint(0, results("a", Map.of(), poll(4, Status.OK)),
            results("b", Map.of(), poll(4, Status.FAILED)));

        assertTrue(printed.contains("FAILED in B, not compared"), printed);
    }

    @Test
    void saysThatAFolderHasNoResults() throws IOException {
        final String printed = runAndPrint(1, results("a", Map.of(), poll(4, Status.OK)), folder);

        assertTrue(printed.contains("not a folder that bench wrote"), printed);
    }
}
