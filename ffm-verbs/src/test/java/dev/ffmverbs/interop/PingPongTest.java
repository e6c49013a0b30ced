// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Device;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.FreePort;
import dev.ffmverbs.interop.PingPong.Program;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests pingpong in both roles. The server uses the right device of a pair, the client the left one.
 *
 * <p>{@code -Dinterop.iterations=N} exchanges more or fewer messages than the default of the programs.
 */
@Timeout(90)
class PingPongTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Several pages, the last one partial, and 66 packets of the path MTU. */
    private static final int LARGE_SIZE = 67_001;

    /** What fits in a packet of every device. */
    private static final int DATAGRAM_SIZE = 1024;

    private static final int ITERATIONS = Integer.getInteger("interop.iterations", PingPong.DEFAULT_ITERATIONS);
    private static final int LARGE_ITERATIONS = 50;

    private static List<String> command(
        final Program program, final Device device, final int port, final int sizeBytes, final int iterations) {
        return List.of(program.command(), "-d", device.name(), "-g", Integer.toString(DeviceAddress.of(device).index()),
            "-p", Integer.toString(port), "-s", Integer.toString(sizeBytes), "-n", Integer.toString(iterations), "-c");
    }

    private static void requireAllData(final CProgram.Result result, final int sizeBytes, final int iterations) {
        assertEquals("", result.errors());
        assertFalse(result.output().contains("invalid data"), result::output);
        assertTrue(result.output().contains(2L * sizeBytes * iterations + " bytes in "), result::output);
        assertTrue(result.output().contains(iterations + " iters in "), result::output);
    }

    private static void serveCClient(
        final Program program, final DevicePair devices, final int sizeBytes, final int iterations)
        throws Exception {
        devices.requireManualConnections();
        CProgram.require(program.command(), "ibverbs-utils", devices.left());
        requireAllData(CProgram.runClient(port -> command(program, devices.left(), port, sizeBytes, iterations),
            listening -> PingPong.serve(program, devices.right(), listening, sizeBytes, iterations, LIMIT), LIMIT),
            sizeBytes, iterations);
    }

    private static void playWithCServer(
        final Program program, final DevicePair devices, final int sizeBytes, final int iterations)
        throws Exception {
        devices.requireManualConnections();
        CProgram.require(program.command(), "ibverbs-utils", devices.right());
        final int port = FreePort.find();
        try (CProgram server = CProgram.start(command(program, devices.right(), port, sizeBytes, iterations))) {
            PingPong.start(program, devices.left(), new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                sizeBytes, iterations, LIMIT);

            requireAllData(server.requireSuccess(LIMIT), sizeBytes, iterations);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void servesTheCClientManyTimes(final DevicePair devices) throws Exception {
        serveCClient(Program.IBV_RC_PINGPONG, devices, PingPong.DEFAULT_SIZE, ITERATIONS);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void playsWithTheCServerManyTimes(final DevicePair devices) throws Exception {
        playWithCServer(Program.IBV_RC_PINGPONG, devices, PingPong.DEFAULT_SIZE, ITERATIONS);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void servesTheCClientWithMessagesOfManyPackets(final DevicePair devices) throws Exception {
        serveCClient(Program.IBV_RC_PINGPONG, devices, LARGE_SIZE, LARGE_ITERATIONS);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void playsWithTheCServerWithMessagesOfManyPackets(final DevicePair devices) throws Exception {
        playWithCServer(Program.IBV_RC_PINGPONG, devices, LARGE_SIZE, LARGE_ITERATIONS);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void servesTheCClientOverAnUnreliableConnection(final DevicePair devices) throws Exception {
        serveCClient(Program.IBV_UC_PINGPONG, devices, PingPong.DEFAULT_SIZE, ITERATIONS);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void playsWithTheCServerOverAnUnreliableConnection(final DevicePair devices) throws Exception {
        playWithCServer(Program.IBV_UC_PINGPONG, devices, PingPong.DEFAULT_SIZE, ITERATIONS);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void servesTheCClientWithDatagrams(final DevicePair devices) throws Exception {
        serveCClient(Program.IBV_UD_PINGPONG, devices, DATAGRAM_SIZE, ITERATIONS);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void playsWithTheCServerWithDatagrams(final DevicePair devices) throws Exception {
        playWithCServer(Program.IBV_UD_PINGPONG, devices, DATAGRAM_SIZE, ITERATIONS);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void servesTheCClientFromASharedReceiveQueue(final DevicePair devices) throws Exception {
        serveCClient(Program.IBV_SRQ_PINGPONG, devices, PingPong.DEFAULT_SIZE, ITERATIONS);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void playsWithTheCServerOverASharedReceiveQueue(final DevicePair devices) throws Exception {
        playWithCServer(Program.IBV_SRQ_PINGPONG, devices, PingPong.DEFAULT_SIZE, ITERATIONS);
    }
}
