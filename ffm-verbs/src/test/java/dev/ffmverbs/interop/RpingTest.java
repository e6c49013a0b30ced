// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.Device;
import dev.ffmverbs.DevicePair;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests rping in both roles. The server uses the right device of a pair, the client the left one. */
@Timeout(90)
class RpingTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int COUNT = 100;
    private static final int DEFAULT_SIZE = 64;
    private static final int LARGEST_COUNT = 5;

    private static List<String> expected(final String label, final int count, final int sizeBytes) {
        return IntStream.range(0, count).mapToObj(ping -> label + PingText.printed(ping, sizeBytes)).toList();
    }

    private static InetSocketAddress anyPort(final Device device) {
        return new InetSocketAddress(DeviceAddress.text(device), 0);
    }

    /** Returns a free port that the system does not reassign soon. */
    private static InetSocketAddress freePort(final Device device) {
        try (RpingServer server = new RpingServer(device, anyPort(device))) {
            return server.localAddress();
        }
    }

    private static void serveCClient(final DevicePair devices, final int count, final int sizeBytes) throws Exception {
        devices.require();
        CProgram.require("rping", "rdmacm-utils", devices.left());
        final List<String> served = new ArrayList<>();
        try (RpingServer server = new RpingServer(devices.right(), anyPort(devices.right()));
             CProgram client = CProgram.start(List.of("rping", "-c", "-I", DeviceAddress.text(devices.left()),
                 "-a", server.localAddress().getAddress().getHostAddress(),
                 "-p", Integer.toString(server.localAddress().getPort()),
                 "-C", Integer.toString(count), "-S", Integer.toString(sizeBytes), "-v", "-V"))) {
            assertEquals(count, server.serve(LIMIT, served::add));
            final CProgram.Result result = client.requireSuccess(LIMIT);

            assertEquals(expected("ping data: ", count, sizeBytes), result.output().lines().toList());
            assertEquals(expected("", count, sizeBytes), served);
        }
    }

    private static void pingCServer(final DevicePair devices, final int count, final int sizeBytes) throws Exception {
        devices.require();
        CProgram.require("rping", "rdmacm-utils", devices.right());
        final List<String> echoed = new ArrayList<>();
        final InetSocketAddress address = freePort(devices.right());
        try (CProgram server = CProgram.start(List.of("rping", "-s", "-a", address.getAddress().getHostAddress(),
                 "-p", Integer.toString(address.getPort()), "-S", Integer.toString(sizeBytes), "-v"))) {
            try (RpingClient client = new RpingClient(devices.left(), sizeBytes)) {
                client.ping(anyPort(devices.left()), address, count, LIMIT, echoed::add);
            }
            final CProgram.Result result = server.requireSuccess(LIMIT);

            assertEquals(expected("server ping data: ", count, sizeBytes), result.output().lines().toList());
            assertEquals(expected("", count, sizeBytes), echoed);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void servesAHundredPingsOfTheCClient(final DevicePair devices) throws Exception {
        serveCClient(devices, COUNT, DEFAULT_SIZE);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void pingsTheCServerAHundredTimes(final DevicePair devices) throws Exception {
        pingCServer(devices, COUNT, DEFAULT_SIZE);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void servesTheLargestPingsOfTheCClient(final DevicePair devices) throws Exception {
        serveCClient(devices, LARGEST_COUNT, RpingEndpoint.MAXIMUM_PING_BYTES);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void pingsTheCServerWithTheLargestPings(final DevicePair devices) throws Exception {
        pingCServer(devices, LARGEST_COUNT, RpingEndpoint.MAXIMUM_PING_BYTES);
    }
}
