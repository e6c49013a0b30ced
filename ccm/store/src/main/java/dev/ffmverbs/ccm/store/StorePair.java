// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A witness and two nodes on software devices of this machine, each in a separate process. */
final class StorePair {

    private static final int WITNESS_PORT = 7470;
    private static final int NODE_PORT = 7471;
    private static final int CLIENT_PORT = 7480;
    private static final String SOFTWARE_PORT = "softroce.port";
    private static final int ADDRESSES_FOR_PROCESSES = 200;
    private static final List<String> HOSTS = List.of("127.77.0.1", "127.77.0.2", "127.77.0.3");

    private static final List<String> NAMES = List.of("node A", "node B", "the witness");
    private static final int WITNESS = 2;

    /** The status of a process that a signal has ended is this one and the number of the signal. */
    private static final int STATUS_OF_SIGNALS = 128;

    private static final List<String> FILES = List.of("log-A", "log-B");

    /** Whether a process of the pair ends when its standard input does, which is when the one that started it ends. */
    private static final String ENDS_WITH_INPUT = "store.ends-with-input";

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

    /**
     * Starts the three processes, and runs until this one is ended. A process that is killed is started again.
     *
     * @throws IOException if a process cannot be started, or ends by itself; it has said why.
     */
    static void run() throws IOException {
        final Path folder = Files.createTempDirectory(Path.of("/dev/shm"), "ccm-store-");
        final List<Process> running = new CopyOnWriteArrayList<>();
        final Thread end = new Thread(() -> {
            running.forEach(Process::destroyForcibly);
            FILES.forEach(file -> folder.resolve(file).toFile().delete());
            folder.toFile().delete();
        });
        Runtime.getRuntime().addShutdownHook(end);
        for (int number = 0; number < HOSTS.size(); number++) {
            running.add(start(folder, number));
        }
        while (true) {
            CompletableFuture.anyOf(running.stream().map(Process::onExit).toArray(CompletableFuture[]::new)).join();
            for (int number = 0; number < HOSTS.size(); number++) {
                if (!running.get(number).isAlive()) {
                    requireKilled(number, running.get(number).exitValue());
                    running.set(number, start(folder, number));
                }
            }
        }
    }

    /** A process that ended by itself would do so again. */
    private static void requireKilled(final int number, final int status) throws IOException {
        if (status < STATUS_OF_SIGNALS) {
            throw new IOException(NAMES.get(number) + " of the pair has ended with status " + status);
        }
    }

    /**
     * Lets this process end with the one that has started it for a pair, even if that is killed. It then removes the
     * file of its log, which no process of the pair needs after that.
     */
    static void endWithPair(final Optional<Path> file) {
        if (!Boolean.getBoolean(ENDS_WITH_INPUT)) {
            return;
        }
        Thread.ofPlatform().daemon().name("end with the pair").start(() -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (final IOException e) {
                System.err.println("the standard input of this process failed: " + e.getMessage());
            } finally {
                file.ifPresent(StorePair::remove);
                Runtime.getRuntime().halt(1);
            }
        });
    }

    /** Removes the file of a log, and its folder if that was the last one. */
    private static void remove(final Path log) {
        log.toFile().delete();
        log.toAbsolutePath().getParent().toFile().delete();
    }

    private static Process start(final Path folder, final int number) throws IOException {
        final Process process = start(number == WITNESS ? List.of("witness", HOSTS.get(WITNESS) + ":" + WITNESS_PORT)
            : nodeArguments(folder, number));
        System.out.println(NAMES.get(number) + " is process " + process.pid() + "; kill -9 " + process.pid()
            + " kills it, and it is started again");
        return process;
    }

    private static List<String> nodeArguments(final Path folder, final int node) {
        final int partner = 1 - node;
        return List.of("node", String.valueOf("AB".charAt(node)), HOSTS.get(node) + ":" + NODE_PORT,
            HOSTS.get(node) + ":" + CLIENT_PORT, "AB".charAt(partner) + "=" + HOSTS.get(partner) + ":" + NODE_PORT,
            HOSTS.get(WITNESS) + ":" + WITNESS_PORT, folder.resolve(FILES.get(node)).toString());
    }

    private static Process start(final List<String> arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-D" + ENDS_WITH_INPUT + "=true",
            "--enable-native-access=ALL-UNNAMED"));
        final String udpPort = System.getProperty(SOFTWARE_PORT);
        if (udpPort != null) {
            command.add("-D" + SOFTWARE_PORT + "=" + udpPort);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), StoreCommand.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
