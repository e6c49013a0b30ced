// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.DevicePair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
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

    private static void requireSuccess(final CProgram program) throws InterruptedException {
        final CProgram.Result result = program.await(LIMIT);
        assertEquals(0, result.exitStatus(), result::toString);
        assertTrue(result.output().contains("data transfers complete"), result::output);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void answersTheMessagesOfUdaddy(final DevicePair devices) throws Exception {
        devices.require();
        CProgram.require("udaddy", "rdmacm-utils", devices.left());
        final AtomicReference<CProgram> client = new AtomicReference<>();
        DatagramProgram.serve(devices.right(), new InetSocketAddress(DeviceAddress.text(devices.right()), PORT),
            () -> client.set(CProgram.launch(List.of("udaddy", "-s", DeviceAddress.text(devices.right()),
                "-b", DeviceAddress.text(devices.left())))));
        try (CProgram started = client.get()) {
            requireSuccess(started);
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
            requireSuccess(server);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void receivesWhatMckeySendsToAGroup(final DevicePair devices) throws Exception {
        devices.require();
        CProgram.require("mckey", "rdmacm-utils", devices.left());
        final AtomicReference<CProgram> sender = new AtomicReference<>();
        DatagramProgram.receive(devices.right(), DeviceAddress.address(devices.right()),
            InetAddress.getByName(GROUP), () -> sender.set(CProgram.launch(
                List.of("mckey", "-m", GROUP, "-b", DeviceAddress.text(devices.left()), "-s"))));
        try (CProgram started = sender.get()) {
            requireSuccess(started);
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
            requireSuccess(receiver);
        }
    }
}
