// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.ccm.NodeAddress;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.witness.Witness;
import dev.ffmverbs.cm.ConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The program of the example, which {@code ccm/bin/store} runs: a witness, a node, or one operation of a client. */
public final class StoreCommand {

    private static final String USAGE = """
        usage: store pair                                   a witness and two nodes, in three processes
               store witness ADDRESS:PORT
               store node NAME ADDRESS:PORT CLIENTS-ADDRESS:PORT PARTNER=ADDRESS:PORT WITNESS-ADDRESS:PORT FILE
               store get KEY
               store put KEY VALUE
               store delete KEY
               store compare-and-set KEY EXPECTED VALUE      EXPECTED is - for no value
               store status                                 of each node: who owns, the lease and the log
               store measure                                GET against a bare READ of the same bytes
        Clients find the nodes of 'store pair', or those in property store.nodes (ADDRESS:PORT,ADDRESS:PORT).
        Property store.device is the name of the RDMA device; by default, it is the first one found.""";

    private static final int FAILED = 1;
    private static final int MALFORMED = 2;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String SOFTWARE_ADDRESSES = "softroce.addresses";

    private StoreCommand() {
    }

    /**
     * Runs the program. A witness and a node run until they are killed. The status of the process is 2 if the arguments
     * are malformed or name what is not there, and 1 if anything else fails; a line says what.
     *
     * @param arguments see the usage.
     * @throws InterruptedException if the main thread is interrupted.
     */
    public static void main(final String[] arguments) throws InterruptedException {
        int status;
        try {
            status = run(arguments);
        } catch (final IllegalArgumentException | NoSuchElementException e) {
            status = report(e, MALFORMED);
        } catch (final StoreException | IOException | UncheckedIOException | VerbsException
            | ConnectionException e) {
            status = report(e, FAILED);
        }
        // What was started may keep the process from ending, if something else has failed.
        if (status != 0) {
            System.exit(status);
        }
    }

    private static int report(final Exception failure, final int status) {
        System.err.println("store: "
            + (failure instanceof FileSystemException ? failure.toString() : failure.getMessage()));
        return status;
    }

    /** Runs the program, and returns its status. */
    static int run(final String... arguments) throws StoreException, IOException, InterruptedException {
        final String command = arguments.length == 0 ? "" : arguments[0];
        final List<String> rest = Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
        switch (command + " " + rest.size()) {
            case "pair 0" -> StorePair.run();
            case "witness 1" -> runWitness(NodeAddress.parse(rest.getFirst()));
            case "node 6" -> runNode(rest);
            case "get 1", "put 2", "delete 1", "compare-and-set 3", "measure 0", "status 0" ->
                runClient(command, rest);
            case "--help 0", "-h 0", "help 0" -> System.out.println(USAGE);
            default -> {
                System.err.println(USAGE);
                return MALFORMED;
            }
        }
        return 0;
    }

    /** Returns the device. A software device gets the address of this process, unless one was configured. */
    private static Device device(final InetAddress address) {
        if (address.isLoopbackAddress() && System.getProperty(SOFTWARE_ADDRESSES) == null) {
            System.setProperty(SOFTWARE_ADDRESSES, address.getHostAddress());
        }
        final String name = System.getProperty("store.device");
        return name == null ? Verbs.defaultDevice() : Verbs.device(name);
    }

    private static void runWitness(final InetSocketAddress address) throws InterruptedException {
        StorePair.endWithPair(Optional.empty());
        try (Witness witness = Witness.start(device(address.getAddress()), address, SharedSecret.NONE)) {
            System.out.println(witness + " listens");
            new CountDownLatch(1).await();
        }
    }

    private static void runNode(final List<String> rest) throws IOException, InterruptedException {
        if (rest.get(5).isEmpty()) {
            throw new IllegalArgumentException("the file of the log has no name");
        }
        final Path file = Path.of(rest.get(5)).toAbsolutePath();
        if (file.getParent() == null || !Files.isDirectory(file.getParent())) {
            throw new IllegalArgumentException("there is no folder for the file " + file);
        }
        StorePair.endWithPair(Optional.of(file));
        try (StoreNode node = startNode(rest)) {
            System.out.println(node + " is ready");
            new CountDownLatch(1).await();
        }
    }

    /** Starts the node that six arguments describe. */
    static StoreNode startNode(final List<String> rest) throws IOException, InterruptedException {
        final PartnerAddress self = new PartnerAddress(rest.get(0), NodeAddress.parse(rest.get(1)));
        final StoreNode.Place place = new StoreNode.Place(self.name(), self.address(), NodeAddress.parse(rest.get(2)),
            PartnerAddress.parse(rest.get(3)), NodeAddress.parse(rest.get(4)), Path.of(rest.get(5)));
        return StoreNode.start(device(place.address().getAddress()), place);
    }

    /** Refuses a key or a value that is too long before anything is opened. */
    private static void requireItem(final String command, final List<String> rest) {
        if (!rest.isEmpty()) {
            Item.encodeKey(rest.getFirst());
        }
        if (command.equals("compare-and-set") && rest.get(1).equals("-")) {
            Item.encodeValue(rest.getLast());
        } else {
            rest.stream().skip(1).forEach(Item::encodeValue);
        }
    }

    private static void runClient(final String command, final List<String> rest) throws StoreException, IOException {
        requireItem(command, rest);
        final String configured = System.getProperty("store.nodes");
        final List<InetSocketAddress> nodes = configured == null ? StorePair.CLIENT_ADDRESSES
            : Arrays.stream(configured.split(",")).map(NodeAddress::parse).toList();
        final boolean here = nodes.getFirst().getAddress().isLoopbackAddress();
        final Device device = device(here ? StorePair.loopbackOfProcess() : nodes.getFirst().getAddress());
        try (StoreClient client = new StoreClient(device, nodes, LIMIT)) {
            if (command.equals("status")) {
                printStatus(client, nodes);
            } else {
                System.out.println(execute(client, command, rest));
            }
        }
    }

    /** Prints how each node is, or why that is not known. Fails if that is so for a node. */
    private static void printStatus(final StoreClient client, final List<InetSocketAddress> nodes)
        throws StoreException {
        int silent = 0;
        for (final InetSocketAddress node : nodes) {
            final String where = "node at " + node.getAddress().getHostAddress() + ":" + node.getPort() + " ";
            try {
                System.out.println(where + client.ask(node));
            } catch (final StoreException e) {
                silent++;
                System.out.println(where + "does not answer: " + e.getMessage());
            }
        }
        if (silent > 0) {
            throw new StoreException(silent + " of " + nodes.size() + " nodes do not answer", false);
        }
    }

    private static String execute(final StoreClient client, final String command, final List<String> rest)
        throws StoreException {
        switch (command) {
            case "put" -> client.put(rest.get(0), rest.get(1));
            case "delete" -> client.delete(rest.get(0));
            case "get" -> {
                return client.get(rest.getFirst()).orElse("(no value)");
            }
            case "measure" -> {
                return GetTimes.measure(client).toString();
            }
            default -> {
                final Optional<String> expected =
                    rest.get(1).equals("-") ? Optional.empty() : Optional.of(rest.get(1));
                return client.compareAndSet(rest.get(0), expected, rest.get(2)) ? "done" : "it has another value";
            }
        }
        return "done";
    }
}
