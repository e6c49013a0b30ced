// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SafepointLogTest {

    @TempDir
    private Path folder;

    @Test
    void readsWhatThisJvmWrites() throws IOException, InterruptedException {
        final Path log = folder.resolve("log");
        final Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            SafepointLog.option(log), "-XX:+UnlockDiagnosticVMOptions", "-XX:+SafepointALot",
            "-XX:GuaranteedSafepointInterval=1", "-version").redirectErrorStream(true)
            .redirectOutput(folder.resolve("printed").toFile()).start();

        assertEquals(0, process.waitFor());
        assertFalse(SafepointLog.readTimesNs(log).isEmpty());
        assertEquals(Files.readAllLines(log).size(), SafepointLog.readTimesNs(log).size(), Files.readString(log));
        assertTrue(SafepointLog.readTimesNs(log).stream().allMatch(time -> time > 0), Files.readString(log));
    }

    @Test
    void takesTheTimeToReachASafepointAndNoOther() throws IOException {
        final Path log = Files.writeString(folder.resolve("log"), """
            Safepoint "SafepointALot", Time since last: 1002 ns, Reaching safepoint: 96093 ns, At safepoint: 12 ns
            Safepoint "Halt", Time since last: 1 ns, Reaching safepoint:  7 ns, Cleanup: 3 ns, At safepoint: 12669 ns
            """);

        assertEquals(List.of(96_093L, 7L), SafepointLog.readTimesNs(log));
    }
}
