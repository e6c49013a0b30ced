// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.rigs.soft.Load;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of commands that measure sides in turns: how many runs, and how long each. */
final class TurnOptions {

    private static final int MOST_SECONDS = 3600;
    private static final double MS_PER_S = 1e3;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec specification;

    @Option(names = "--runs", defaultValue = "5", paramLabel = "COUNT",
        description = "Runs of each side (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--seconds", defaultValue = "2", paramLabel = "SECONDS",
        description = "How long a run is measured (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--warm-up", defaultValue = "4", paramLabel = "SECONDS",
        description = "How long a JVM warms up before that (${DEFAULT-VALUE}).")
    private double warmUpSeconds;

    /** Refuses what is out of range, as wrong usage of the command. Call it before anything else. */
    void requireNumbersInRange() {
        final NumberRange range = new NumberRange(specification);
        range.require("--runs", runs, 1, Integer.MAX_VALUE);
        range.require("--seconds", (long) (seconds * MS_PER_S), 1, MOST_SECONDS * (long) MS_PER_S);
        range.require("--warm-up", (long) (warmUpSeconds * MS_PER_S), 0, MOST_SECONDS * (long) MS_PER_S);
    }

    /** Returns the number of runs of each side. */
    int runs() {
        return runs;
    }

    /** Returns how long a run warms up and is measured. */
    Load.Duration duration() {
        return new Load.Duration((int) (warmUpSeconds * MS_PER_S), (int) (seconds * MS_PER_S));
    }
}
