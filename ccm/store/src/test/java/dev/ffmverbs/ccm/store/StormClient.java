// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.NodeAddress;
import dev.ffmverbs.ccm.store.Operation.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that uses a store at random until its standard input ends, and records what it did. Prints a line for
 * each write that was done. Its arguments are its name, the nodes, the file for the history,
 * and a seed.
 */
public final class StormClient {

    static final String WROTE = "wrote";

    /** The name of a client that only READs, so that nothing but its leases tells it of another owner. */
    static final String READER = "reader";

    private static final Duration LIMIT = Duration.ofMillis(1_500);
    private static final long GENERATION_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final int KEYS = 4;
    private static final int CHOICES = 20;
    private static final int KEPT_GENERATIONS = 20;

    private final String name;
    private final StoreClient client;
    private final PrintWriter history;
    private final Random random;
    private final String[] known = new String[KEYS];
    private long generation;
    private long operations;

    private StormClient(final String name, final StoreClient client, final PrintWriter history, final Random random) {
        this.name = name;
        this.client = client;
        this.history = history;
        this.random = random;
    }

    /**
     * Runs the program.
     *
     * @param arguments see above.
     * @throws IOException if the file cannot be written.
     */
    public static void main(final String[] arguments) throws IOException {
        final Thread input = Thread.ofPlatform().daemon().start(StormClient::awaitEnd);
        try (PrintWriter history = new PrintWriter(Files.newBufferedWriter(Path.of(arguments[2])));
            StoreClient client = new StoreClient(Verbs.device("soft0"),
                Arrays.stream(arguments[1].split(",")).map(NodeAddress::parse).toList(), LIMIT)) {
            final StormClient program =
                new StormClient(arguments[0], client, history, new Random(Long.parseLong(arguments[3])));
            while (input.isAlive()) {
                program.step();
                LockSupport.parkNanos(program.random.nextLong(LONGEST_PAUSE_NS));
            }
        }
        System.out.println("ended");
    }

    private static void awaitEnd() {
        try {
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (final IOException e) {
            System.out.println("its input ends here: " + e.getMessage());
        }
    }

    /** Uses keys for a while only, so that no history of a key becomes long. Clients have the clock in common. */
    private void step() {
        final long present = System.nanoTime() / GENERATION_NS;
        if (present != generation && !name.equals(READER)) {
            generation = present;
            Arrays.fill(known, null);
            for (int key = 0; key < KEYS; key++) {
                run(Kind.DELETE, present - KEPT_GENERATIONS + "." + key, null, null);
            }
        }
        final int number = random.nextInt(KEYS);
        final String key = present + "." + number;
        final String value = name + operations;
        switch (name.equals(READER) ? CHOICES : random.nextInt(CHOICES)) {
            case 0 -> run(Kind.DELETE, key, null, null);
            case 1, 2, 3, 4 -> run(Kind.PUT, key, value, null);
            case 5, 6, 7, 8 -> run(Kind.COMPARE_AND_SET, key, value, known[number]);
            default -> known[number] = run(Kind.GET, key, null, null);
        }
    }

    /** Runs and records an operation. Returns what a GET has found. */
    private String run(final Kind kind, final String key, final String value, final String expected) {
        operations++;
        final long startNs = System.nanoTime();
        String found = value;
        boolean positive = true;
        long endNs;
        try {
            switch (kind) {
                case GET -> found = client.get(key).orElse(null);
                case PUT -> client.put(key, value);
                case DELETE -> client.delete(key);
                case COMPARE_AND_SET ->
                    positive = client.compareAndSet(key, Optional.ofNullable(expected), value);
            }
            endNs = System.nanoTime();
            if (kind != Kind.GET) {
                System.out.println(WROTE);
            }
        } catch (final StoreException e) {
            if (!e.isInDoubt()) {
                return null;
            }
            endNs = Operation.NEVER;
        }
        history.println(new Operation(kind, key, found, expected, positive, startNs, endNs).toLine());
        return Objects.equals(found, value) ? null : found;
    }
}
