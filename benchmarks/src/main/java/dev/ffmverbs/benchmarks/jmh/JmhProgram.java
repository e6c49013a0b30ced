// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.Main;

/** JMH's own program, over the benchmarks of this package. */
public final class JmhProgram {

    private JmhProgram() {
    }

    /**
     * Runs JMH. It ends the process itself if a benchmark fails.
     *
     * @param arguments JMH's arguments.
     * @throws IOException if JMH cannot read its list of benchmarks.
     */
    public static void run(final List<String> arguments) throws IOException {
        Main.main(arguments.toArray(String[]::new));
    }
}
