// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.device.LoopbackAddress;
import dev.ffmverbs.benchmarks.natives.Compiler;
import dev.ffmverbs.benchmarks.natives.NativeCode;
import dev.ffmverbs.benchmarks.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The C program that moves the same packets over UDP. It is compiled when this object is created. */
public final class PacketProgram implements AutoCloseable {

    private static final List<String> SOURCES =
        List.of("packet_reference.c", "requester.c", "responder.c", "trains.c", "icrc.c");
    private static final List<String> HEADERS =
        List.of("requester.h", "responder.h", "packets.h", "trains.h", "icrc.h");
    private static final int CLIENT_ADDRESS = 3;
    private static final int SERVER_ADDRESS = 4;
    private static final int ONE_PACKET = 1;
    private static final int MOST_PACKETS = 64;
    private static final int MOST_WARM_UP_MS = 500;
    private static final String PORT = "4791";

    private final String client = LoopbackAddress.ofThisProcess(CLIENT_ADDRESS);
    private final String server = LoopbackAddress.ofThisProcess(SERVER_ADDRESS);
    private final List<String> prefix;
    private final Path folder;
    private final Path program;

    /**
     * Compiles the program.
     *
     * @param prefix prefix of its command lines; empty to run it where this process runs.
     * @throws IOException if there is no C compiler, or it fails; the message says what to install.
     */
    public PacketProgram(final List<String> prefix) throws IOException {
        this.prefix = List.copyOf(prefix);
        folder = Files.createTempDirectory("packet-reference");
        program = folder.resolve("packet_reference");
        boolean built = false;
        try {
            build();
            built = true;
        } finally {
            if (!built) {
                close();
            }
        }
    }

    private void build() throws IOException {
        NativeCode.copySources(Stream.concat(SOURCES.stream(), HEADERS.stream()).toList(), folder);
        final List<String> arguments = new ArrayList<>(
            List.of("-std=c11", "-D_GNU_SOURCE", "-O2", "-pthread", "-o", program.toString()));
        SOURCES.forEach(source -> arguments.add(folder.resolve(source).toString()));
        final Optional<String> failure = new Compiler().run(arguments);
        if (failure.isPresent()) {
            throw new IOException("cannot build the C program: " + failure.get());
        }
    }

    /**
     * Returns the side that sends and receives one packet per call.
     *
     * @return the side {@code c}.
     */
    public Side packetByPacket() {
        return new ProgramSide(this, "c", ONE_PACKET, "C, one packet per system call, the checksum of each computed");
    }

    /**
     * Returns the side that sends and receives trains of packets.
     *
     * @return the side {@code c-trains}.
     */
    public Side trains() {
        return new ProgramSide(this, "c-trains", MOST_PACKETS,
            "C, trains of up to 64 packets per system call (UDP GSO and GRO), the checksum of each computed");
    }

    /**
     * Runs both ends, one packet per call, with an operation at a fixed interval.
     *
     * @param load       what the measuring end does.
     * @param intervalUs time between two posts, in microseconds.
     * @return the figures.
     * @throws IOException if a packet was lost, or the program fails.
     */
    public Figures runAtInterval(final Load load, final int intervalUs) throws IOException {
        return run(load, ONE_PACKET, intervalUs);
    }

    private Figures run(final Load load, final int packetsPerCall, final int intervalUs) throws IOException {
        try (Conversation responder = new Conversation(command("serve", load.mode().peerPolls(), packetsPerCall,
                load, server, client, List.of(load.memoryBytesPerThread())), load)) {
            responder.readUntil("ready");
            final int warmUpMs = Math.min(MOST_WARM_UP_MS, load.duration().warmUpMs());
            try (Conversation requester = new Conversation(command("measure", load.mode().polls(), packetsPerCall,
                    load, client, server, List.of(load.transfer().reads() ? "read" : "write", load.lengthBytes(),
                        load.mtuBytes(), load.transfer().requestsPerPost(), load.posts(), load.queuePairs(), warmUpMs,
                        load.duration().measureMs(), intervalUs)), load)) {
                return requester.readFigures(responder);
            }
        }
    }

    private List<String> command(
        final String role, final boolean polls, final int packetsPerCall, final Load load, final String own,
        final String peer, final List<Object> more) {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(program.toString(), role, polls ? "poll" : "block", Integer.toString(packetsPerCall),
            Integer.toString(load.threads()), own, PORT, peer));
        more.forEach(argument -> command.add(argument.toString()));
        return command;
    }

    /**
     * Has the program compute a checksum.
     *
     * @param what  {@code crc} for the CRC-32 of bytes, {@code icrc} for the checksum of a packet.
     * @param bytes the bytes, in hexadecimal notation.
     * @return the words that it prints.
     */
    List<String> checksum(final String what, final String bytes) throws IOException, InterruptedException {
        try (ChildProcess process = new ChildProcess(List.of(program.toString(), what, bytes))) {
            return List.of(process.awaitSuccess().strip().split(" "));
        }
    }

    /** Deletes the program. */
    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (final Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** The program with a certain number of packets per call. */
    private record ProgramSide(PacketProgram program, String name, int packetsPerCall, String description)
        implements Side {

        @Override
        public boolean isC() {
            return true;
        }

        @Override
        public Figures run(final Load load) throws IOException {
            return program.run(load, packetsPerCall, 0);
        }
    }
}
