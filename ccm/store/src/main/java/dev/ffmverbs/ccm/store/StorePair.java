// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A witness and two nodes on software devices of this machine, each in a separate process. */
final class StorePair {

    private static final int WITNESS_PORT = 7470;
    private static final int NODE_PORT = 7471;
    private static final int CLIENT_PORT = 7480;
    private static final int ADDRESSES_FOR_PROCESSES = 200;
    private static final List<String> HOSTS = List.of("127.77.0.1", "127.77.0.2", "127.77.0.3");

    private static final List<String> FILES = List.of("log-A", "log-B");

    /** Where clients find the nodes. */
    static final List<InetSocketAddress> CLIENT_ADDRESSES =
        HOSTS.subList(0, 2).stream().map(host -> new InetSocketAddress(host, CLIENT_PORT)).toList();

    private StorePair() {
    }

    /** Returns an address for the software device of this process. */
    static InetAddress loopbackOfProcess() throws UnknownHostException {
        final long process = ProcessHandle.current().pid();
        return InetAddress.getByAddress(new byte[] {127, 77, (byte) (1 + process / ADDRESSES_FOR_PROCESSES % 250),
            (byte) (1 + process % ADDRESSES_FOR_PROCESSES)});
    }

    /** Starts the three processes, and runs until this one is ended. A node that ends is started again. */
    static void run() throws IOException {
        final Path folder = Files.createTempDirectory(Path.of("/dev/shm"), "ccm-store-");
        final List<Process> running = new CopyOnWriteArrayList<>();
        final Thread end = new Thread(() -> {
            running.forEach(Process::destroyForcibly);
            FILES.forEach(file -> folder.resolve(file).toFile().delete());
            folder.toFile().delete();
        });
        Runtime.getRuntime().addShutdownHook(end);
        running.add(start(List.of("witness", HOSTS.get(2) + ":" + WITNESS_PORT)));
        final List<Process> nodes = new ArrayList<>(List.of(startNode(folder, 0), startNode(folder, 1)));
        running.addAll(nodes);
        while (true) {
            CompletableFuture.anyOf(nodes.get(0).onExit(), nodes.get(1).onExit()).join();
            for (int node = 0; node < nodes.size(); node++) {
                if (!nodes.get(node).isAlive()) {
                    running.remove(nodes.get(node));
                    nodes.set(node, startNode(folder, node));
                    running.add(nodes.get(node));
                }
            }
        }
    }

    private static Process startNode(final Path folder, final int node) throws IOException {
        final Process process = start(nodeArguments(folder, node));
        System.out.println("node " + "AB".charAt(node) + " is process " + process.pid()
            + "; kill -9 " + process.pid() + " kills it, and it is started again");
        return process;
    }

    private static List<String> nodeArguments(final Path folder, final int node) {
        final int partner = 1 - node;
        return List.of("node", String.valueOf("AB".charAt(node)), HOSTS.get(node) + ":" + NODE_PORT,
            HOSTS.get(node) + ":" + CLIENT_PORT, "AB".charAt(partner) + "=" + HOSTS.get(partner) + ":" + NODE_PORT,
            HOSTS.get(2) + ":" + WITNESS_PORT, folder.resolve(FILES.get(node)).toString());
    }

    private static Process start(final List<String> arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "--enable-native-access=ALL-UNNAMED", "-cp",
            System.getProperty("java.class.path"), StoreCommand.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start();
    }
}
