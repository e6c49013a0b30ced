// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.witness.Witness;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.Listener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A witness, two nodes and a client on the software device of this process. */
class StoreTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int WITNESS_PORT = 23_470;
    private static final List<String> NAMES = List.of("A", "B");

    private final StoreNode[] nodes = new StoreNode[2];
    private Path folder;
    private Device device;
    private Witness witness;
    private StoreClient client;

    private static String address() {
        return PrivateAddresses.address(1);
    }

    private static InetSocketAddress port(final int offset) {
        return new InetSocketAddress(address(), WITNESS_PORT + offset);
    }

    @BeforeEach
    void startStore() throws IOException {
        if (System.getProperty("softroce.addresses") == null) {
            System.setProperty("softroce.addresses", address());
        }
        folder = Files.createTempDirectory(Path.of("/dev/shm"), "store-test-");
        device = Verbs.device("soft0");
        witness = Witness.start(device, port(0), SharedSecret.NONE);
        final CompletableFuture<StoreNode> second = CompletableFuture.supplyAsync(() -> start(1));
        nodes[0] = start(0);
        nodes[1] = second.join();
        client = new StoreClient(device, List.of(port(3), port(4)), LIMIT);
    }

    /** Starts a node, which waits for the other one if its file is new. */
    private StoreNode start(final int node) {
        try {
            return StoreNode.start(device, new StoreNode.Place(NAMES.get(node), port(1 + node), port(3 + node),
                new PartnerAddress(NAMES.get(1 - node), port(2 - node)), port(0), folder.resolve(NAMES.get(node))));
        } catch (final IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void closeStore() throws IOException {
        client.close();
        for (final StoreNode node : nodes) {
            if (node != null) {
                node.close();
            }
        }
        witness.close();
        for (final String name : NAMES) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }

    private void closeNode(final int node) throws IOException {
        nodes[node].close();
        nodes[node] = null;
    }

    /** Writes again what is in doubt: a node that had to wait for the processor may have lost its ownership. */
    private void put(final String key, final String value) throws StoreException {
        boolean written = false;
        while (!written) {
            try {
                client.put(key, value);
                written = true;
            } catch (final StoreException e) {
                if (!e.isInDoubt()) {
                    throw e;
                }
            }
        }
    }

    @Test
    void writesAreReadAndConditionsAreChecked() throws StoreException {
        assertEquals(Optional.empty(), client.get("colour"));
        put("colour", "green");
        assertEquals(Optional.of("green"), client.get("colour"));
        assertFalse(client.compareAndSet("colour", Optional.of("red"), "blue"));
        assertFalse(client.compareAndSet("colour", Optional.empty(), "blue"));
        assertTrue(client.compareAndSet("colour", Optional.of("green"), "blue"));
        assertTrue(client.compareAndSet("shape", Optional.empty(), "round"));
        assertEquals(Optional.of("blue"), client.get("colour"));
        client.delete("colour");
        client.delete("colour");
        assertEquals(Optional.empty(), client.get("colour"));
        assertEquals(Optional.of("round"), client.get("shape"));
    }

    @Test
    void whatIsTooLongIsRefusedBeforeAnythingIsSent() {
        final String key = "k".repeat(Item.LONGEST_KEY_BYTES + 1);
        final String value = "v".repeat(Item.LONGEST_VALUE_BYTES + 1);
        assertThrows(IllegalArgumentException.class, () -> client.get(key));
        assertThrows(IllegalArgumentException.class, () -> client.put(key, "value"));
        assertThrows(IllegalArgumentException.class, () -> client.put("key", value));
        assertThrows(IllegalArgumentException.class, () -> client.compareAndSet("key", Optional.of(value), ""));
    }

    /** More writes than the log keeps, so that snapshots take their place. */
    @Test
    void theOtherNodeHasEverythingWhenOneLeavesAndGetsWhatItMissedWhenItComesBack()
        throws IOException, StoreException {
        final int writes = 5 * Journal.ENTRIES_PER_SNAPSHOT / 2;
        for (int i = 0; i < writes; i++) {
            put("key" + i % 100, "value" + i);
        }
        closeNode(0);
        for (int i = writes - 100; i < writes; i++) {
            assertEquals(Optional.of("value" + i), client.get("key" + i % 100));
        }
        nodes[0] = start(0);
        put("key0", "new");
        closeNode(1);
        assertEquals(Optional.of("new"), client.get("key0"));
        assertEquals(Optional.of("value" + (writes - 1)), client.get("key" + (writes - 1) % 100));
    }

    @Test
    void withoutThePartnerTheOwnerAnswersGetsAndRefusesWrites() throws IOException, StoreException {
        put("colour", "green");
        closeNode(1);
        assertEquals(Optional.of("green"), client.get("colour"));
        try (StoreClient impatient =
            new StoreClient(device, List.of(port(3), port(4)), Duration.ofMillis(500))) {
            assertThrows(StoreException.class, () -> impatient.put("colour", "red"));
        }
        assertEquals(Optional.of("green"), client.get("colour"));
    }

    @Test
    void keysAndValuesMayBeEmptyAndOfAnyCharacters() throws StoreException {
        for (final String text : List.of("", "\0", "\u043a\u043b\u044e\u0447", "\uD83D\uDE00")) {
            put(text, text);
            assertEquals(Optional.of(text), client.get(text));
            assertTrue(client.compareAndSet(text, Optional.of(text), ""));
            assertEquals(Optional.of(""), client.get(text));
        }
        assertThrows(IllegalArgumentException.class, () -> client.put("\uD83D", "half of a character"));
        assertThrows(IllegalArgumentException.class, () -> client.get("\uDE00"));
        assertEquals(Optional.empty(), client.get("?"));
    }

    @Test
    void whatIsNoRequestEndsTheConnectionOfItsSenderAlone() throws Exception {
        final MemorySegment message = Arena.ofAuto().allocate(Request.BYTES, Long.BYTES);
        final Request put = new Request(1, Request.Kind.PUT, "k".repeat(Item.LONGEST_KEY_BYTES), "v", Optional.empty());
        for (int node = 0; node < NAMES.size(); node++) {
            put.write(message, 0);
            sendAsStranger(port(3 + node), message.asSlice(0, 1));
            sendAsStranger(port(3 + node), message.asSlice(0, Request.BYTES - 1));
            for (long offset = 0; offset < Request.BYTES; offset += Integer.BYTES) {
                put.write(message, 0);
                message.asSlice(offset).fill((byte) 0xFF);
                if (Request.read(message, 0).isEmpty()) {
                    sendAsStranger(port(3 + node), message);
                }
            }
        }
        put("colour", "green");
        assertEquals(Optional.of("green"), client.get("colour"));
    }

    private void sendAsStranger(final InetSocketAddress node, final MemorySegment message) throws Exception {
        try (Context context = device.open(); ProtectionDomain domain = context.allocateProtectionDomain();
             ConnectionManager connections = ConnectionManager.open(context);
             CompletionQueue queue = context.createCompletionQueue(8);
             MemoryRegion buffer = domain.allocate(message.byteSize(), Access.LOCAL_WRITE);
             QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             Connection connection =
                 connections.connect(null, node, queuePair, ConnectionParameters.defaults(), LIMIT)) {
            buffer.segment().copyFrom(message);
            assertEquals(1, queuePair.postSend(
                SendRequest.allocate(1).send().localMemory(buffer, 0, message.byteSize())));
            connection.whenDisconnected().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientThatDoesNotWaitForRepliesWaitsUntilItsRequestsAreAnsweredAndOthersAreServed() throws Exception {
        put("colour", "green");
        try (ImpatientClient impatient = new ImpatientClient(device, List.of(port(3), port(4)))) {
            final CompletableFuture<Integer> flood = CompletableFuture.supplyAsync(() -> impatient.flood(2_000));
            while (!flood.isDone()) {
                put("colour", "red");
                assertEquals(Optional.of("red"), client.get("colour"));
            }
            // Beside the requests that it has, replies of which the node does not know yet that they have arrived.
            assertTrue(flood.get() <= 3 * ServedClient.DEPTH, "the node took " + flood.get() + " without an answer");
        }
    }

    @Test
    void aNodeThatCannotListenForItsClientsLeavesNothingBehind() throws IOException, StoreException {
        put("colour", "green");
        closeNode(0);
        try (Context context = device.open(); ConnectionManager connections = ConnectionManager.open(context);
             Listener taken = connections.listen(port(3), 1, request -> { })) {
            assertThrows(ConnectionException.class, () -> start(0), () -> "beside " + taken);
        }
        nodes[0] = start(0);
        put("colour", "red");
        assertEquals(Optional.of("red"), client.get("colour"));
    }

    @Test
    void aClientChecksItsArgumentsAndSaysWhyItReachesNobody() throws StoreException {
        assertThrows(IllegalArgumentException.class, () -> new StoreClient(device, List.of(), LIMIT));
        assertThrows(IllegalArgumentException.class,
            () -> new StoreClient(device, List.of(port(3)), Duration.ofSeconds(0)));
        try (StoreClient patient =
            new StoreClient(device, List.of(port(3), port(4)), ChronoUnit.FOREVER.getDuration())) {
            assertEquals(Optional.empty(), patient.get("colour"));
        }
        Thread.currentThread().interrupt();
        assertTrue(assertThrows(StoreException.class, () -> client.get("colour")).getMessage()
            .endsWith("; the thread was interrupted"));
        assertTrue(Thread.interrupted());
        try (StoreClient lost = new StoreClient(device, List.of(port(9)), Duration.ofMillis(100))) {
            final String text = assertThrows(StoreException.class, () -> lost.get("colour")).getMessage();
            assertTrue(text.contains("the last attempt to connect failed: "), text);
        }
    }

    /** Runs the command for clients, and returns what it prints. */
    private static String run(final String... arguments)
        throws StoreException, IOException, InterruptedException {
        final PrintStream terminal = System.out;
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setProperty("store.nodes", Stream.of(port(3), port(4))
            .map(node -> node.getAddress().getHostAddress() + ":" + node.getPort()).collect(Collectors.joining(",")));
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            StoreCommand.run(arguments);
        } finally {
            System.setOut(terminal);
            System.clearProperty("store.nodes");
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** Repeats a question until the answer is this one, because a busy machine may lose and win terms meanwhile. */
    private static void awaitAnswer(final Callable<String> question, final String wanted) throws Exception {
        final long startNs = System.nanoTime();
        String answer = question.call();
        while (!Pattern.compile(wanted, Pattern.DOTALL).matcher(answer).matches()) {
            final String last = answer;
            assertTrue(System.nanoTime() - startNs < LIMIT.toNanos(), () -> last + " instead of " + wanted);
            answer = question.call();
        }
    }

    @Test
    void theCommandShowsWhoOwnsForHowLongAndHowManyNodesHoldTheLogs() throws Exception {
        put("colour", "green");
        final String owner = "node at [0-9.:]+ owns term \\d+, for \\d+ ms without a renewal, SERVING; log MIRRORED,"
            + " acknowledged up to entry (?<entry>\\d+) of \\k<entry>\n";
        awaitAnswer(() -> run("status"), "(.*\n)?" + owner + "(.*\n)?");
        awaitAnswer(() -> run("status"), "(.*\n)?node at [0-9.:]+ does not own: the other node owns term \\d+; log"
            + " MIRRORED, .*");
    }

    @Test
    void aNodeWithoutItsPartnerSaysThatItsLogIsAlone() throws Exception {
        put("colour", "green");
        closeNode(1);
        awaitAnswer(() -> client.ask(port(3)).toString(), "owns term .*; log ALONE, no entry.*");
    }
}
