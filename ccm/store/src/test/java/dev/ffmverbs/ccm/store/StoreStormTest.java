// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two nodes, their witness, two clients and a reader in separate processes. While the clients use the store, processes
 * are killed, stopped and cut off at random moments, and nodes hand over. Afterwards clients get their writes done
 * again, and the history of what they have seen is linearizable.
 *
 * <p>Property {@code store.cycles} is the number of disturbances, and {@code store.seed} the seed: {@code mvn -pl
 * ccm/store -am test -Dtest=StoreStormTest -Dstore.cycles=500 -Dsurefire.timeout=7200
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class StoreStormTest {

    private static final int CYCLES = Integer.getInteger("store.cycles", 4);
    private static final long SEED = Long.getLong("store.seed", 20261130);

    /** Longer than a node waits for anything. */
    private static final int LONGEST_MS = 1_500;

    /** Longer than a client waits for the answer to a write, and then for a connection. */
    private static final int STALL_MS = 2_500;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(180);
    private static final long LOOK_MS = 5;
    private static final long LAST_S = 30;
    private static final int WRITES_PER_CYCLE = 40;
    private static final int CYCLES_PER_NEWS = 10;
    private static final int PRINTED_LINES = 400;
    private static final List<String> WRITERS = List.of("c", "d");
    private static final List<String> CLIENTS = List.of("c", "d", StormClient.READER);

    /** The place of each process in {@link PrivateAddresses}. */
    static final Map<String, Integer> PLACES =
        Map.of("A", 1, "B", 2, "W", 3, "c", 4, "d", 5, StormClient.READER, 6);
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Random random = new Random(SEED);
    private final Map<String, StormProcess> processes = new LinkedHashMap<>();
    private final List<String> printed = new ArrayList<>();
    private final List<String> cycles = new ArrayList<>();
    private final Map<String, Long> writes = new LinkedHashMap<>();
    private Path folder;
    private String serving = "A";
    private int servings;

    @BeforeEach
    void createFolder() throws IOException {
        folder = Files.createTempDirectory(MEMORY, "store-storm-");
    }

    @AfterEach
    void killAll() throws IOException {
        processes.values().forEach(StormProcess::close);
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }

    private static String address(final String process) {
        return PrivateAddresses.address(PLACES.get(process));
    }

    private synchronized void note(final String process, final String line) {
        if (line.equals(StormClient.WROTE)) {
            writes.merge(process, 1L, Long::sum);
            return;
        }
        if (line.contains(" items in term ")) {
            serving = process;
            servings++;
        }
        printed.add(process + ": " + line);
        if (printed.size() > PRINTED_LINES) {
            printed.removeFirst();
        }
    }

    private synchronized String context() {
        return "seed " + SEED + ", " + cycles + ", printed: " + String.join("\n", printed);
    }

    private synchronized String servingNode() {
        return serving;
    }

    private synchronized int servings() {
        return servings;
    }

    private synchronized long writes(final String client) {
        return writes.getOrDefault(client, 0L);
    }

    private void start(final String process) throws IOException {
        final String own = address(process);
        final String witness = address("W") + ":7470";
        final String partner = process.equals("A") ? "B" : "A";
        final Class<?> program = CLIENTS.contains(process) ? StormClient.class
            : process.equals("W") ? StoreCommand.class : StormNode.class;
        final List<String> arguments = switch (process) {
            case "W" -> List.of("witness", witness);
            case "A", "B" -> List.of(process, own + ":7471", own + ":7480",
                partner + "=" + address(partner) + ":7471", witness, folder.resolve(process).toString());
            default -> List.of(process, address("A") + ":7480," + address("B") + ":7480",
                history(process).toString(), Long.toString(random.nextLong()));
        };
        processes.put(process, new StormProcess(program, own, arguments, line -> note(process, line)));
    }

    private Path history(final String client) {
        return folder.resolve(client + ".history");
    }

    private void pause() throws InterruptedException {
        Thread.sleep(random.nextInt(LONGEST_MS));
    }

    private void kill(final List<String> killed) throws IOException, InterruptedException {
        for (final String process : killed) {
            processes.get(process).kill();
        }
        if (random.nextBoolean()) {
            pause();
        }
        for (final String process : killed) {
            start(process);
        }
    }

    private void stop(final String process) throws IOException, InterruptedException {
        processes.get(process).signal("STOP");
        pause();
        processes.get(process).signal("CONT");
    }

    /**
     * Hands over. In most cases the thread that would send the clients away does not run until others have written at
     * the new owner.
     */
    private void handOver(final String active) throws IOException, InterruptedException {
        if (random.nextInt(3) > 0) {
            processes.get(active).tell(StormNode.STALL + (STALL_MS + random.nextInt(LONGEST_MS)));
        }
        processes.get(active).tell(StormNode.HAND_OVER);
        pause();
    }

    /** Cuts a node off from its partner, the witness or a client. */
    private void cut(final String node, final String peer) throws IOException, InterruptedException {
        processes.get(node).tell("partition=both,peer=" + address(peer));
        pause();
        processes.get(node).tell("");
    }

    private void disturb() throws IOException, InterruptedException {
        final String active = servingNode();
        final String standby = active.equals("A") ? "B" : "A";
        final int choice = random.nextInt(14);
        cycles.add(choice + " of " + active);
        switch (choice) {
            case 0, 1, 2 -> kill(List.of(active));
            case 3 -> kill(List.of(standby));
            case 4 -> kill(List.of("A", "B"));
            case 5 -> stop(active);
            case 6 -> stop(standby);
            case 7 -> kill(List.of("W"));
            case 8 -> {
                processes.get(active).signal("STOP");
                pause();
                kill(List.of(standby));
                processes.get(active).signal("CONT");
            }
            case 9 -> cut(active, standby);
            case 10 -> cut(active, random.nextBoolean() ? "W" : CLIENTS.getFirst());
            default -> handOver(active);
        }
    }

    /** Waits until each client has done some writes that began after now. */
    private void awaitWrites() throws InterruptedException {
        final long startNs = System.nanoTime();
        for (final String client : WRITERS) {
            final long enough = writes(client) + WRITES_PER_CYCLE;
            while (writes(client) < enough) {
                assertTrue(System.nanoTime() - startNs < LIMIT_NS,
                    () -> "client " + client + " does no writes for 180 s, " + context());
                Thread.sleep(LOOK_MS);
            }
        }
    }

    private List<Operation> finishClients() throws IOException, InterruptedException {
        final List<Operation> operations = new ArrayList<>();
        for (final String client : CLIENTS) {
            assertEquals(0, processes.get(client).finish(LAST_S), this::context);
            operations.addAll(Operation.parse(Files.readAllLines(history(client))));
        }
        return operations;
    }

    @Test
    void whateverIsKilledOrStoppedTheHistoryIsLinearizable() throws IOException, InterruptedException {
        for (final String process : List.of("W", "A", "B", "c", "d", StormClient.READER)) {
            start(process);
        }
        awaitWrites();
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            disturb();
            awaitWrites();
            if (cycle % CYCLES_PER_NEWS == 0) {
                System.out.printf("store storm: %d of %d cycles%n", cycle, CYCLES);
            }
        }
        final List<Operation> operations = finishClients();
        final long inDoubt = operations.stream().filter(Operation::isInDoubt).count();
        System.out.printf("store storm: %d cycles, %d operations of which %d GETs, %d in doubt%n", CYCLES,
            operations.size(), operations.stream().filter(each -> each.kind() == Operation.Kind.GET).count(), inDoubt);
        assertEquals(List.of(), Linearizability.judge(operations), this::context);
    }

    @Test
    void aNodeWithoutItsPartnerServesAgainWhenItWasStoppedForLongerThanItsLease()
        throws IOException, InterruptedException {
        for (final String process : List.of("W", "A", "B", "c", "d")) {
            start(process);
        }
        awaitWrites();
        for (final String writer : WRITERS) {
            assertEquals(0, processes.get(writer).finish(LAST_S), this::context);
        }
        final String active = servingNode();
        processes.get(active.equals("A") ? "B" : "A").kill();
        final int before = servings();
        processes.get(active).signal("STOP");
        Thread.sleep(LONGEST_MS);
        processes.get(active).signal("CONT");
        final long startNs = System.nanoTime();
        while (servings() == before) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(LAST_S), this::context);
            Thread.sleep(LOOK_MS);
        }
    }
}
