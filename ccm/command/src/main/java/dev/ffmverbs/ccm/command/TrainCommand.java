// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.DeviceAddresses;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine;

/**
 * {@code ccm train}: runs the code that the other commands run when they start, so that the JVM can write a cache of
 * its classes for the launcher.
 *
 * <p>Two nodes in this process find each other, watch each other for a moment, answer a status query, and leave.
 */
@Command(name = "train", hidden = true, description = "Starts two nodes in this process and lets them leave.")
final class TrainCommand implements Callable<Integer> {

    private static final String SOFTWARE_PROVIDER = "softroce";
    private static final String PORT = ":7471";

    /** The second node stays longer, so that it sees its partner leave. */
    private static final int FIRST_S = 1;
    private static final int SECOND_S = 2;

    /** Created by picocli. */
    TrainCommand() {
        // It has no options.
    }

    @Override
    public Integer call() {
        final List<Device> devices = Verbs.devices().stream()
            .filter(device -> SOFTWARE_PROVIDER.equals(device.provider())).limit(2).toList();
        if (devices.size() < 2) {
            throw new CommandFailedException("two software devices are needed, and there are " + devices, null);
        }
        final String first = "first-of-" + ProcessHandle.current().pid();
        final String second = "second-of-" + ProcessHandle.current().pid();
        final CompletableFuture<Integer> firstStatus = CompletableFuture.supplyAsync(
            () -> runNode(first, devices.getFirst(), second, devices.getLast(), FIRST_S), TrainCommand::startThread);
        final CompletableFuture<Integer> secondStatus = CompletableFuture.supplyAsync(
            () -> runNode(second, devices.getLast(), first, devices.getFirst(), SECOND_S), TrainCommand::startThread);
        final boolean left = firstStatus.join() == ExitCode.OK;
        // Its exit status is not 0, because the session has ended.
        run("status", second);
        return secondStatus.join() == ExitCode.OK && left ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static void startThread(final Runnable task) {
        Thread.ofPlatform().name("node in training").start(task);
    }

    private static int runNode(
        final String name, final Device device, final String partner, final Device partnerDevice, final int durationS) {
        return run("node", "--name", name, "--device", device.name(), "--listen", address(device),
            "--partner", partner + "=" + address(partnerDevice), "--duration", Integer.toString(durationS),
            "--report-seconds", "1", "--lines", "JSON");
    }

    private static String address(final Device device) {
        return DeviceAddresses.of(device).getFirst().getHostAddress() + PORT;
    }

    private static int run(final String... arguments) {
        final CommandLine command = CcmCommand.commandLine(arguments);
        return command.setOut(new PrintWriter(Writer.nullWriter())).execute(arguments);
    }
}
