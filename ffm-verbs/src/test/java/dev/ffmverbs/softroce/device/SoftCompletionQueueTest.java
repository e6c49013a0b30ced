// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.jextract.ibv_wc;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.port.AllowedSockets;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.spi.CompletionMemory;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** Tests what a completion queue reports to the port about the threads that poll it. */
class SoftCompletionQueueTest {

    private static final int UDP_PORT = 44_793;

    @Test
    void aPollIsCountedOnceWhetherItFindsACompletionOrNot() throws ProviderException {
        final SoftDevice device = new SoftDevice("soft9",
            InetAddress.ofLiteral(PrivateLoopbackAddresses.address(0)), UDP_PORT, 1 << 20,
            FaultSettings.NONE, AllowedSockets.ANY);
        final SoftContext context = (SoftContext) device.open();
        final Port port = context.port();
        final SoftCompletionQueue queue = (SoftCompletionQueue) context.createCompletionQueue(8, null, 0);
        try (Arena arena = Arena.ofConfined()) {
            final CompletionMemory completions = new CompletionMemory(ibv_wc.allocateArray(4, arena));
            for (int round = 0; round < 3; round++) {
                port.lock();
                queue.complete(7, CompletionStatuses.SUCCESS, 0, CompletionOpcodes.SEND, 0, 0, 0, 2, false);
                port.unlock();
                final long before = port.polls();
                assertEquals(1, queue.poll(4, completions));
                assertEquals(before + 1, port.polls(), "a poll that found a completion");
                assertEquals(0, queue.poll(4, completions));
                assertEquals(before + 2, port.polls(), "a poll that found none");
            }
        } finally {
            queue.close();
            context.close();
        }
    }
}
