// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.concurrent.CompletableFuture;

/**
 * Starts processes that do not outlive this one, however it ends.
 *
 * <p>A signal ends this process without closing anything, and SIGKILL leaves it no time for a hook. Therefore another
 * process, the guard, knows what was started. Its standard input ends with this process, and it then kills what still
 * runs, also if that is stopped. What a guarded process starts is not guarded.
 */
public final class GuardedProcess {

    /** It ignores the signals that a terminal sends to all its processes, because its input has not ended then. */
    private static final String GUARD = """
        trap '' INT TERM HUP QUIT
        running=
        while read -r event number; do
            if [ "$event" = started ]; then
                running="$running $number"
            else
                others=
                for other in $running; do
                    [ "$other" = "$number" ] || others="$others $other"
                done
                running=$others
            fi
        done
        [ -z "$running" ] || kill -KILL $running
        """;

    private static Writer guard;

    private GuardedProcess() {
    }

    /**
     * Starts a process.
     *
     * @param builder its command, environment and redirections.
     * @return the process. It is killed when this process ends, if it still runs.
     * @throws IOException if it, or the guard, cannot be started.
     */
    public static Process start(final ProcessBuilder builder) throws IOException {
        requireGuard();
        final Process process = builder.start();
        boolean guarded = false;
        try {
            tell("started " + process.pid());
            guarded = true;
        } finally {
            if (!guarded) {
                process.destroyForcibly();
            }
        }
        final CompletableFuture<Void> ignored = process.onExit().thenAccept(ended -> forget(ended.pid()));
        return process;
    }

    private static synchronized void requireGuard() throws IOException {
        if (guard == null) {
            guard = new ProcessBuilder("sh", "-c", GUARD).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start().outputWriter();
        }
    }

    /** The number of a process that has ended may soon be that of another one. */
    private static void forget(final long number) {
        try {
            tell("ended " + number);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized void tell(final String line) throws IOException {
        try {
            guard.append(line).append('\n').flush();
        } catch (final IOException e) {
            throw new IOException("the process that guards others for this one has ended: " + e.getMessage(), e);
        }
    }
}
