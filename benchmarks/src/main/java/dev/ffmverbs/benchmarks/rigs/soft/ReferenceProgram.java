// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The C program that moves the same packets, built when it is first needed. */
final class ReferenceProgram implements AutoCloseable {

    private static final String SOURCE = "/dev/ffmverbs/benchmarks/natives/udp_reference.c";
    private static final long BUILD_LIMIT_S = 60;
    private static final long RUN_LIMIT_S = 300;
    private static final long START_MS = 200;
    private static final String PORT = "4791";

    private final Path folder;
    private final Path program;
    private final String client;
    private final String server;

    /** Builds it, to run at two loopback addresses. */
    ReferenceProgram(final String client, final String server) throws IOException, InterruptedException {
        this.client = client;
        this.server = server;
        folder = Files.createTempDirectory("udp-reference");
        program = folder.resolve("udp_reference");
        final Path source = folder.resolve("udp_reference.c");
        try (InputStream text = ReferenceProgram.class.getResourceAsStream(SOURCE)) {
            if (text == null) {
                throw new IOException("this build lacks " + SOURCE);
            }
            Files.copy(text, source);
        }
        output(List.of("cc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-o", program.toString(), source.toString()),
            BUILD_LIMIT_S);
    }

    /** One run of a server and a client, whose operations follow each other. */
    RunFigures run(final WaitMode mode, final ReadLoad load) throws IOException, InterruptedException {
        return run(mode, load, List.of());
    }

    /** One run of a server and a client that sleep in between, with an operation every interval. */
    RunFigures runAtInterval(final ReadLoad load, final int intervalUs) throws IOException, InterruptedException {
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
            final String[] figures = output(command, RUN_LIMIT_S).strip().split(" ");
            return new RunFigures(Long.parseLong(figures[0]), Long.parseLong(figures[1]), Integer.parseInt(figures[2]),
                Long.parseLong(figures[3]), 0);
        } finally {
            peer.destroyForcibly().waitFor();
        }
    }

    private static String output(final List<String> command, final long limitS)
        throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            if (!process.waitFor(limitS, TimeUnit.SECONDS)) {
                throw new IOException(String.join(" ", command) + " did not end within " + limitS + " s; a packet may"
                    + " have been lost, which it does not repair");
            }
            final String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " ended with status " + process.exitValue() + ": "
                    + printed);
            }
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }

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
