// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.io.PrintWriter;
import java.util.Arrays;
import org.junit.platform.console.ConsoleLauncher;

/**
 * Runs tests again and again in one process, until a run fails: what depends on luck shows when luck is asked often.
 *
 * <p>Arguments are the number of runs and those of JUnit's console launcher.
 */
final class RepeatedSuite {

    private RepeatedSuite() {
    }

    /** Ends the process with the status of the first run that failed, or 0. */
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
