// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ccm status}: how the nodes of this user on this machine are. */
@Command(name = "status", mixinStandardHelpOptions = true,
    description = "Shows the nodes that this user runs on this machine: their sessions, boot ids, heartbeats and"
        + " counters.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:there is such a node, and every partner it has is ALIVE",
        "1:there is none, or some partner is not", "2:the command line is wrong"})
final class StatusCommand implements Callable<Integer> {

    private static final int SHORT_BOOT_ID = 12;
    private static final String ROW = "  %-12s %-8s %-10s %-13s %7s %6s %4s %8s %8s %8s%n";
    private static final JSON FORMAT = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT);

    @Spec
    private CommandSpec command;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "name of the node; all by default")
    private String name;

    @Option(names = "--json", description = "print JSON: a list of nodes, times in microseconds")
    private boolean json;

    /** Created by picocli. */
    StatusCommand() {
        // all fields are options
    }

    @Override
    public Integer call() throws IOException {
        final List<Map<String, Object>> nodes = new ArrayList<>();
        for (final Path socket : RuntimeFolder.sockets()) {
            ask(socket).filter(node -> name == null || name.equals(node.get("name"))).ifPresent(nodes::add);
        }
        final PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(FORMAT.asString(nodes));
        } else {
            nodes.forEach(node -> print(node, out));
        }
        if (nodes.isEmpty()) {
            command.commandLine().getErr().println("ccm: no node" + (name == null ? "" : " " + name)
                + " of this user runs here (looked in " + RuntimeFolder.path() + ")");
        }
        final boolean allAlive = nodes.stream().flatMap(node -> partners(node).stream())
            .allMatch(partner -> "ALIVE".equals(partner.get("liveness")));
        return !nodes.isEmpty() && allAlive ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Asks a node; empty when it is gone, and its socket is then removed. */
    private static Optional<Map<String, Object>> ask(final Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return Optional.of(JSON.std.mapFrom(
                new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8)));
        } catch (final ConnectException e) {
            Files.deleteIfExists(socket);
            return Optional.empty();
        } catch (final NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> partners(final Map<String, Object> node) {
        return (List<Map<String, Object>>) node.get("partners");
    }

    private static void print(final Map<String, Object> node, final PrintWriter out) {
        out.printf(Locale.ROOT, "Node %s at %s on %s, process %s, up %s s%n  boot id %s, rejected: %s%n",
            node.get("name"), node.get("listen"), node.get("device"), node.get("process"),
            node.get("uptimeS"), node.get("bootId"),
            ((Map<?, ?>) node.get("rejections")).isEmpty() ? "nobody" : node.get("rejections"));
        out.printf(ROW, "partner", "state", "phase", "boot id", "beats", "missed", "torn", "p50 us", "p99 us",
            "max us");
        for (final Map<String, Object> partner : partners(node)) {
            final Map<?, ?> beats = (Map<?, ?>) partner.get("heartbeat");
            final String bootId = (String) partner.get("bootId");
            out.printf(Locale.ROOT, ROW, partner.get("name"), partner.get("liveness"),
                partner.get("phase") == null ? "-" : partner.get("phase"),
                bootId == null ? "-" : bootId.substring(0, SHORT_BOOT_ID), beats.get("count"), beats.get("missed"),
                beats.get("torn"), beats.get("p50Us"), beats.get("p99Us"), beats.get("maxUs"));
        }
    }
}
