// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.ffmverbs.benchmarks.statistics.PercentileFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;

/** The folder that a run of {@code bench} leaves: {@code results.json} and a {@code .hgrm} file for each operation. */
public final class ResultFolder {

    /** Name of the file with all figures. */
    public static final String RESULTS = "results.json";

    private static final double PS_PER_NS = 1000;

    private final Path folder;

    /**
     * Names a folder.
     *
     * @param folder the folder, which need not exist.
     */
    public ResultFolder(final Path folder) {
        this.folder = folder;
    }

    /**
     * Creates the folder if there is none, and verifies that it can be written.
     *
     * @throws IOException if it cannot be written; the message says how to fix that.
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
     * @throws IOException if they cannot be written.
     */
    public void write(final Report report) throws IOException {
        Files.writeString(folder.resolve(RESULTS),
            JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(report) + "\n");
    }

    /**
     * Reads the figures of an earlier run.
     *
     * @return the figures.
     * @throws IOException if there are none, or they cannot be read.
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
     * @param name  name of the file, without its suffix.
     * @param times histogram in picoseconds.
     * @throws IOException if they cannot be written.
     */
    public void write(final String name, final Histogram times) throws IOException {
        PercentileFile.write(folder.resolve(name + ".hgrm"), times, PS_PER_NS);
    }
}
