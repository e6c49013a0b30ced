// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateLoopbackAddressesTest {

    private static final long RESIDUES = 256;

    /** Process numbers of every residue, low ones, and the highest that Linux gives. */
    private static LongStream processes() {
        return LongStream.concat(LongStream.range(1, 3 * RESIDUES),
            LongStream.range((1 << 22) - 2 * RESIDUES, 1 << 22));
    }

    @Test
    void everyProcessCanBindAllItsAddresses() throws IOException {
        for (final long process : processes().toArray()) {
            for (int number = 0; number <= PrivateLoopbackAddresses.HIGHEST; number++) {
                final String address = PrivateLoopbackAddresses.address(process, number);
                assertFalse(address.endsWith(".0") || address.endsWith(".255"), address + " of process " + process);
                try (DatagramSocket socket =
                         new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), 0))) {
                    assertTrue(socket.isBound(), address);
                }
            }
        }
    }

    @Test
    void noTwoProcessesShareAnAddress() {
        final Set<String> taken = new HashSet<>(Set.of("127.0.0.1"));
        for (long process = 1; process < 1 << 17; process++) {
            for (int number = 0; number <= PrivateLoopbackAddresses.HIGHEST; number++) {
                final String address = PrivateLoopbackAddresses.address(process, number);
                assertTrue(taken.add(address), address + " of process " + process);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {63, 64, 4_194_303})
    void theProcessNumberCanBeForced(final long process) {
        final String former = System.getProperty("test.processNumber");
        System.setProperty("test.processNumber", Long.toString(process));
        try {
            assertEquals(PrivateLoopbackAddresses.address(process, 3), PrivateLoopbackAddresses.address(3));
        } finally {
            if (former == null) {
                System.clearProperty("test.processNumber");
            } else {
                System.setProperty("test.processNumber", former);
            }
        }
    }
}
