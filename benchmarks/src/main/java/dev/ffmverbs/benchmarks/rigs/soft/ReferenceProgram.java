// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.device.LoopbackAddress;
import dev.ffmverbs.benchmarks.natives.Compiler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The C program that moves the same packets over UDP. It is compiled when this object is created. */
public final class ReferenceProgram implements AutoCloseable {

    private static final String SOURCE = "udp_reference.c";
    private static final int CLIENT_ADDRESS = 3;
    private static final int SERVER_ADDRESS = 4;
    private static final long RUN_LIMIT_S = 300;
    private static final long START_MS = 200;
    private static final String PORT = "4791";

    private final String client = LoopbackAddress.ofThisProcess(CLIENT_ADDRESS);
    private final String server = LoopbackAddress.ofThisProcess(SERVER_ADDRESS);
    private final Path folder;
    private final Path program;

    /**
     * Compiles the program.
     *
     * @throws IOException if there is no C compiler, or it fails; the message says what to install.
     */
    public ReferenceProgram() throws IOException {
        folder = Files.createTempDirectory("udp-reference");
        program = folder.resolve("udp_reference");
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
        final Path source = folder.resolve(SOURCE);
        try (InputStream text = Compiler.class.getResourceAsStream(SOURCE)) {
            if (text == null) {
                throw new IOException("this build lacks the source of the C program, " + SOURCE);
            }
            Files.copy(text, source);
        }
        final Optional<String> failure = new Compiler().run(
            List.of("-std=c11", "-D_GNU_SOURCE", "-O2", "-o", program.toString(), source.toString()));
        if (failure.isPresent()) {
            throw new IOException("cannot build the C program: " + failure.get());
        }
    }

    /**
     * Runs a server and a client whose operations follow each other.
     *
     * @param mode how both wait.
     * @param load what the client does.
     * @return the figures of the client.
     * @throws IOException          if a packet was lost, or the program fails.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    public RunFigures run(final WaitMode mode, final ReadLoad load) throws IOException, InterruptedException {
        return run(mode, load, List.of());
    }

    /**
     * Runs a server and a client that starts an operation at a fixed rate and sleeps in between.
     *
     * @param load       what the client does.
     * @param intervalUs time between two operations, in microseconds.
     * @return the figures of the client.
     * @throws IOException          if a packet was lost, or the program fails.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    public RunFigures runAtInterval(final ReadLoad load, final int intervalUs)
        throws IOException, InterruptedException {
        return run(WaitMode.BLOCK, load, List.of(Integer.toString(intervalUs)));
    }

    private RunFigures run(final WaitMode mode, final ReadLoad load, final List<String> interval)
        throws IOException, InterruptedException {
        final Process peer = new ProcessBuilder(program.toString(), "serve", mode.word(), server, PORT)
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            Thread.sleep(START_MS);
            final List<String> command =
                new ArrayList<>(List.of(program.toString(), "measure", mode.word(), client, PORT, server));
            Stream.of(load.requestBytes(), load.responseBytes(), load.responses(), load.depth(), load.operations(),
                load.warmUp()).map(Object::toString).forEach(command::add);
            command.addAll(interval);
            final String[] figures = readOutput(command).strip().split(" ");
            return new RunFigures(Long.parseLong(figures[0]), Long.parseLong(figures[1]),
                Integer.parseInt(figures[2]), Long.parseLong(figures[3]), 0);
        } finally {
            peer.destroyForcibly().waitFor();
        }
    }

    private static String readOutput(final List<String> command) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            if (!process.waitFor(RUN_LIMIT_S, TimeUnit.SECONDS)) {
                throw new IOException("'" + String.join(" ", command) + "' did not end within " + RUN_LIMIT_S
                    + " s; it does not repair the loss of a packet");
            }
            final String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException("'" + String.join(" ", command) + "' ended with status "
                    + process.exitValue() + "; it printed:\n" + printed);
            }
            return printed;
        } finally {
            process.destroyForcibly();
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
}
