// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command of the example, as a process: malformed arguments, and what is left of a pair. */
@Timeout(120)
class StoreCommandTest {

    private static final long LIMIT_S = 60;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;

    /** Devices of processes at the same time, and of other builds, have other ports. */
    private static final String PORT_OPTION =
        "-Dsoftroce.port=" + (FIRST_PORT + ProcessHandle.current().pid() % PORTS);
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final Path LOG = MEMORY.resolve("store-command-test-" + ProcessHandle.current().pid());

    private static List<String> arguments(final String line) {
        return Stream.of(line.split(" "))
            .map(word -> word.equals("EMPTY") ? "" : word.equals("LOG") ? LOG.toString() : word).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "witness 127.0.0.1:99999 | \"127.0.0.1:99999\" is not an address and port: the port must be 1 to 65535",
        "witness 127.0.0.1:-1 | \"127.0.0.1:-1\" is not an address and port",
        "witness localhost:7470 | host names are not looked up",
        "witness EMPTY | \"\" is not an address and port",
        "witness 0.0.0.0:7470 | it must be the numeric address of one machine",
        "node A 127.0.0.1:1 127.0.0.1:2 B 127.0.0.1:3 LOG | \"B\" is not a partner",
        "node a/b 127.0.0.1:1 127.0.0.1:2 B=127.0.0.2:1 127.0.0.1:3 LOG | \"a/b\" is not a node name",
        "node A 127.0.0.1:1 127.0.0.1:x B=127.0.0.2:1 127.0.0.1:3 LOG | \"127.0.0.1:x\" is not an address",
        "node A 127.0.0.1:1 127.0.0.1:2 B=127.0.0.2:1 127.0.0.1:3 /proc/none/log | there is no folder for the file",
        "node A 127.0.0.1:1 127.0.0.1:2 B=127.0.0.2:1 127.0.0.1:3 EMPTY | the file of the log has no name",
        "get key-of-more-than-24-bytes | at most 24 fit",
        "put key-of-more-than-24-bytes value | at most 24 fit",
        "put key value-of-more-than-48-bytes-which-is-more-than-fits-in-an-item | at most 48 fit",
        "compare-and-set key value-of-more-than-48-bytes-which-is-more-than-fits-in-an-item new | at most 48 fit",
        "get | usage: store pair",
        "pair twice | usage: store pair",
        "nothing | usage: store pair",
    })
    void malformedArgumentsAreToldInALine(final String line, final String told) throws Exception {
        final List<String> printed = new CopyOnWriteArrayList<>();
        try (StormProcess command =
                 new StormProcess(StoreCommand.class, List.of(PORT_OPTION), arguments(line), printed::add)) {
            assertEquals(2, command.finish(LIMIT_S), () -> line + ": " + printed);
        }
        assertFalse(LOG.toFile().exists(), "the file of a node that cannot start");
        assertTells(told, printed);
    }

    /** What the device logs of its port is no part of it. */
    private static void assertTells(final String told, final List<String> printed) {
        assertTrue(printed.stream().anyMatch(line -> line.contains(told)
            && (line.startsWith("store: ") || line.startsWith("usage: "))), printed::toString);
        assertTrue(printed.stream().noneMatch(line -> line.contains("Exception") || line.startsWith("\tat ")),
            printed::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-Dstore.nodes=127.0.0.1 | 2 | \"127.0.0.1\" is not an address and port",
        "-Dstore.nodes= | 2 | \"\" is not an address and port",
        "-Dstore.device=none | 2 | none",
        "-Dstore.nodes=127.77.255.1:1 | 1 | no node has served GET colour",
    })
    void propertiesThatDoNotFitAreToldInALine(final String option, final int status, final String told)
        throws Exception {
        final List<String> printed = new CopyOnWriteArrayList<>();
        try (StormProcess command = new StormProcess(
                 StoreCommand.class, List.of(PORT_OPTION, option), List.of("get", "colour"), printed::add)) {
            assertEquals(status, command.finish(LIMIT_S), printed::toString);
        }
        assertTells(told, printed);
    }

    private static String poll(final BlockingQueue<String> lines, final String part) throws InterruptedException {
        String line = "";
        while (!line.contains(part)) {
            line = lines.poll(LIMIT_S, TimeUnit.SECONDS);
            assertTrue(line != null, "no line with " + part);
        }
        return line;
    }

    private static ProcessHandle process(final String line) {
        final String number = line.replaceFirst(".* is process (\\d+);.*", "$1");
        return ProcessHandle.of(Long.parseLong(number)).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM"})
    void aPairThatIsEndedLeavesNoProcessAndNoFileBehind(final String signal) throws Exception {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        try (StormProcess pair =
                 new StormProcess(StoreCommand.class, List.of(PORT_OPTION), List.of("pair"), lines::add)) {
            final ProcessHandle nodeA = process(poll(lines, "node A is process"));
            final ProcessHandle nodeB = process(poll(lines, "node B is process"));
            final ProcessHandle witness = process(poll(lines, "the witness is process"));
            final Path folder = Stream.of(nodeA.info().arguments().orElseThrow()).map(Path::of)
                .filter(path -> path.startsWith(MEMORY)).findFirst().orElseThrow().getParent();
            poll(lines, " is ready");
            assertTrue(folder.toFile().isDirectory(), folder::toString);

            pair.signal(signal);

            for (final ProcessHandle each : List.of(nodeA, nodeB, witness)) {
                each.onExit().get(LIMIT_S, TimeUnit.SECONDS);
            }
            final long startNs = System.nanoTime();
            while (folder.toFile().exists() && System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(LIMIT_S)) {
                Thread.sleep(5);
            }
            assertFalse(folder.toFile().exists(), () -> folder + " has " + List.of(folder.toFile().list()));
        }
    }

    /** A witness whose address is taken would end again and again. */
    @Test
    void aPairEndsWithAMessageIfItsWitnessCannotListen() throws Exception {
        final BlockingQueue<String> first = new LinkedBlockingQueue<>();
        final List<String> second = new CopyOnWriteArrayList<>();
        try (StormProcess pair =
                 new StormProcess(StoreCommand.class, List.of(PORT_OPTION), List.of("pair"), first::add)) {
            poll(first, " is ready");
            try (StormProcess other =
                     new StormProcess(StoreCommand.class, List.of(PORT_OPTION), List.of("pair"), second::add)) {
                assertEquals(1, other.finish(LIMIT_S), second::toString);
            }
            assertTrue(second.stream().anyMatch(line -> line.contains("of the pair has ended with status 1")),
                second::toString);
            assertTrue(second.stream().noneMatch(line -> line.startsWith("\tat ")), second::toString);
            pair.kill();
        }
    }
}
