// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.NodeAddress;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.witness.Witness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
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

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String SOFTWARE_ADDRESSES = "softroce.addresses";

    private StoreCommand() {
    }

    /**
     * Runs the program. A witness and a node run until they are killed.
     *
     * @param arguments see the usage.
     * @throws IOException          if a file or a process cannot be used.
     * @throws InterruptedException if the main thread is interrupted.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final String command = arguments.length == 0 ? "" : arguments[0];
        final List<String> rest = Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
        switch (command + " " + rest.size()) {
            case "pair 0" -> StorePair.run();
            case "witness 1" -> runWitness(NodeAddress.parse(rest.getFirst()));
            case "node 6" -> runNode(rest);
            case "get 1", "put 2", "delete 1", "compare-and-set 3", "measure 0", "status 0" ->
                runClient(command, rest);
            default -> {
                System.err.println(USAGE);
                System.exit(2);
            }
        }
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
        try (Witness witness = Witness.start(device(address.getAddress()), address, SharedSecret.NONE)) {
            System.out.println(witness + " listens");
            new CountDownLatch(1).await();
        }
    }

    private static void runNode(final List<String> rest) throws IOException, InterruptedException {
        try (StoreNode node = startNode(rest)) {
            System.out.println(node + " is ready");
            new CountDownLatch(1).await();
        }
    }

    /** Starts the node that six arguments describe. */
    static StoreNode startNode(final List<String> rest) throws IOException, InterruptedException {
        final InetSocketAddress address = NodeAddress.parse(rest.get(1));
        return StoreNode.start(device(address.getAddress()), new StoreNode.Place(rest.get(0), address,
            NodeAddress.parse(rest.get(2)), PartnerAddress.parse(rest.get(3)), NodeAddress.parse(rest.get(4)),
            Path.of(rest.get(5))));
    }

    private static void runClient(final String command, final List<String> rest) throws IOException {
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
        } catch (final StoreException e) {
            System.err.println(e.getMessage());
            System.exit(1);
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
