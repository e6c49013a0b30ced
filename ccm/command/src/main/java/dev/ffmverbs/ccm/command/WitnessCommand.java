// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.witness.Witness;
import dev.ffmverbs.ccm.witness.WitnessedPair;
import dev.ffmverbs.cm.ConnectionException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ccm witness}: runs a witness until a signal ends it. */
@Command(name = "witness", mixinStandardHelpOptions = true,
    description = "Runs a witness: memory in which pairs of nodes decide which of them owns. It serves up to 16384"
        + " pairs, and ends cleanly on SIGTERM and on SIGINT. A witness that has just started is empty, and a pair can"
        + " use it as soon as both nodes agree.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:a signal has ended the witness", "1:it could not start; standard error says why",
        "2:the command line is wrong"})
final class WitnessCommand implements Callable<Integer> {

    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final double NS_PER_SECOND = 1e9;

    @Spec
    private CommandSpec command;

    @Option(names = "--listen", required = true, paramLabel = "ADDRESS:PORT", converter = Converters.Address.class,
        description = "address and port of the witness; the address must be one of the device's")
    private InetSocketAddress listenAddress;

    @Option(names = "--device", paramLabel = "DEVICE", description = "RDMA device; by default, the first one found")
    private String deviceName;

    @Option(names = "--secret-file", paramLabel = "FILE",
        description = "file with the secret that the nodes of all pairs share with the witness; only its owner may have"
            + " access to it. By default, the secret is taken from the environment variable " + Secrets.VARIABLE
            + "; if that is not set either, anybody can connect")
    private Path secretFile;

    @Option(names = "--controlled", hidden = true, description = "end when standard input ends")
    private boolean controlled;

    private final long startNs = System.nanoTime();
    private final StopSignal signal = new StopSignal();
    private final Map<String, String> printed = new HashMap<>();

    /** Created by picocli. */
    WitnessCommand() {
        // All fields are options.
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            final SharedSecret secret = readSecret();
            final Device device = deviceName == null ? Verbs.defaultDevice() : Verbs.device(deviceName);
            try (Witness witness = start(device, secret)) {
                signal.install(command.commandLine().getOut()::flush);
                if (controlled) {
                    NodeControl.start(device.name(), () -> { }, signal::stop);
                }
                run(new WitnessStatus(witness, device, secret.isPresent(), startNs), secret);
            }
            print("ended");
            signal.status(ExitCode.OK);
            return ExitCode.OK;
        } finally {
            signal.finish();
        }
    }

    private SharedSecret readSecret() {
        try {
            return Secrets.find(secretFile);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private Witness start(final Device device, final SharedSecret secret) {
        try {
            return Witness.start(device, listenAddress, secret);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        } catch (final ConnectionException e) {
            throw CommandFailedException.ofListening(e, device);
        }
    }

    private void run(final WitnessStatus status, final SharedSecret secret) throws InterruptedException {
        final Witness witness = status.witness();
        print("listens at " + NodeLog.text(witness.address()) + ", incarnation " + witness.incarnation() + " (device "
            + status.device().name() + " of " + status.device().provider() + ", " + secret + ")");
        final StatusServer server = StatusServer.startIfPossible(status.name(), status::toJson, reason ->
            print("has no socket: ccm status does not show it; everything else works (" + reason + ")"));
        try {
            while (!signal.await(LOOK_NS)) {
                witness.pairs().forEach(this::printIfNew);
            }
        } finally {
            if (server != null) {
                server.close();
            }
        }
    }

    private void printIfNew(final WitnessedPair pair) {
        final String text = "pair " + pair.name() + ": nodes connected: " + pair.connectedNodes() + ", "
            + WitnessStatus.describeWord(pair.word().term(), pair.ownerName());
        if (!text.equals(printed.put(pair.name(), text))) {
            print(text);
        }
    }

    private void print(final String text) {
        final PrintWriter out = command.commandLine().getOut();
        out.printf(Locale.ROOT, "%7.3f s  witness %s%n", (System.nanoTime() - startNs) / NS_PER_SECOND,
            EventLines.removeControls(text));
        out.flush();
    }
}
