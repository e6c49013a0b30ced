// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalAddressTest {

    private static InetAddress address(final String text) {
        return InetAddress.ofLiteral(text);
    }

    @Test
    void allOfTheLoopbackNetworkIsLocal() throws ProviderException {
        final LocalAddress local = LocalAddress.of(address("127.45.67.89"), 4791);
        assertEquals("127.45.67.89:4791", local.toString());
        assertTrue(local.mtuBytes() >= 336, local.interfaceName() + " has MTU " + local.mtuBytes());
    }

    @Test
    void anAddressOfAnotherMachineIsRefusedAndThoseOfThisMachineAreListed() {
        final ProviderException refused =
            assertThrows(ProviderException.class, () -> LocalAddress.of(address("192.0.2.1"), 4791));
        assertEquals(Errno.EADDRNOTAVAIL, refused.errno());
        assertTrue(refused.getMessage().contains("192.0.2.1 is not an address of this machine, which has "),
            refused.getMessage());
        assertTrue(refused.getMessage().contains("127.0.0.0/8"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "224.0.0.1", "255.255.255.255", "127.0.0.255", "::", "ff02::1"})
    void anAddressThatCannotBeBoundIsRefusedBeforeASocketIsOpened(final String text) {
        final ProviderException refused =
            assertThrows(ProviderException.class, () -> LocalAddress.of(address(text), 4791));
        assertEquals(Errno.EADDRNOTAVAIL, refused.errno());
        assertTrue(refused.getMessage().contains(
            address(text).getHostAddress() + " " + LocalAddress.flaw(address(text))), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"336, 256", "1500, 1024", "4175, 2048", "4176, 4096", "65535, 4096"})
    void thePathMtuIsThatOfRxeOnTheSameInterface(final int mtuBytes, final int pathMtuBytes) {
        assertEquals(pathMtuBytes,
            new LocalAddress(address("127.0.0.1"), 4791, "eth9", 9, mtuBytes).pathMtuBytes());
    }
}
