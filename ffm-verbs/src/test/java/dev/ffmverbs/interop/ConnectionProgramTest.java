// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Device;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.interop.ConnectionProgram.Program;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests the programs of rdmacm-utils that exchange messages over connections, in both roles. The server uses the right
 * device of a pair, the client the left one.
 */
@Timeout(90)
class ConnectionProgramTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SENDS_FIRST =
        "ucmatose's server sends first, which only the connecting side may (RFC 5044, 7.1.2)";
    private static final int TRAFFIC_CLASS = 104;

    /** Each program has a port, because the system may still hold that of the last one. */
    private static final int FIRST_PORT = 18_611;

    private static List<String> options(final Program program, final Device device, final boolean server) {
        final List<String> command = new ArrayList<>(List.of(program.command()));
        switch (program) {
            case UCMATOSE, CMTIME -> command.addAll(List.of("-b", DeviceAddress.text(device), "-p", port(program),
                "-c", Integer.toString(program.connections)));
            case RDMA_SERVER -> command.addAll(List.of("-s", DeviceAddress.text(device), "-p", port(program)));
            default -> command.addAll(List.of("-p", port(program)));
        }
        if (program == Program.UCMATOSE && !server) {
            command.addAll(List.of("-t", Integer.toString(TRAFFIC_CLASS)));
        }
        return command;
    }

    private static String port(final Program program) {
        return Integer.toString(FIRST_PORT + program.ordinal());
    }

    /** Returns the traffic class that a connection must have; -1 for any. */
    private static int trafficClass(final Program program) {
        return program == Program.UCMATOSE ? TRAFFIC_CLASS : -1;
    }

    private static void serveCClient(final Program program, final DevicePair devices) throws Exception {
        devices.require();
        CProgram.require(program.command(), "rdmacm-utils", devices.left());
        try (CProgram.Later client = new CProgram.Later()) {
            final InetSocketAddress address = new InetSocketAddress(
                DeviceAddress.address(devices.right()), Integer.parseInt(port(program)));
            ConnectionProgram.serve(program, devices.right(), address,
                trafficClass(program), listening -> {
                    final List<String> command = options(program, devices.left(), false);
                    command.addAll(List.of("-s", DeviceAddress.text(devices.right())));
                    client.launch(command);
                });
            client.requireSuccess(LIMIT);
        }
    }

    /** A C server that does not end by itself is killed. */
    private static void playWithCServer(final Program program, final DevicePair devices, final boolean ends)
        throws Exception {
        devices.require();
        CProgram.require(program.command(), "rdmacm-utils", devices.right());
        try (CProgram server = CProgram.start(options(program, devices.right(), true))) {
            ConnectionProgram.start(program, devices.left(),
                new InetSocketAddress(DeviceAddress.text(devices.left()), 0),
                new InetSocketAddress(DeviceAddress.text(devices.right()), Integer.parseInt(port(program))),
                trafficClass(program));
            if (ends) {
                server.requireSuccess(LIMIT);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void servesUcmatoseWithTheTrafficClassThatItAsksFor(final DevicePair devices) throws Exception {
        devices.requireOtherThanIwarp(SENDS_FIRST);
        serveCClient(Program.UCMATOSE, devices);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void playsWithUcmatose(final DevicePair devices) throws Exception {
        devices.requireOtherThanIwarp(SENDS_FIRST);
        playWithCServer(Program.UCMATOSE, devices, true);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void servesTheConnectionsThatCmtimeMeasures(final DevicePair devices) throws Exception {
        serveCClient(Program.CMTIME, devices);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void connectsToCmtime(final DevicePair devices) throws Exception {
        playWithCServer(Program.CMTIME, devices, false);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void servesRdmaClient(final DevicePair devices) throws Exception {
        serveCClient(Program.RDMA_CLIENT, devices);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void playsWithRdmaServer(final DevicePair devices) throws Exception {
        playWithCServer(Program.RDMA_SERVER, devices, true);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void servesRdmaXclient(final DevicePair devices) throws Exception {
        serveCClient(Program.RDMA_XCLIENT, devices);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void playsWithRdmaXserver(final DevicePair devices) throws Exception {
        playWithCServer(Program.RDMA_XSERVER, devices, true);
    }
}
