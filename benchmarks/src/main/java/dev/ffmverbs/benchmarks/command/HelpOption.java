// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import picocli.CommandLine.Option;

/** The option that every command has. */
final class HelpOption {

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean helpRequested;
}
