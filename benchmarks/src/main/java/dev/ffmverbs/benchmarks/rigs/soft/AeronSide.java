// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.device.LoopbackAddress;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import dev.ffmverbs.benchmarks.process.PeerJars;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Aeron, which people use for messages between processes and machines, two JVMs.
 *
 * @param isNetwork  whether messages go over UDP and the loopback interface; else through shared memory.
 * @param prefix     prefix of command lines; empty to run where this process runs.
 * @param jvmOptions options of both JVMs.
 */
public record AeronSide(boolean isNetwork, List<String> prefix, List<String> jvmOptions) implements Side {

    private static final String[] ARTIFACTS = {"aeron-driver", "aeron-client", "agrona"};

    /** Addresses of both ends, apart from those of the devices. */
    private static final int ADDRESS = 1;
    private static final int PEER_ADDRESS = 2;

    /** What Aeron's documentation recommends to JVMs that measure it. */
    private static final List<String> AERON_OPTIONS = List.of("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "-Dagrona.disable.bounds.checks=true",
        "-Daeron.term.buffer.sparse.file=false");

    /** Where Aeron has its files by default, because nothing writes them to a disk. */
    private static final Path MEMORY = Path.of("/dev/shm");

    @Override
    public String name() {
        return isNetwork ? "aeron-udp" : "aeron-ipc";
    }

    @Override
    public String description() {
        return isNetwork ? "Aeron over UDP, two JVMs, each with a media driver on its measuring thread"
            : "Aeron through shared memory, two JVMs, the media driver in one of them";
    }

    @Override
    public boolean isC() {
        return false;
    }

    @Override
    public boolean isPeer() {
        return true;
    }

    @Override
    public Optional<String> whyNot(final Load load) {
        if (load.transfer() != Transfer.MESSAGE || load.mode() != WaitMode.POLL) {
            return Optional.of("Aeron is measured with messages and ends that poll");
        }
        return PeerJars.find(ARTIFACTS).isEmpty()
            ? Optional.of(PeerJars.describeMissing(ARTIFACTS[0])) : Optional.empty();
    }

    @Override
    public Figures run(final Load load) throws IOException {
        final Path folder =
            Files.createTempDirectory(Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir")),
                "bench-aeron-");
        try (Conversation responder = new Conversation(command(DeviceWorker.RESPOND, folder, load), load)) {
            responder.readUntil("open");
            try (Conversation requester = new Conversation(command(DeviceWorker.REQUEST, folder, load), load)) {
                requester.readUntil("open");
                responder.readUntil("ready");
                requester.write(List.of("go"));
                return requester.readFigures(responder);
            }
        } finally {
            delete(folder);
        }
    }

    /** A process that was killed leaves its files. */
    private static void delete(final Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private List<String> command(final String role, final Path folder, final Load load) {
        final List<String> options = new ArrayList<>(DeviceSide.JVM_OPTIONS);
        options.addAll(AERON_OPTIONS);
        options.addAll(jvmOptions);
        final List<String> words = new ArrayList<>(List.of(role, isNetwork ? AeronWorker.UDP : AeronWorker.IPC,
            folder.toString(), LoopbackAddress.ofThisProcess(ADDRESS), LoopbackAddress.ofThisProcess(PEER_ADDRESS)));
        words.addAll(load.arguments());
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(JavaProgram.command(options, System.getProperty("java.class.path") + File.pathSeparator
            + PeerJars.find(ARTIFACTS).orElse(""), AeronWorker.class, words.toArray(String[]::new)));
        return command;
    }
}
