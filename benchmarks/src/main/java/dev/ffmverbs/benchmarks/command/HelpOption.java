// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import picocli.CommandLine.Option;

/** The option that {@link BenchCommand#commandLine} adds to every command. */
final class HelpOption {

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    @SuppressWarnings("unused") // picocli sets and reads it
    private boolean helpRequested;
}
