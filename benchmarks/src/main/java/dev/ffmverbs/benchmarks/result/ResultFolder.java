// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;

/** The folder that a run of {@code bench} leaves: {@code results.json}, and a {@code .hgrm} file for each operation. */
public final class ResultFolder {

    /** Name of the file with all figures. */
    public static final String RESULTS = "results.json";

    private static final int TICKS_PER_HALF_DISTANCE = 5;
    private static final double PS_PER_NS = 1000;

    private final Path folder;

    /**
     * Names a folder.
     *
     * @param folder the folder.
     */
    public ResultFolder(final Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the folder where there is none and makes sure that it can be written.
     *
     * @throws IOException when it cannot, with what to do.
     */
    public void prepare() throws IOException {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "writable", ""));
        } catch (final IOException e) {
            throw new IOException("cannot write to " + folder + " (" + e + "): choose another folder with --out", e);
        }
    }

    /**
     * Writes the figures.
     *
     * @param report the figures.
     * @throws IOException when they cannot be written.
     */
    public void write(final Report report) throws IOException {
        Files.writeString(folder.resolve(RESULTS),
            JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(report) + "\n");
    }

    /**
     * Reads the figures of a former run.
     *
     * @return the figures.
     * @throws IOException when there are none, or they cannot be read.
     */
    public Report read() throws IOException {
        final Path file = folder.resolve(RESULTS);
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no " + RESULTS + " in " + folder + ": it is not a folder that bench wrote");
        }
        try {
            return JSON.std.beanFrom(Report.class, Files.readString(file));
        } catch (final IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes percentiles in nanoseconds, in the {@code .hgrm} format that HdrHistogram's plotters read.
     *
     * @param name  name of the file, without its ending.
     * @param times histogram in picoseconds.
     * @throws IOException when they cannot be written.
     */
    public void write(final String name, final Histogram times) throws IOException {
        final Path file = folder.resolve(name + ".hgrm");
        try (PrintStream output = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            times.outputPercentileDistribution(output, TICKS_PER_HALF_DISTANCE, PS_PER_NS);
            if (output.checkError()) {
                throw new IOException("cannot write to " + file);
            }
        }
    }
}
