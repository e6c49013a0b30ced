// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.ResultFolder;
import dev.ffmverbs.benchmarks.result.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the command as its users run it: as a process, with its status and what it prints. */
@Timeout(240)
class BenchCommandTest {

    private static final int USAGE = 2;
    private static final int INTERRUPTED = 130;

    @TempDir
    private Path folder;

    private record Ended(int status, String printed) {

        Ended orSkipped() {
            assumeTrue(!printed.contains("install it"), printed);
            return this;
        }
    }

    /** A shell without job control starts background processes with SIGINT ignored, and a JVM would inherit that. */
    private Process start(final Map<String, String> environment, final Path printed, final String... arguments)
        throws IOException {
        final List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
            "-cp", System.getProperty("java.class.path"), BenchCommand.class.getName()));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder =
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Ended run(final Map<String, String> environment, final String... arguments)
        throws IOException, InterruptedException {
        final Path printed = folder.resolve("printed");
        final Process process = start(environment, printed, arguments);
        try {
            assertTrue(process.waitFor(200, TimeUnit.SECONDS), () -> "still running: " + String.join(" ", arguments));
            return new Ended(process.exitValue(), Files.readString(printed));
        } finally {
            process.destroyForcibly();
        }
    }

    private Ended bench(final String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    private String out() {
        return folder.resolve("out").toString();
    }

    private Report report() throws IOException {
        return new ResultFolder(folder.resolve("out")).read();
    }

    @Test
    void listsTheSuitesDevicesAndBindingsThatExist() throws IOException, InterruptedException {
        final Ended suite = bench("--suite", "nonsense");
        final Ended device = bench("--device", "nonsense");
        final Ended binding = bench("--bindings", "ffm,nonsense");

        assertTrue(suite.printed().contains("no suite named nonsense; these exist: calls, "), suite::toString);
        assertTrue(device.printed().contains("no device named nonsense; these exist: stub, soft"), device::toString);
        assertTrue(binding.printed().contains("no binding named nonsense; these exist: c, "), binding::toString);
        assertTrue(binding.printed().contains("ffm-critical, ffm, ffm-shared, jni, jni-disni"), binding::toString);
        assertEquals(List.of(USAGE, USAGE, USAGE), List.of(suite.status(), device.status(), binding.status()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--rounds 0 | --rounds takes a number from 1",
        "--rounds many | many",
        "--minutes -1 | --minutes takes a number from 1",
        "--nonsense | --nonsense",
        "soft --seconds -1 | --seconds takes a number",
        "soft --seconds NaN | --seconds takes a number",
        "soft --runs 0 | --runs takes a number",
        "soft --path-mtu 1000 | --path-mtu takes 256",
        "soft --threads 65 | --threads takes a number",
        "soft --transfer SEND | SEND",
        "messages --length 33 | --length takes multiples of 4, not 33",
        "messages --length 4 | --length takes a number from 8",
        "scale --partners 0 | --partners takes numbers from 1 to 1000, not 0",
        "scale --interval-ms 99999999999 | --interval-ms takes a number from 1 to 86400000",
        "scale --seconds 0 | --seconds takes a number from 1",
        "latency READ -n 100000000 | -n takes a number from 2 to 5000000",
        "latency READ -p 65536 | -p takes a number from 1 to 65535",
        "latency READ -s 0 | -s takes a number from 1",
        "latency JUMP | JUMP",
        "latency | OPERATION",
        "ratio --runs 0 | --runs takes a number",
        "ratio -n 2147483647 | -n takes a number from 2 to 5000000",
        "beats --duration 0 | --duration takes a number",
        "compare /proc/none | B",
    })
    void malformedArgumentsAreToldInALineBeforeAnythingIsMeasured(final String line, final String told) {
        final StringWriter errors = new StringWriter();

        final int status = BenchCommand.commandLine().setErr(new PrintWriter(errors)).execute(line.split(" "));

        assertEquals(USAGE, status, errors::toString);
        assertTrue(errors.toString().startsWith("bench: ") && errors.toString().contains(told), errors::toString);
        assertEquals(2, errors.toString().lines().count(), errors::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "latency READ --hgrm /proc/none/file -d soft | cannot write the percentiles to /proc/none/file",
        "ratio --out /proc/none | cannot write to /proc/none",
        "scale --out /proc/none | cannot write to /proc/none",
        "soft --before /proc/none | /proc/none is neither a jar nor a checkout",
        "compare /proc/none /proc/none | there is no results.json in /proc/none",
        "summary --out /proc/none | /proc/none is not a folder",
        "beats --ccm /proc/none/ccm --runs 1 | /proc/none/ccm",
    })
    void filesThatCannotBeUsedAreToldInALineBeforeAnythingIsMeasured(final String line, final String told) {
        final StringWriter errors = new StringWriter();

        final int status = BenchCommand.commandLine().setErr(new PrintWriter(errors)).execute(line.split(" "));

        assertEquals(1, status, errors::toString);
        assertTrue(errors.toString().startsWith("bench: ") && errors.toString().contains(told), errors::toString);
        assertEquals(1, errors.toString().lines().count(), errors::toString);
    }

    @Test
    void refusesAFolderItCannotWrite() throws IOException, InterruptedException {
        final Path file = Files.createFile(folder.resolve("file"));

        final Ended ended = bench("--suite", "calls", "--device", "stub", "--out", file.resolve("below").toString());

        assertEquals(1, ended.status());
        assertTrue(ended.printed().contains("choose another folder with --out"), ended::toString);
    }

    @Test
    void skipsWhatNeedsACompilerWhereThereIsNone() throws IOException, InterruptedException {
        final Ended ended = run(Map.of("CC", "no-such-compiler"), "--suite", "calls", "--device", "stub",
            "--bindings", "c,ffm", "--out", out());

        assertTrue(ended.printed().contains("skipped: 2 combinations of suite, device and binding, for "),
            ended::toString);
        assertTrue(ended.printed().lines().anyMatch(line -> line.contains("there is no C compiler named"
            + " no-such-compiler") && line.contains("calls on stub, c")), ended::toString);
        assertEquals(2, report().skips().size(), () -> "no stub, no measurement: " + ended);
        assertEquals(List.of(), report().results());
    }

    @Test
    void turnsTheGateRedForASlowedBindingAlone() throws IOException, InterruptedException {
        final Ended ended = bench("--gate", "--bindings", "ffm-critical,slowed,jni", "--rounds", "3", "--budget-ms",
            "10", "--out", out()).orSkipped();

        assertEquals(1, ended.status(), ended::toString);
        assertTrue(ended.printed().contains("MISSED  slowed empty-poll"), ended::toString);
        assertTrue(ended.printed().contains("met     ffm-critical empty-poll"), ended::toString);
        assertTrue(ended.printed().contains("gate: RED"), ended::toString);
    }

    @Test
    void marksResultsWhoseOperationsWereLostAsFailed() throws IOException, InterruptedException {
        final Ended ended = run(Map.of("STUB_LOSE_EVERY", "1000003"), "--suite", "calls", "--device", "stub",
            "--bindings", "ffm", "--rounds", "1", "--budget-ms", "50", "--out", out()).orSkipped();

        assertEquals(1, ended.status(), ended::toString);
        final List<String> problems = report().results().stream()
            .filter(result -> result.status() == Status.FAILED).flatMap(result -> result.problems().stream()).toList();
        assertTrue(problems.stream().anyMatch(problem -> problem.contains("lost operations")), problems::toString);
        assertFalse(report().isValid());
    }

    @Test
    void measuresTheSameOperationsInCAndInJavaAndEachHasATitle() throws IOException, InterruptedException {
        final Ended ended = bench("--suite", "calls,registration", "--device", "stub", "--bindings", "c,ffm", "--quick",
            "--rounds", "1", "--budget-ms", "1", "--out", out()).orSkipped();
        assumeTrue(!report().results().isEmpty(), () -> "nothing measured: " + skips());

        assertEquals(operations("c"), operations("ffm"), ended::toString);
        final String page = Files.readString(folder.resolve("out").resolve("report.html"));
        assertEquals(List.of(), operations("ffm").stream()
            .filter(operation -> page.contains("<th scope=\"row\">" + operation.split(" ")[1] + "</th>")).toList());
    }

    private Set<String> operations(final String binding) throws IOException {
        return report().results().stream().filter(result -> result.binding().equals(binding))
            .map(result -> result.suite() + " " + result.operation()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void statesWhatAHandshakeTakesStepByStepColdAndWarm() throws IOException, InterruptedException {
        final Ended ended = bench("--suite", "handshake", "--device", "soft", "--bindings", "ffm,jni", "--rounds", "1",
            "--budget-ms", "1", "--out", out());

        assertEquals(0, ended.status(), ended::toString);
        assertEquals(14, report().results().size(), ended::toString);
        final double session = report().find("handshake", "soft", "session", "ffm").orElseThrow().medianNs();
        final double handshake = report().find("handshake", "soft", "handshake", "ffm").orElseThrow().medianNs();
        assertTrue(0 < handshake && handshake < session, handshake + " ns of " + session + " ns");
        assertTrue(ended.printed().contains(" × its two READs and two WRITEs."), ended::toString);
        assertTrue(ended.printed().contains("(handshake on soft, jni)"), ended::toString);
    }

    /** Long enough that a rare allocation outside the calls is not taken for a cost of each call. */
    @Test
    void statesWhatHeartbeatsAndAMirroredLogTake() throws IOException, InterruptedException {
        final Ended ended = bench("--suite", "heartbeat,mirrored-log", "--device", "soft", "--bindings", "ffm",
            "--rounds", "1", "--budget-ms", "200", "--out", out());

        assertEquals(List.of(), report().results().stream().flatMap(result -> result.problems().stream())
            .filter(problem -> !problem.contains("not steady")).toList(), ended::toString);
        assertEquals(List.of("publish", "read-status", "age-of-1-ms-beat", "silence-to-suspect", "silence-to-down",
            "append-64", "write-88", "append-1024", "append-16x64", "append-at-2000-per-s"),
            report().results().stream().map(OperationResult::operation).toList());
        final double suspect = report().find("heartbeat", "soft", "silence-to-suspect", "ffm").orElseThrow().medianNs();
        final double down = report().find("heartbeat", "soft", "silence-to-down", "ffm").orElseThrow().medianNs();
        assertTrue(suspect < down && 500e6 <= down, "suspect after " + suspect + " ns, dead after " + down + " ns");
    }

    @Test
    void formsAClusterAndReportsWhatPartnersCost() throws IOException, InterruptedException {
        final Ended ended = bench("scale", "--partners", "3", "--seconds", "1");

        assertTrue(ended.printed().lines().anyMatch(line -> line.matches("3 +3 +\\d.*")), ended::toString);
        assertEquals(USAGE, bench("scale", "--partners", "1001").status());
    }

    @Test
    void comparesTheSoftwareDeviceWithCAndJudgesWhatIsRequired() throws IOException, InterruptedException {
        final Ended met = bench("soft", "--transfer", "READ", "--mode", "block", "--runs", "1", "--seconds", "0.5",
            "--warm-up", "0.5", "--side", "c,soft", "--require", "read-8-block:p50:soft/c>=0.001", "--out", out())
            .orSkipped();
        final Ended missed = bench("soft", "--transfer", "READ", "--mode", "block", "--runs", "1", "--seconds", "0.5",
            "--warm-up", "0.5", "--side", "soft", "--require", "read-8-block:p50:soft<=0.001");

        assertEquals(0, met.status(), met::toString);
        assertEquals(1, missed.status(), missed::toString);
        assertTrue(missed.printed().contains("MISSED  read-8-block p50 of soft: "), missed::toString);
        assertTrue(report().find("soft", "soft", "read-8-block", "c").isPresent(), met::toString);
        final String page = Files.readString(folder.resolve("out").resolve("report.html"));
        assertTrue(page.contains("RDMA READ, 8 B, both ends block, processor time"));
        assertEquals(USAGE, bench("soft", "--require", "nonsense").status());
        assertEquals(USAGE, bench("soft", "--side", "nonsense", "--device", "soft").status());
        assertEquals(USAGE, bench("soft", "--transfer", "WRITE_CHAIN", "--mode", "MIXED").status());
    }

    @Test
    void writesThePlotAndTablesOfTheFrontPageFromFiguresThereAre() throws IOException, InterruptedException {
        bench("--suite", "calls", "--device", "stub", "--bindings", "ffm", "--rounds", "1", "--budget-ms", "10",
            "--out", out()).orSkipped();
        assumeTrue(!report().results().isEmpty(), () -> "nothing measured: " + skips());

        final Ended ended = bench("summary", "--from", out(), "--out", folder.toString());

        assertTrue(ended.printed().contains("wrote "), ended::toString);
        assertTrue(Files.readString(folder.resolve("summary.svg")).contains("<svg"));
        assertTrue(Files.readString(folder.resolve("summary.md")).contains("| Post 1 request |"));
    }

    private String skips() {
        try {
            return report().skips().toString();
        } catch (final IOException e) {
            return e.toString();
        }
    }

    @Test
    void keepsWhatWasMeasuredWhenInterruptedAndMarksIt() throws IOException, InterruptedException {
        final Path printed = folder.resolve("printed");
        final Process process = start(Map.of(), printed, "--suite", "calls", "--device", "stub", "--bindings",
            "ffm,jni", "--rounds", "50", "--budget-ms", "10", "--out", out());
        try {
            while (process.isAlive() && !Files.readString(printed).contains("[  2/100]")) {
                Thread.sleep(20);
            }
            new Ended(0, Files.readString(printed)).orSkipped();
            assertEquals(0, new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor());

            assertTrue(process.waitFor(2, TimeUnit.MINUTES));
            assertEquals(INTERRUPTED, process.exitValue(), () -> read(printed));
            assertTrue(report().interrupted());
            assertFalse(report().results().isEmpty());
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException e) {
            return e.toString();
        }
    }
}
