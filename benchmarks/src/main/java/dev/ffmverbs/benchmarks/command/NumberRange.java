// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Refuses numbers that an option does not take, as wrong usage of a command. */
record NumberRange(CommandSpec command) {

    /** Refuses a number that is out of range. */
    void require(final String option, final long value, final long least, final long most) {
        if (value < least || value > most) {
            throw new ParameterException(command.commandLine(),
                option + " takes a number from " + least + " to " + most + ", not " + value);
        }
    }
}
