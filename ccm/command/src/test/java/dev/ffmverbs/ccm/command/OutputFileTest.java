// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class OutputFileTest {

    @TempDir
    private Path folder;

    private static String refusal(final Path file) {
        return assertThrows(CommandFailedException.class, () -> OutputFile.require("--json", file)).getMessage();
    }

    @Test
    void namesTheOptionTheFileAndWhatIsWrong() throws Exception {
        final Path file = Files.writeString(folder.resolve("file"), "a file");
        final Path missing = folder.resolve("missing").resolve("results");
        final Path link = Files.createSymbolicLink(folder.resolve("link"), missing);

        assertEquals("--json: cannot write " + missing + ": there is no folder " + missing.getParent(),
            refusal(missing));
        assertEquals("--json: cannot write " + link + ": there is no folder " + missing.getParent(), refusal(link));
        assertEquals("--json: cannot write " + file.resolve("results") + ": " + file + " is not a folder",
            refusal(file.resolve("results")));
        assertEquals("--json: cannot write " + folder + ": it is a folder", refusal(folder));
        assertEquals("--json: the name of the file is empty", refusal(Path.of("")));
        assertEquals("--json: cannot write " + folder.resolve("x".repeat(300)) + ": File name too long",
            refusal(folder.resolve("x".repeat(300))));
    }

    @Test
    void leavesFilesAsTheyWere() throws Exception {
        final Path existing = Files.writeString(folder.resolve("existing"), "former results");
        final Path target = folder.resolve("target");
        final Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        final Path absent = folder.resolve("absent");

        for (final Path file : List.of(existing, link, absent, Path.of("/dev/null"))) {
            OutputFile.require("--json", file);
        }

        assertEquals("former results", Files.readString(existing));
        assertTrue(Files.notExists(absent));
        assertTrue(Files.notExists(target));
        assertTrue(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void refusesAFileThatThisUserMayNotWrite() throws Exception {
        final Path file = Files.writeString(folder.resolve("file"), "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        Assumptions.assumeFalse(Files.isWritable(file), "this user may write every file");

        assertEquals("--json: cannot write " + file + ": permission denied", refusal(file));
    }

    @Test
    void refusesAFileThatTwoOptionsName() {
        final Map<String, Path> files = new LinkedHashMap<>();
        files.put("--json", folder.resolve("file"));
        files.put("--flight-recording", folder.resolve("other").resolve("..").resolve("file"));

        final String message =
            assertThrows(CommandFailedException.class, () -> OutputFile.require(files)).getMessage();

        assertTrue(message.startsWith("--json and --flight-recording name the same file: "), message);
    }

    @Test
    void refusesAFileThatThereIsNoRoomFor() throws Exception {
        final List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 0; exec \"$@\"", "sh"));
        command.addAll(List.of(System.getProperty("java.home") + "/bin/java", "-XX:-UsePerfData", "-Xshare:auto", "-cp",
            System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", ""),
            CcmCommand.class.getName(), "demo", "--json", folder.resolve("results").toString()));
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes());

        assertTrue(process.waitFor(1, TimeUnit.MINUTES), output);
        assertEquals(1, process.exitValue(), output);
        assertTrue(output.contains("ccm: --json: cannot write " + folder.resolve("results") + ": File too large"),
            output);
        assertTrue(Files.notExists(folder.resolve("results")), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo --json %s", "demo --scenario kill --json %s",
        "node --name A --listen 127.0.50.1:7471 --partner B=127.0.50.2:7471 --json %s",
        "node --name A --listen 127.0.50.1:7471 --partner B=127.0.50.2:7471 --flight-recording %s"})
    void everyCommandRefusesItsFilesBeforeItStartsAnything(final String line) {
        final StringWriter output = new StringWriter();
        final StringWriter errors = new StringWriter();
        final Path file = folder.resolve("missing").resolve("file");

        final int status = CcmCommand.commandLine().setOut(new PrintWriter(output, true))
            .setErr(new PrintWriter(errors, true)).execute(String.format(line, file).split(" "));

        assertEquals(1, status, errors.toString());
        assertTrue(errors.toString().matches("ccm: --(json|flight-recording): cannot write " + file
            + ": there is no folder " + file.getParent() + "\\R"), errors.toString());
        assertEquals("", output.toString());
    }
}
