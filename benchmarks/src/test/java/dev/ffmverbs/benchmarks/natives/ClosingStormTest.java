// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.benchmarks.process.JavaProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No thread reaches a queue that another has closed. Runs on the stub, whose destroyed queues cannot be accessed. */
@Timeout(180)
class ClosingStormTest {

    private static final long DURATION_S = Long.getLong("bench.storm.seconds", 5);

    @TempDir
    private Path folder;

    @Test
    void noCallReachesAQueueThatIsClosedUnderIt() throws IOException, InterruptedException {
        final NativeCode natives = NativeCode.build(folder, new Compiler());
        final String reason = natives.stub().failure().orElse("");
        assumeTrue(!reason.contains("install"), reason);
        final long seed = System.nanoTime();
        final Path output = folder.resolve("output");
        final ProcessBuilder builder = new ProcessBuilder(JavaProgram.command(
            List.of("--enable-native-access=ALL-UNNAMED", "-Xmx128m", "-XX:-CreateCoredumpOnCrash",
                "-XX:+ErrorFileToStdout"),
            ClosingStorm.class, Long.toString(DURATION_S), Long.toString(seed)))
            .redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("LD_LIBRARY_PATH", natives.stub().file().getParent().toString());
        builder.environment().put("STUB_GUARD", "1");
        final Process process = builder.start();
        try {
            assertTrue(process.waitFor(DURATION_S + 100, TimeUnit.SECONDS),
                "does not end, seed " + seed + ": " + Files.readString(output));
        } finally {
            process.destroyForcibly();
        }

        final String printed = Files.readString(output);
        assertEquals(0, process.exitValue(), "seed " + seed + ": " + printed);
        assertTrue(printed.matches("closed [1-9]\\d*, calls [1-9]\\d*, refusals [1-9]\\d*\\R"),
            "seed " + seed + ": " + printed);
        System.out.print(printed);
    }
}
