// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import dev.ffmverbs.benchmarks.binding.Binding;
import dev.ffmverbs.benchmarks.binding.BindingSession;
import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.rigs.cluster.ClusterWorkload;
import dev.ffmverbs.benchmarks.sampling.MeasuredOperation;
import dev.ffmverbs.benchmarks.sampling.SampleFile;
import dev.ffmverbs.benchmarks.sampling.Sampler;
import dev.ffmverbs.benchmarks.sampling.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Main program of a measuring process. {@code bench} starts it with the arguments of {@code reference.c}. */
public final class Worker {

    private static final int FIXED_ARGUMENTS = 5;
    private static final long SMALL_BUFFER_BYTES = 8192;

    private Worker() {
    }

    /**
     * Measures one suite and writes the samples.
     *
     * @param arguments binding, suite, name of the verbs device, milliseconds for each operation, file for the samples,
     *                  and sizes in bytes.
     * @throws InterruptedException if the main thread is interrupted.
     * @throws IOException          if samples cannot be written.
     */
    public static void main(final String[] arguments) throws InterruptedException, IOException {
        final Binding binding = Binding.find(arguments[0]);
        final String suite = arguments[1];
        final String deviceName = arguments[2];
        final Sampler sampler = new Sampler(Long.parseLong(arguments[3]));
        final Path file = Path.of(arguments[4]);
        if (ClusterWorkload.SUITES.contains(suite)) {
            measureNodes(suite, deviceName, Long.parseLong(arguments[3]), file);
            return;
        }
        final List<Long> sizes = Arrays.stream(arguments).skip(FIXED_ARGUMENTS).map(Long::valueOf).toList();
        final long largest = sizes.stream().mapToLong(Long::longValue).max().orElse(0);
        final long bufferBytes =
            suite.equals("data-path") ? Math.max(SMALL_BUFFER_BYTES, 2 * largest) : SMALL_BUFFER_BYTES;
        try (BindingSession session = binding.open(deviceName, bufferBytes)) {
            final boolean stub = deviceName.equals(MeasuredDevice.STUB.verbsName());
            createWorkload(suite, session, stub, sizes).measure(new Recorder(sampler, file));
        }
    }

    private static void measureNodes(
        final String suite, final String deviceName, final long budgetMs, final Path file)
        throws InterruptedException, IOException {
        for (final Samples samples : ClusterWorkload.of(suite, deviceName, budgetMs).measure()) {
            SampleFile.append(file, samples);
        }
    }

    private static Workload createWorkload(
        final String suite, final BindingSession session, final boolean stub, final List<Long> sizes) {
        return switch (suite) {
            case "calls" -> new CallWorkload(session, stub);
            case "data-path" -> new DataPathWorkload(session, sizes);
            case "registration" -> new RegistrationWorkload(session, sizes);
            default -> throw new IllegalArgumentException("no suite named " + suite);
        };
    }

    /** Writes the samples of each operation as soon as it is measured, so that an interrupted run keeps them. */
    private record Recorder(Sampler sampler, Path file) implements Workload.Measure {

        @SuppressWarnings("unused") // written so that the compiler cannot drop the computation of results
        private static volatile long kept;

        @Override
        public void accept(final MeasuredOperation operation) {
            try {
                SampleFile.append(file, sampler.take(operation));
            } catch (final IOException e) {
                throw new UncheckedIOException("cannot write samples to " + file, e);
            }
        }

        @Override
        public void keep(final long results) {
            kept = results;
        }
    }
}
