// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.io.PrintWriter;
import java.util.Arrays;
import org.junit.platform.console.ConsoleLauncher;

/**
 * Runs tests repeatedly in one process until a run fails. Repetition exposes failures that depend on timing.
 *
 * <p>The arguments are the number of runs, followed by the arguments of JUnit's console launcher.
 */
final class RepeatedSuite {

    private RepeatedSuite() {
    }

    /** Exits with the status of the first run that failed, or with 0. */
    public static void main(final String... arguments) {
        final int runs = Integer.parseInt(arguments[0]);
        final String[] launcherArguments = Arrays.copyOfRange(arguments, 1, arguments.length);
        final PrintWriter out = new PrintWriter(System.out, true);
        for (int run = 1; run <= runs; run++) {
            final long startNs = System.nanoTime();
            final int status = ConsoleLauncher.run(out, out, launcherArguments).getExitCode();
            out.printf("run %d of %d: status %d after %d s%n", run, runs, status,
                (System.nanoTime() - startNs) / 1_000_000_000);
            if (status != 0) {
                System.exit(status);
            }
        }
        System.exit(0);
    }
}
