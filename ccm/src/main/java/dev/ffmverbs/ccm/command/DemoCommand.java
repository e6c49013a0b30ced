// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ccm demo}: two nodes in two processes find each other, beat, and part. */
@Command(name = "demo", mixinStandardHelpOptions = true,
    description = "Starts two nodes in two processes and shows the four steps of the handshake both ways, then live"
        + " heartbeats. Node A leaves first, then node B.")
final class DemoCommand implements Callable<Integer> {

    /** Time for two JVMs to start and to meet, even on an emulated processor. */
    private static final long MEET_S = 120;
    private static final long POLL_MS = 20;
    private static final int MAXIMUM_PORT = 65_534;
    private static final int MAXIMUM_DEVICES = 2;

    @Spec
    private CommandSpec command;

    @Option(names = "--device", paramLabel = "DEVICE", split = ",",
        description = "RDMA device, or two of them for one node each; the first there is by default")
    private List<String> devices = new ArrayList<>();

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "7471",
        description = "port of node A, 7471 by default; node B gets the next one")
    private int port;

    @Option(names = "--duration", paramLabel = "SECONDS", defaultValue = "5",
        description = "how long to watch the sessions, 5 by default")
    private long durationS;

    @Option(names = "--json", paramLabel = "FILE", description = "write the results there")
    private Path json;

    /** Created by picocli. */
    DemoCommand() {
        // all fields are options
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        requireSense();
        final DemoPlacement placement = DemoPlacement.choose(devices, port);
        final PrintWriter out = command.commandLine().getOut();
        out.println("Two nodes in two processes: A on " + placement.a() + ", B on " + placement.b());
        out.flush();
        final Path folder = Files.createTempDirectory("ccm-demo");
        final Path resultsA = folder.resolve("a.json");
        final Path resultsB = folder.resolve("b.json");
        try {
            final List<String> failures = run(placement, resultsA, resultsB);
            if (failures.isEmpty()) {
                final DemoReport report = new DemoReport(NodeReport.read(resultsA), NodeReport.read(resultsB));
                report.print(out);
                if (json != null) {
                    NodeReport.write(json, report.json());
                }
                failures.addAll(report.failures());
            }
            return verdict(failures, out);
        } finally {
            Files.deleteIfExists(resultsA);
            Files.deleteIfExists(resultsB);
            Files.delete(folder);
        }
    }

    private void requireSense() {
        if (durationS < 1) {
            throw new ParameterException(command.commandLine(), "--duration is " + durationS + "; it must be at least 1"
                + " second");
        }
        if (port < 1 || port > MAXIMUM_PORT) {
            throw new ParameterException(command.commandLine(), "--port is " + port + "; it must be 1 to "
                + MAXIMUM_PORT + ", since node B gets the next one");
        }
        if (devices.size() > MAXIMUM_DEVICES) {
            throw new ParameterException(command.commandLine(), "--device names " + devices.size()
                + " devices; there are two nodes");
        }
    }

    /** Runs both nodes to their end; returns what went wrong. */
    private List<String> run(final DemoPlacement placement, final Path resultsA, final Path resultsB)
        throws InterruptedException {
        final List<String> failures = new ArrayList<>();
        final CountDownLatch sessions = new CountDownLatch(2);
        try (NodeProcess a = NodeProcess.start(placement.a().jvmOptions(),
                 arguments("A", placement.a(), "B", placement.b(), resultsA), line -> print("A", line, sessions));
             NodeProcess b = NodeProcess.start(placement.b().jvmOptions(),
                 arguments("B", placement.b(), "A", placement.a(), resultsB), line -> print("B", line, sessions))) {
            if (bothMeet(a, b, sessions)) {
                watch(a, b);
            } else if (a.isAlive() && b.isAlive()) {
                failures.add("the nodes did not meet within " + MEET_S + " s");
            }
            a.stop();
            require(a.await(), "A", failures);
            b.stop();
            require(b.await(), "B", failures);
        }
        return failures;
    }

    private static boolean bothMeet(final NodeProcess a, final NodeProcess b, final CountDownLatch sessions)
        throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!sessions.await(POLL_MS, TimeUnit.MILLISECONDS)) {
            if (!a.isAlive() || !b.isAlive() || System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(MEET_S)) {
                return false;
            }
        }
        return true;
    }

    private void watch(final NodeProcess a, final NodeProcess b) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (a.isAlive() && b.isAlive() && System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(durationS)) {
            Thread.sleep(POLL_MS);
        }
    }

    private static List<String> arguments(
        final String name, final DemoPlacement.Place place, final String partner,
        final DemoPlacement.Place partnerPlace, final Path results) {
        return List.of("--name", name, "--device", place.deviceName(), "--listen", NodeLog.text(place.address()),
            "--partner", partner + "=" + NodeLog.text(partnerPlace.address()), "--report-seconds", "1",
            "--json", results.toString());
    }

    private static void require(final int exitStatus, final String node, final List<String> failures) {
        if (exitStatus != ExitCode.OK) {
            failures.add(exitStatus < 0 ? "node " + node + " did not end in time and was killed"
                : "node " + node + " ended with exit status " + exitStatus);
        }
    }

    private synchronized void print(final String node, final String line, final CountDownLatch sessions) {
        final PrintWriter out = command.commandLine().getOut();
        out.println(node + " | " + line);
        out.flush();
        if (line.contains(NodeLog.SESSION_UP)) {
            sessions.countDown();
        }
    }

    private int verdict(final List<String> failures, final PrintWriter out) {
        if (failures.isEmpty()) {
            out.println("Both sessions were established, beat, and closed cleanly.");
            out.flush();
            return ExitCode.OK;
        }
        failures.forEach(failure -> command.commandLine().getErr().println("ccm: " + failure));
        return ExitCode.SOFTWARE;
    }
}
