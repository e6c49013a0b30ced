// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.examples.Examples.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example runs in a process as a user starts it, and prints what its documentation says. */
@Timeout(150)
class ExamplesTest {

    private static final int LONGEST = 150;
    private static final int LIMIT_SECONDS = 120;
    private static final Path SOURCES = Path.of("src/main/java/dev/ffmverbs/examples");

    /** What each example prints, as patterns of parts of its output. */
    private static final Map<String, List<String>> PRINTED = Map.of(
        "key-value-get", List.of(
            "GET colour: green\n", "GET shape: round\n", "GET count: \\d+\n", "GET size: nothing\n"),
        "remote-lock", List.of("process 1 took the lock 200 times in \\d+ attempts",
            "process 2 took the lock 200 times in \\d+ attempts",
            "the number is 400, and should be 400; the lock is 0"),
        "remote-procedure-call", List.of(" stressed -> desserts\n", " drawer -> reward\n",
            " deliver -> reviled\n", "the server had 2 clients and 8 buffers"),
        "message-ring", List.of("the writer is 127[.\\d]+\n", "wrote 5000 messages, and waited ",
            "read 5000 messages of \\d+ bytes in order; they went round the ring of 16384 bytes at least \\d+ times"),
        "discovery", List.of("asked for colours by queue pair \\d+", "colours is at 127[.\\d]+ port 7000"),
        "futures", List.of("100 virtual threads read numbers with the sum 5050\n", "first and last make 101\n",
            "a WRITE to memory for READs alone: REMOTE_ACCESS_ERROR\n"),
        "recording", List.of("2000 events dev.ffmverbs.examples.Read",
            "\\d+ events dev.ffmverbs.softroce.Counter",
            "READ: median [\\d.]+ us, 99 % within [\\d.]+ us, longest [\\d.]+ us", "counters: \\{.*PACKETS.*=\\d+"),
        "metrics", List.of("ccm.heartbeat.*node.*A.*\\d+ times, mean [\\d.]+ us",
            "ccm.session.*UP.* 1\n", "softroce.*PACKETS.* \\d+\n"),
        "active-and-standby", List.of("has seen \\[.+\\]\n", "(?s)node ([AB]) is active in term \\d+\n.*"
            + "killing node \\1\n.*node (?!\\1)([AB]) is active in term \\d+\n.*node \\2 took over within \\d+ ms"));

    @TempDir
    private Path folder;

    private static Process start(final Path output, final List<String> options, final String... arguments)
        throws IOException {
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-Dsoftroce.port=14791"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Examples.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }

    private String run(final List<String> options, final String... arguments) throws Exception {
        final Path output = Files.createTempFile(folder, "output", ".txt");
        final Process process = start(output, options, arguments);
        try {
            assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), () -> "still runs: " + read(output));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), () -> read(output));
        return read(output);
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    /** An address whose two successors are free as well, and that no other build on this machine has. */
    private static String address() {
        final long process = Long.getLong("test.processNumber", ProcessHandle.current().pid());
        return "127." + (process >> 13 & 0xFF) + "." + (process >> 5 & 0xFF) + "." + ((process & 31) * 8 + 1);
    }

    private static void assertPrints(final String example, final String printed) {
        for (final String part : PRINTED.get(example)) {
            assertTrue(Pattern.compile(part).matcher(printed).find(), () -> "no " + part + " in:\n" + printed);
        }
    }

    static Stream<String> names() {
        return Examples.ALL.stream().map(Example::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void printsWhatItShows(final String example) throws Exception {
        assertNotNull(PRINTED.get(example), "what does it print?");
        assertPrints(example, run(List.of(), example, "soft0", address()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "nothing | there is no example nothing",
        "key-value-get nodev | nodev",
        "key-value-get soft0 localhost | \"localhost\" is not an IP address",
        "key-value-get soft0 127.0.0. | \"127.0.0.\" is not an IP address",
        "key-value-get soft0 127.0.0.254 | there is no device at 127.0.0.255",
        "key-value-get soft0 127.0.0.255 | 127.0.0.255",
        "remote-lock soft0 224.0.0.1 | 224.0.0.1",
    })
    void malformedArgumentsAreToldWithoutAStackTrace(final String line, final String told) throws Exception {
        final Process process = start(folder.resolve("printed"), List.of(), line.split(" "));
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
        final String printed = read(folder.resolve("printed"));
        assertEquals(2, process.exitValue(), printed);
        // The device may have logged something before.
        assertTrue(printed.lines().anyMatch(text -> text.startsWith("examples: ")) && printed.contains(told), printed);
        assertTrue(printed.lines().noneMatch(text -> text.startsWith("\tat ")), printed);
    }

    @Test
    void theNodeThatIsActiveFirstIsKilledWhicheverItIs() throws Exception {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>(
            List.of("node A: session is up", "node B is active in term 5", "node A is active in term 6"));

        assertEquals("node B is active in term 5", ActiveAndStandby.awaitActive(lines, "node "));
        assertEquals("node A is active in term 6", ActiveAndStandby.awaitActive(lines, "node A"));
    }

    @Test
    void anExampleThatIsKilledLeavesNoProcessBehind() throws Exception {
        final Path output = folder.resolve("printed");
        final Process process = start(output, List.of(), "active-and-standby", "soft0", address());
        try {
            final long startNs = System.nanoTime();
            while (!read(output).contains("is active")) {
                assertTrue(process.isAlive() && System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(LIMIT_SECONDS),
                    () -> read(output));
                Thread.sleep(5);
            }
            final List<ProcessHandle> others = process.descendants().toList();
            assertFalse(others.isEmpty(), () -> read(output));

            process.destroyForcibly();

            for (final ProcessHandle other : others) {
                other.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void aHundredVirtualThreadsShareOneCarrier() throws Exception {
        assertPrints("futures", run(List.of(
            "-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1"),
            "futures", "soft0", address()));
    }

    @Test
    void theListAndThePageNameEveryExample() throws Exception {
        final String list = run(List.of());
        final String page = Files.readString(Path.of("README.md"));
        for (final Example example : Examples.ALL) {
            assertTrue(list.contains("  " + example.name() + " "), list);
            assertTrue(list.contains(example.summary()), list);
            assertTrue(page.contains("| [`" + example.name() + "`](src/main/java/dev/ffmverbs/examples/"), page);
        }
    }

    @Test
    void everyFileIsShort() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (final Path file : files.toList()) {
                final long lines = Files.readAllLines(file).size();
                assertTrue(lines <= LONGEST, file + " has " + lines + " lines");
            }
        }
    }
}
