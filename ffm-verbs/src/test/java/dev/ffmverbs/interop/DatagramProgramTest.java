// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.DevicePair;
import dev.ffmverbs.Unsupported;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests udaddy and mckey in both roles. The server uses the right device of a pair, the client the left one. */
@Timeout(90)
class DatagramProgramTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String GROUP = "239.4.7.91";

    /** udaddy has one port. */
    private static final int PORT = 7174;

    private static void requireAllData(final CProgram.Result result) {
        assertTrue(result.output().contains("data transfers complete"), result::output);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void answersTheMessagesOfUdaddy(final DevicePair devices) throws Exception {
        devices.require();
        CProgram.require("udaddy", "rdmacm-utils", devices.left());
        try (CProgram.Later client = new CProgram.Later()) {
            DatagramProgram.serve(devices.right(), new InetSocketAddress(DeviceAddress.text(devices.right()), PORT),
                () -> client.launch(List.of("udaddy", "-s", DeviceAddress.text(devices.right()),
                    "-b", DeviceAddress.text(devices.left()))));
            requireAllData(client.requireSuccess(LIMIT));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void sendsMessagesToUdaddy(final DevicePair devices) throws Exception {
        devices.require();
        CProgram.require("udaddy", "rdmacm-utils", devices.right());
        try (CProgram server = CProgram.start(List.of("udaddy", "-b", DeviceAddress.text(devices.right())))) {
            DatagramProgram.start(devices.left(), new InetSocketAddress(DeviceAddress.text(devices.left()), 0),
                new InetSocketAddress(DeviceAddress.text(devices.right()), PORT));
            requireAllData(server.requireSuccess(LIMIT));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void receivesWhatMckeySendsToAGroup(final DevicePair devices) throws Exception {
        devices.require();
        CProgram.require("mckey", "rdmacm-utils", devices.left());
        Assumptions.assumeFalse(Unsupported.isNewRxe(devices.right()),
            "rxe of this Linux delivers less to a group than is sent, between two mckey as well ('kernel-errors')");
        try (CProgram.Later sender = new CProgram.Later()) {
            DatagramProgram.receive(devices.right(), DeviceAddress.address(devices.right()),
                InetAddress.getByName(GROUP), () -> sender.launch(
                    List.of("mckey", "-m", GROUP, "-b", DeviceAddress.text(devices.left()), "-s")));
            requireAllData(sender.requireSuccess(LIMIT));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void sendsToTheGroupThatMckeyReceivesFrom(final DevicePair devices) throws Exception {
        devices.require();
        CProgram.require("mckey", "rdmacm-utils", devices.right());
        try (CProgram receiver =
                 CProgram.start(List.of("mckey", "-m", GROUP, "-b", DeviceAddress.text(devices.right())))) {
            DatagramProgram.sendUntil(devices.left(), DeviceAddress.address(devices.left()),
                InetAddress.getByName(GROUP), () -> !receiver.isRunning());
            requireAllData(receiver.requireSuccess(LIMIT));
        }
    }
}
