// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortOccupantTest {

    @TempDir
    private Path modules;

    private String advice(final int port) {
        return PortOccupant.advice(
            new LocalAddress(InetAddress.ofLiteral("127.0.0.1"), port, "lo", 1, 65_536), modules);
    }

    @Test
    void suggestsAnotherSoftDeviceAndTwoRemedies() {
        final String advice = advice(4791);
        assertTrue(advice.startsWith("another socket has UDP port 4791 of 127.0.0.1, perhaps a soft device"), advice);
        assertTrue(advice.contains("ss -lunp sport = :4791") && advice.contains("-Dsoftroce.addresses=")
            && advice.contains("-Dsoftroce.port="), advice);
    }

    @Test
    void namesTheKernelModuleIfItIsLoaded() throws IOException {
        Files.createDirectory(modules.resolve("rdma_rxe"));
        assertTrue(advice(4791).startsWith("the kernel module rdma_rxe is loaded"), advice(4791));
        assertFalse(advice(14_791).contains("rdma_rxe"), "it takes no other port");
    }
}
