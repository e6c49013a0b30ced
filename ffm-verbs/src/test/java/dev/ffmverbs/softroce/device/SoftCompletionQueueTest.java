// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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

/** Tests what a completion queue reports to the port about the threads that poll it, and the memory of its rings. */
class SoftCompletionQueueTest {

    private static final int UDP_PORT = 44_793;

    private static SoftContext open() throws ProviderException {
        return (SoftContext) new SoftDevice("soft9",
            InetAddress.ofLiteral(PrivateLoopbackAddresses.address(0)), UDP_PORT, 1 << 20,
            FaultSettings.NONE, AllowedSockets.ANY).open();
    }

    private static void complete(final Port port, final SoftCompletionQueue queue, final long workRequestId) {
        port.lock();
        try {
            queue.complete(
                workRequestId, CompletionStatuses.SUCCESS, 0, CompletionOpcodes.SEND, 0, 0, 0, 2, false);
        } finally {
            port.unlock();
        }
    }

    @Test
    void aPollIsCountedOnceWhetherItFindsACompletionOrNot() throws ProviderException {
        final SoftContext context = open();
        final Port port = context.port();
        final SoftCompletionQueue queue = (SoftCompletionQueue) context.createCompletionQueue(8, null, 0);
        try (Arena arena = Arena.ofConfined()) {
            final CompletionMemory completions = new CompletionMemory(ibv_wc.allocateArray(4, arena));
            for (int round = 0; round < 3; round++) {
                complete(port, queue, 7);
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

    @Test
    void aQueueThatIsResizedAgainAndAgainUsesTheSameMemoryAndKeepsItsCompletions() throws ProviderException {
        final SoftContext context = open();
        final SoftCompletionQueue queue = (SoftCompletionQueue) context.createCompletionQueue(8, null, 0);
        try (Arena arena = Arena.ofConfined()) {
            final CompletionMemory completions = new CompletionMemory(ibv_wc.allocateArray(4, arena));
            for (long round = 0; round < 100; round++) {
                complete(context.port(), queue, 2 * round);
                complete(context.port(), queue, 2 * round + 1);
                queue.resize(round % 3 == 0 ? 8 : 64);
                assertThrows(ProviderException.class, () -> queue.resize(1));
                assertEquals(2, queue.poll(4, completions));
                assertEquals(2 * round, ibv_wc.wr_id(completions.segment()));
                assertEquals(2 * round + 1, ibv_wc.wr_id(ibv_wc.asSlice(completions.segment(), 1)));
            }
            assertEquals(5, queue.ringBlocks(), "two of 8 entries, two of 64, and one that was refused");
        } finally {
            queue.close();
            context.close();
        }
    }
}
