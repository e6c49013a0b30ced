// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.statistics;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;

/** Writes percentiles in the {@code .hgrm} format, which HdrHistogram's plotters read. */
public final class PercentileFile {

    private static final int TICKS_PER_HALF_DISTANCE = 5;

    private PercentileFile() {
    }

    /**
     * Writes the percentiles of a histogram.
     *
     * @param file         file to write; its folder exists.
     * @param values       recorded values.
     * @param unitsPerUnit number of the histogram's units in one unit of the file: 1000 turns nanoseconds into
     *                     microseconds.
     * @throws IOException if the file cannot be written.
     */
    public static void write(final Path file, final Histogram values, final double unitsPerUnit) throws IOException {
        try (PrintStream output = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            values.outputPercentileDistribution(output, TICKS_PER_HALF_DISTANCE, unitsPerUnit);
            if (output.checkError()) {
                throw new IOException("cannot write percentiles to " + file);
            }
        }
    }
}
