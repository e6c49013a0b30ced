// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
class CcmCommandTest {

    private static final String PARTNER = "--partner B=10.9.9.2:7471";
    private static final String OWNER =
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --witness 10.9.9.3:7470";

    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();

    private int run(final String line) {
        final CommandLine command = CcmCommand.commandLine();
        command.setOut(new PrintWriter(output, true)).setErr(new PrintWriter(errors, true));
        return CcmCommand.execute(command, line.isEmpty() ? new String[0] : line.split(" "));
    }

    private void assertMalformed(final String line, final String reason) {
        assertEquals(2, run(line), errors.toString());
        assertTrue(errors.toString().startsWith("ccm: "), errors.toString());
        assertTrue(errors.toString().contains(reason), errors.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--help", "help", "node --help", "demo --help", "status --help",
        "witness --help", "help status"})
    void helps(final String line) {
        assertEquals(0, run(line));
        assertTrue(output.toString().startsWith("Usage: ccm"), output.toString());
    }

    @Test
    void refusesAnUnknownCommand() {
        assertMalformed("destroy", "'destroy'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "node --name A --listen 10.9.9.1 " + PARTNER + " | \"10.9.9.1\" is not an address and port",
        "node --name A --listen 10.9.9.1:99999 " + PARTNER + " | the port must be 1 to 65535",
        "node --name A --listen 10.9.9.1:7471 --partner B:10.9.9.2:7471 | is not a partner: write NAME=ADDRESS:PORT",
        "node --listen 10.9.9.1:7471 " + PARTNER + " | '--name=NAME'",
        "node --name A --listen 10.9.9.1:7471 | '--partner=NAME=ADDRESS:PORT'",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --interval-ms fast | '--interval-ms'",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --status-address 0xZZ | is not a memory address",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --duration 0 | --duration is 0; it must be at least 1",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --report-seconds -1 | --report-seconds is -1; it must be",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --interconnect x | is not an interconnect: write DEVICE=",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --secret hush | '--secret'",
        "node --name A --name B --listen 10.9.9.1:7471 " + PARTNER + " | (NAME) should be specified only once",
        "node --name A,B --listen 10.9.9.1:7471 " + PARTNER + " | \"A,B\" is not a node name",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " " + PARTNER + " | partner B is listed twice",
        "node --name A --listen 10.9.9.1:7471 --partner A=10.9.9.2:7471 | node A lists itself among its partners",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --interval-ms 0 | the heartbeat interval is PT0S",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --dead-ms 10 | unreachableDeadAfter is PT0.01S",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --dead-ms 9999999999999 | PT8760H (asked for: --dead-ms",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --suspect-ms 9223372036854775807 | for: --suspect-ms 922",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --stalled-dead-ms -1 | (asked for: --stalled-dead-ms -1)",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --leave-ms 0 | the leave timeout is PT0S",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --interval-ms 5000 --dead-ms 9 | --interval-ms 5000 --d",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --witness x | \"x\" is not an address and port",
        "witness | '--listen=ADDRESS:PORT'",
        "witness --listen 10.9.9.3 | \"10.9.9.3\" is not an address and port",
        "witness --listen 0.0.0.0:7470 | the address of the witness is 0.0.0.0:7470; it must be the numeric address of",
        "node @no-such-file | there is no file \"no-such-file\" to take arguments from",
        "@no-such-file | there is no file \"no-such-file\" to take arguments from",
        "status A B | 'B'",
        "demo --duration 0 | --duration is 0; it must be at least 1 second",
        "demo --port 65535 | --port is 65535; it must be 1 to 65533",
        "demo --scenario comedy | there is no scenario \"comedy\"; there are clean, late, kill, restart, stall,"
            + " partition, wrong-secret, takeover, split, witness-lost, both-lost, handover",
        "demo --device a,b,c | --device names 3 devices; there are two nodes",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --interval-ms 0.05 | the heartbeat interval is PT0.000",
        "takeover --runs 0 | --runs is 0; it must be at least 1",
        "takeover --port 0 | --port is 0; it must be 1 to 65533",
        "takeover --device a,b,c | --device names 3 devices; there are two nodes",
        "takeover --dead-ms 1.0000001 | is not a number of milliseconds",
        "takeover --dead-ms -1 | unreachableDeadAfter is PT-0.001S",
        "takeover --dead-ms 9223372036854775807 | (asked for: interval 10 ms, dead 9223372036854775807 ms, lease 500",
        "takeover --interval-ms 0 | the heartbeat interval is PT0S",
        "takeover --interval-ms 500 --dead-ms 1000 | unreachableDeadAfter is PT1S; it must be at least PT1.5S",
        "takeover --lease-ms 0 | the lease is PT0S; it must be from PT0.02S, two heartbeat intervals, to PT24H",
        "takeover --lease-ms 9223372036854775807 | , two heartbeat intervals, to PT24H (asked for: interval 10 ms",
        "tune --from-ms 9223372036854775807 | PT8760H (asked for: interval 10 ms, dead 9223372036854775807 ms",
        "tune --interval-ms 500 | unreachableDeadAfter is PT1.024S; it must be at least PT1.5S",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --owns-first A | --owns-first needs --witness",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --lease-ms 500 | --lease-ms needs --witness",
        OWNER + " --owns-first C | --owns-first is C; it must be A or B",
        OWNER + " --lease-ms 0 | the lease is PT0S; it must be from PT0.02S, two heartbeat intervals, to PT24H (asked",
        OWNER + " --lease-ms 9223372036854775807 | to PT24H (asked for: --lease-ms 9223372036854775807)",
        OWNER + " --interval-ms 300 --suspect-ms 900 | the lease is PT0.5S; it must be from PT0.6S, two heartbeat",
        OWNER + " --witness 10.9.9.3:7470 | witness 10.9.9.3:7470 is given twice",
        OWNER + " --witness 10.9.9.3:7469 | there are 2 witnesses; there must be 1, or 3 of which 2 decide",
        OWNER + " --witness 10.9.9.1:7471 | has the address and port of this node",
        OWNER + " --witness 10.9.9.2:7471 | has an address and port of partner B",
        OWNER + " --witness 0.0.0.0:7470 | the address of the witness is 0.0.0.0:7470; it must be the numeric",
        "node --name A --listen 10.9.9.1:7471 " + PARTNER + " --mirror -1 | --mirror is -1; it must be at least 0",
        "tune --seconds 0 | --seconds is 0; it must be at least 1",
        "tune --from-ms 2 --to-ms 4 | --from-ms is 2 and --to-ms is 4; the second must be at least 1",
        "tune --to-ms 0.5 | and --to-ms is 0.5; the second must be at least 1",
        "tune --interval-ms 0.05 | --interval-ms is 0.05; it must be at least 0.1"})
    void saysWhatIsWrongWithACommandLine(final String line, final String reason) {
        assertMalformed(line, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo --device nosuch0", "witness --device nosuch0 --listen 10.9.9.3:7470",
        "node --name A --device nosuch0 --listen 10.9.9.1:7471 " + PARTNER})
    void saysWhichDevicesThereAreWhenThereIsNoneOfThatName(final String line) {
        assertEquals(1, run(line));
        assertTrue(errors.toString().startsWith("ccm: no RDMA device named nosuch0; "), errors.toString());
    }

    @Test
    void saysWhichAddressesTheDeviceHasAsTheyAreWritten() {
        assertEquals(1, run("witness --listen 198.51.100.7:7470"));
        assertTrue(errors.toString().startsWith("ccm: cannot listen on "), errors.toString());
        assertFalse(errors.toString().contains("[/"), errors.toString());
    }

    @Test
    void takesArgumentsFromAFile(@TempDir final Path folder) throws Exception {
        final Path file = Files.writeString(folder.resolve("arguments"), "# a comment\n--scenario\ncomedy\n");

        assertMalformed("demo @" + file, "there is no scenario \"comedy\"");
    }

    @Test
    void saysThatAFolderHoldsNoArguments(@TempDir final Path folder) {
        assertMalformed("demo @" + folder, "cannot take arguments from \"" + folder + "\": it is a folder");
    }

    @Test
    void aResultThatNobodyGetsIsAFailure() throws Exception {
        final Process process = new ProcessBuilder("sh", "-c", "exec \"$@\" > /dev/full", "sh",
            System.getProperty("java.home") + "/bin/java", "-cp",
            System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", ""),
            CcmCommand.class.getName(), "--help").redirectErrorStream(false).start();
        assertEquals("ccm: cannot write to standard output" + System.lineSeparator(),
            new String(process.getErrorStream().readAllBytes()));
        assertEquals(1, process.waitFor());
    }

    @Test
    void generatesACompletionThatBashTakes(@TempDir final Path folder) throws Exception {
        assertEquals(0, run("generate-completion"), errors.toString());

        final Path script = Files.writeString(folder.resolve("completion"), output.toString());
        final Process bash = new ProcessBuilder("bash", "-c", "compopt() { :; }; source " + script
            + " && COMP_WORDS=(ccm demo --scenario p) COMP_CWORD=3 && _complete_ccm && echo \"${COMPREPLY[*]}\"")
            .redirectErrorStream(true).start();
        assertEquals("partition", new String(bash.getInputStream().readAllBytes()).strip());
        assertEquals(0, bash.waitFor());
    }
}
