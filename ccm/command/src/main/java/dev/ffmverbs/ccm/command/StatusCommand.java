// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ccm status}: shows the nodes and witnesses of this user on this machine. */
@Command(name = "status", mixinStandardHelpOptions = true,
    description = "Shows the nodes that this user runs on this machine: their sessions, boot ids, heartbeats and"
        + " counters; and the witnesses with their pairs.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:at least one node was found, and all partners of the nodes shown are ALIVE",
        "1:no node was found, a node does not answer or is not working, or a partner is not ALIVE",
        "2:the command line is wrong"})
final class StatusCommand implements Callable<Integer> {

    /** Limit for an answer; a node that runs answers within milliseconds. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final JSON FORMAT = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT);

    @Spec
    private CommandSpec command;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "name of a node; by default, all nodes are shown")
    private String name;

    @Option(names = "--json", description = "print JSON: an array with one object per node; times are in microseconds")
    private boolean json;

    private boolean allAsked = true;

    /** Created by picocli. */
    StatusCommand() {
        // All fields are options.
    }

    @Override
    public Integer call() throws IOException {
        final List<Path> folders = RuntimeFolder.candidates();
        final List<Map<String, Object>> nodes = new ArrayList<>();
        for (final Path folder : folders) {
            for (final NodeSocket socket : sockets(folder)) {
                if (name == null || name.equals(socket.node())) {
                    ask(socket).ifPresent(nodes::add);
                }
            }
        }
        final boolean allShown = print(nodes);
        if (nodes.isEmpty() && allAsked) {
            command.commandLine().getErr().println("ccm: no node" + (name == null ? "" : " " + name)
                + " of this user runs here (looked in "
                + String.join(" and ", folders.stream().map(Path::toString).toList()) + ")");
        }
        return !nodes.isEmpty() && allAsked && allShown && nodes.stream().allMatch(StatusCommand::isWell)
            ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static boolean isWell(final Map<String, Object> node) {
        try {
            return Boolean.TRUE.equals(node.get(StatusQuery.ANSWERS)) && StatusText.isAtWork(node)
                && (WitnessStatus.isIn(node) || node.containsKey("partners"))
                && StatusText.partners(node).stream().allMatch(StatusText::isAlive);
        } catch (final ClassCastException otherVersion) {
            return false;
        }
    }

    /** Returns false if a node was not shown whole. */
    private boolean print(final List<Map<String, Object>> nodes) throws IOException {
        final PrintWriter out = command.commandLine().getOut();
        boolean allShown = true;
        if (json) {
            out.println(FORMAT.asString(nodes));
        } else {
            final StatusText text = new StatusText(out, command.commandLine().getColorScheme().ansi());
            for (final Map<String, Object> node : nodes) {
                allShown &= print(text, node);
            }
        }
        return allShown;
    }

    /** A node of another version may leave out what this one shows, or say it in another way. */
    private boolean print(final StatusText text, final Map<String, Object> node) {
        try {
            text.print(node);
            return true;
        } catch (final NullPointerException | ClassCastException | IndexOutOfBoundsException otherVersion) {
            warn("node " + node.get("name") + ", process " + node.get("process")
                + ", answers as another version of ccm does; ccm status --json shows its answer");
            return false;
        }
    }

    /** Returns the sockets in a folder; prints a warning and returns none if the folder cannot be used. */
    private List<NodeSocket> sockets(final Path folder) {
        try {
            return RuntimeFolder.sockets(folder);
        } catch (final IOException e) {
            warn(e.getMessage());
            return List.of();
        }
    }

    private Optional<Map<String, Object>> ask(final NodeSocket socket) {
        try {
            return StatusQuery.ask(socket, LIMIT);
        } catch (final IOException e) {
            warn("cannot ask node " + socket.node() + " at " + socket.file() + ": " + e.getMessage());
            allAsked = false;
            return Optional.empty();
        }
    }

    private void warn(final String what) {
        command.commandLine().getErr().println("ccm: " + what);
    }
}
