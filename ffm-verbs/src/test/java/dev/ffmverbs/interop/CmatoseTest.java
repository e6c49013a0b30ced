// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.DevicePair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exchanges messages with rdma-core's ucmatose over several connections, in both roles. */
class CmatoseTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 3;
    private static final int MESSAGES = 8;
    private static final int BYTES = 1000;
    private static final String ALL = "3 connections, 24 messages each way";

    /** Returns a port that nothing of this machine uses. A listener of iWARP takes it in the whole machine. */
    private static int freePort(final InetAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            return socket.getLocalPort();
        }
    }

    private static List<String> command(final String option, final String address, final int port) {
        return List.of("ucmatose", option, address, "-p", Integer.toString(port), "-c",
            Integer.toString(CONNECTIONS), "-C", Integer.toString(MESSAGES), "-S", Integer.toString(BYTES));
    }

    private static void requireSuccess(final CProgram program) throws InterruptedException {
        final CProgram.Result result = program.await(LIMIT);
        assertEquals(0, result.exitStatus(), result::toString);
        assertTrue(result.output().contains("data transfers complete"), result::toString);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void servesTheCClient(final DevicePair devices) throws Exception {
        devices.require();
        CProgram.require("ucmatose", "rdmacm-utils", devices.left());
        final String address = DeviceAddress.text(devices.left());
        final InetSocketAddress listening =
            new InetSocketAddress(address, freePort(InetAddress.getByName(address)));
        final AtomicReference<CProgram> client = new AtomicReference<>();
        try (Cmatose server = new Cmatose(devices.left(), CONNECTIONS, MESSAGES, BYTES)) {
            server.serve(listening, any -> client.set(start(command("-s", address, listening.getPort()))));
            try (CProgram program = client.get()) {
                requireSuccess(program);
            }
            assertEquals(ALL, server.toString());
        }
    }

    private static CProgram start(final List<String> command) {
        try {
            return CProgram.start(command);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void answersTheCServer(final DevicePair devices) throws Exception {
        devices.require();
        CProgram.require("ucmatose", "rdmacm-utils", devices.left());
        final String address = DeviceAddress.text(devices.left());
        final int port = freePort(InetAddress.getByName(address));
        try (CProgram server = CProgram.start(command("-b", address, port));
             Cmatose client = new Cmatose(devices.left(), CONNECTIONS, MESSAGES, BYTES)) {
            client.answer(new InetSocketAddress(address, 0), new InetSocketAddress(address, port));
            requireSuccess(server);
            assertEquals(ALL, client.toString());
        }
    }
}
