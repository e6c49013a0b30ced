// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Device;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.FreePort;
import dev.ffmverbs.interop.Perftest.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays perftest's programs in both roles. C clients print a row of results when they have reached their end. */
class PerftestTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ITERATIONS = 300;

    private static void serve(final Program program, final DevicePair devices) throws Exception {
        devices.requireManualConnections();
        CProgram.require(program.command(), "perftest", devices.left());
        final CProgram.Result result = CProgram.runClient(port -> command(program, devices.left(), port),
            listening -> Perftest.serve(program, devices.right(), listening, ITERATIONS, LIMIT), LIMIT);
        assertTrue(result.output().lines().anyMatch(line -> line.strip().matches("\\d+ +" + ITERATIONS + " .*")),
            result::toString);
    }

    private static List<String> command(final Program program, final Device device, final int port) {
        final List<String> command = new ArrayList<>(List.of(program.command(), "-d", device.name(),
            "-x", Integer.toString(DeviceAddress.of(device).index()), "-F",
            "-n", Integer.toString(ITERATIONS), "-p", Integer.toString(port)));
        command.addAll(program.options());
        return command;
    }

    private static void ask(final Program program, final DevicePair devices) throws Exception {
        devices.requireManualConnections();
        CProgram.require(program.command(), "perftest", devices.left());
        final int port = FreePort.find();
        try (CProgram server = CProgram.start(command(program, devices.left(), port))) {
            Perftest.ask(program, devices.right(), "127.0.0.1", port, ITERATIONS, LIMIT);

            final CProgram.Result result = server.await(LIMIT);
            assertEquals(0, result.exitStatus(), result::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void readsFromTheCServer(final DevicePair devices) throws Exception {
        ask(Program.IB_READ_BW, devices);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void addsAtomicallyAtTheCServer(final DevicePair devices) throws Exception {
        ask(Program.IB_ATOMIC_BW, devices);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void writesToTheCServerOverAnUnreliableConnection(final DevicePair devices) throws Exception {
        ask(Program.IB_WRITE_BW, devices);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void sendsDatagramsThatTheCServerAnswers(final DevicePair devices) throws Exception {
        ask(Program.IB_SEND_LAT, devices);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void servesReads(final DevicePair devices) throws Exception {
        serve(Program.IB_READ_BW, devices);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void servesAtomics(final DevicePair devices) throws Exception {
        serve(Program.IB_ATOMIC_BW, devices);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void servesWritesOverAnUnreliableConnection(final DevicePair devices) throws Exception {
        serve(Program.IB_WRITE_BW, devices);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void answersDatagrams(final DevicePair devices) throws Exception {
        serve(Program.IB_SEND_LAT, devices);
    }
}
