// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Runs a process that tries a library before anything is measured with it. Some libraries find out only while they work
 * whether they can, and one that is missing may end the process.
 */
public final class Trial {

    private static final int LINES_SHOWN = 3;

    private Trial() {
    }

    /**
     * What a process did.
     *
     * @param hasSucceeded whether its status is 0.
     * @param hasEnded     false if it was killed when its time was over.
     * @param text         what it printed.
     */
    public record Outcome(boolean hasSucceeded, boolean hasEnded, String text) {

        /**
         * Returns the first lines that say something.
         *
         * @param shorten removes from a line what does not.
         * @return one line.
         */
        public String selectCause(final UnaryOperator<String> shorten) {
            return String.join("; ", text.lines().filter(line -> !line.isBlank() && !line.startsWith("\t"))
                .map(line -> shorten.apply(line).replaceFirst("^Exception in thread \"main\" ", "").strip())
                .distinct().limit(LINES_SHOWN).toList());
        }
    }

    /**
     * Runs a process and kills it if it does not end.
     *
     * @param library the name of what is tried.
     * @param command its command line.
     * @param limit   its time.
     * @param judge   says why the library cannot be used; empty if it can.
     * @return what {@code judge} says, or why the process could not be run.
     */
    public static Optional<String> run(final String library, final List<String> command, final Duration limit,
        final Function<Outcome, Optional<String>> judge) {
        try {
            final Path printed = Files.createTempFile(library + "-", ".txt");
            try {
                return judge.apply(run(command, limit, printed));
            } finally {
                Files.delete(printed);
            }
        } catch (final IOException e) {
            return Optional.of(library + " cannot be tried: " + e.getMessage());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the trial of " + library + " was interrupted");
        }
    }

    private static Outcome run(final List<String> command, final Duration limit, final Path printed)
        throws IOException, InterruptedException {
        final Process process = GuardedProcess.start(
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile()));
        final boolean hasEnded = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        return new Outcome(hasEnded && process.exitValue() == 0, hasEnded, Files.readString(printed));
    }
}
