// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.nativeaccess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.FreePort;
import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.interop.Operations;
import dev.ffmverbs.nativeaccess.ForkedJava.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A program with the fast socket and a program without native access perform every operation with each other. */
@Timeout(120)
class MixedSocketsTest {

    @TempDir
    private Path folder;

    private ForkedJava.Result run(
        final Placement placement, final String role, final int address, final List<String> access, final int port)
        throws IOException, InterruptedException {
        final List<String> options = new ArrayList<>(access);
        options.add("-Dsoftroce.addresses=" + PrivateLoopbackAddresses.address(address));
        return ForkedJava.run(folder, placement, Operations.class, options,
            role, "--device", "soft0", "--peer", "127.0.0.1", "--port", Integer.toString(port));
    }

    private static void requireAllDone(final ForkedJava.Result result, final String socket) {
        assertEquals(0, result.status(), result.output());
        assertTrue(result.output().lines().anyMatch(line -> line.matches("[1-9]\\d* passed, 0 failed")),
            result.output());
        assertTrue(result.output().contains(socket), result.output());
        assertTrue(result.output().contains("DROPPED_CHECKSUM=0,"), result.output());
        assertTrue(result.output().contains("TRAIN_FALLBACKS=0,"), result.output());
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void everyOperationWorksBothWays(final Placement placement) throws Exception {
        final List<String> granted = List.of("--enable-native-access="
            + (placement == Placement.MODULE_PATH ? "dev.ffmverbs" : "ALL-UNNAMED"));
        final int port = FreePort.find();
        try (ExecutorService server = Executors.newSingleThreadExecutor()) {
            final Future<ForkedJava.Result> served =
                server.submit(() -> run(placement, "server", 0, granted, port));
            final ForkedJava.Result asked =
                run(placement, "client", PrivateLoopbackAddresses.HIGHEST, ForkedJava.denyingNativeAccess(), port);

            requireAllDone(asked, "soft, channel socket: native access is not granted");
            requireAllDone(served.get(), "soft, fast socket");
        }
    }
}
