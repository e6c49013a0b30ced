// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scripts that run storms say about their arguments before they build anything. */
@Timeout(60)
class StormScriptsTest {

    private static final Path SCRIPTS = Path.of("..", "bin");
    private static final long LIMIT_S = 20;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "flood many | 64 | flood: \"many\" is not a number from 1 to 999999999; flood --help shows the arguments",
        "flood 100 -5 | 64 | flood: \"-5\" is not a number",
        "flood 1 2 3 4 | 64 | flood: 4 arguments, and it takes at most 3",
        "reboot-storm 2OOO | 64 | reboot-storm: \"2OOO\" is not a number",
        "reboot-storm 99999999999 | 64 | reboot-storm: \"99999999999\" is not a number",
        "mirror-storm 0 | 64 | mirror-storm: \"0\" is not a number from 1",
        "ownership-storm 1 x | 64 | ownership-storm: \"x\" is not a number",
        "injection-storm 3 1 4 | 64 | injection-storm: 3 stories cannot be shared by 4 JVMs",
        "injection-storm 3 1 many | 64 | injection-storm: \"many\" is not a number",
        "detection-times all | 64 | detection-times: 1 arguments, and it takes at most 0",
        "flood --help | 0 | ccm/bin/flood [PER_SECOND [SECONDS [SEED]]]",
    })
    void argumentsThatAreNoNumbersAreToldBeforeABuild(final String line, final int status, final String told)
        throws Exception {
        final List<String> command = new ArrayList<>(List.of(line.split(" ")));
        command.set(0, SCRIPTS.resolve(command.getFirst()).toString());
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            assertTrue(process.waitFor(LIMIT_S, TimeUnit.SECONDS), "it builds or runs");
            final String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(status, process.exitValue(), printed);
            assertTrue(printed.contains(told), printed);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
