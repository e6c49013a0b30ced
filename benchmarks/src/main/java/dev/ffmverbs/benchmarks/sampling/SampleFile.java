// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Samples as text. Each operation has one line for each fact, and then one line for each sample. */
public final class SampleFile {

    private SampleFile() {
    }

    /**
     * Appends the samples of an operation.
     *
     * @param file    file to append to; created if there is none.
     * @param samples the samples.
     * @throws IOException if the file cannot be written.
     */
    public static void append(final Path file, final Samples samples) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(
            file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            writer.write("operation " + samples.operation());
            writer.write("\ncalls-per-sample " + samples.callsPerSample());
            writer.write("\nwarm-up " + samples.warmUpMediansNs().stream()
                .map(median -> String.format(Locale.ROOT, "%.3f", median)).collect(Collectors.joining(" ")));
            writer.write("\nexpected " + samples.expected());
            writer.write("\ncompleted " + samples.completed());
            writer.write("\nallocated-bytes " + samples.allocatedBytes());
            writer.write("\nsamples " + samples.timesNs().length + "\n");
            for (final long timeNs : samples.timesNs()) {
                writer.write(Long.toString(timeNs));
                writer.write('\n');
            }
        }
    }

    /**
     * Reads the samples of all operations.
     *
     * @param file the file.
     * @return the operations in their order.
     * @throws IOException if the file cannot be read, or ends in the middle of an operation.
     */
    public static List<Samples> read(final Path file) throws IOException {
        final List<Samples> all = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            while (true) {
                final String line = reader.readLine();
                if (line == null) {
                    return all;
                }
                all.add(readOne(file, line, reader));
            }
        } catch (final NumberFormatException e) {
            throw new IOException(file + " is not a file of samples: " + e.getMessage(), e);
        }
    }

    private static Samples readOne(final Path file, final String first, final BufferedReader reader)
        throws IOException {
        final String operation = value(file, first, "operation");
        final int calls = Integer.parseInt(value(file, reader.readLine(), "calls-per-sample"));
        final String medians = value(file, reader.readLine(), "warm-up");
        final long expected = Long.parseLong(value(file, reader.readLine(), "expected"));
        final long completed = Long.parseLong(value(file, reader.readLine(), "completed"));
        final long allocated = Long.parseLong(value(file, reader.readLine(), "allocated-bytes"));
        final long[] times = new long[Integer.parseInt(value(file, reader.readLine(), "samples"))];
        for (int i = 0; i < times.length; i++) {
            final String line = reader.readLine();
            if (line == null) {
                throw new IOException(file + " ends after " + i + " of " + times.length + " samples of " + operation);
            }
            times[i] = Long.parseLong(line);
        }
        return new Samples(operation, calls,
            Stream.of(medians.split(" ")).filter(median -> !median.isEmpty()).map(Double::valueOf).toList(),
            expected, completed, allocated, times);
    }

    private static String value(final Path file, final String line, final String name) throws IOException {
        if (line == null || !line.startsWith(name)) {
            throw new IOException(file + " has '" + line + "' where '" + name + "' was expected");
        }
        return line.substring(name.length()).strip();
    }
}
