// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.port.AllowedSockets;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.ProviderException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A device closes all its parts, and several devices close, although one part of one of them fails. */
@Timeout(60)
class SoftDeviceTest {

    private static final int UDP_PORT = 44_797;

    private final SoftDevice one = device(0);
    private final SoftDevice two = device(3);

    private static SoftDevice device(final int number) {
        return new SoftDevice("soft-" + number,
            (Inet4Address) InetAddress.ofLiteral(PrivateLoopbackAddresses.address(number)), UDP_PORT, 1 << 20,
            FaultSettings.NONE, AllowedSockets.ANY);
    }

    /** Makes the last part of a device fail to close, because it is closed already. */
    private static void breakMemory(final SoftContext context) {
        context.queueMemory().close();
    }

    private static void requireThatItOpensAndCloses(final SoftDevice device) throws ProviderException {
        final SoftContext context = (SoftContext) device.open();
        assertEquals(UDP_PORT, context.port().local().udpPort());
        context.close();
        assertFalse(device.socketDescription().isPresent(), "the device is closed with its only context");
    }

    @Test
    void aDeviceOfWhichAPartFailsToCloseIsClosedAndCanBeOpenedAgain() throws ProviderException {
        final SoftContext context = (SoftContext) one.open();
        breakMemory(context);
        assertThrows(IllegalStateException.class, context::close);
        assertFalse(one.socketDescription().isPresent(), "the device is closed");
        context.close();

        requireThatItOpensAndCloses(one);
        requireThatItOpensAndCloses(device(0));
    }

    @Test
    void aConnectionManagerClosesItsOtherDevicesAlthoughOneFails() throws ProviderException {
        final ConnectionManagerOperations manager = SoftDevice.openConnectionManager(List.of(one, two));
        final SoftContext context = (SoftContext) one.open();
        breakMemory(context);
        context.close();
        assertThrows(IllegalStateException.class, manager::close);

        requireThatItOpensAndCloses(device(0));
        requireThatItOpensAndCloses(device(3));
    }
}
