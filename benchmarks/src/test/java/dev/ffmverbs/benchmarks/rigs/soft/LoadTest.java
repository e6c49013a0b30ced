// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadTest {

    private static Load load(final Transfer transfer, final int posts, final int queuePairs, final int threads) {
        return new Load(transfer, transfer.lengthBytes(), WaitMode.BLOCK, posts, queuePairs, threads, 4096,
            new Load.Duration(10, 20));
    }

    @Test
    void aProcessReadsTheArgumentsOfAnother() {
        final Load load = load(Transfer.WRITE_CHAIN, 4, 64, 8);

        assertEquals(load, Load.parse(load.arguments()));
    }

    @Test
    void itsNameStatesWhatIsUnusual() {
        assertEquals("read-8-block", load(Transfer.READ, 1, 1, 1).label());
        assertEquals("write-chain-8-block-64-pairs-8-threads", load(Transfer.WRITE_CHAIN, 4, 64, 8).label());
    }

    @Test
    void everyRequestHasItsOwnMemory() {
        assertEquals(8L * 16 * 4 * 8, load(Transfer.WRITE_CHAIN, 4, 64, 8).memoryBytesPerThread());
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> load(Transfer.WRITE_CHAIN, 5, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> load(Transfer.READ, 1, 3, 2));
        assertThrows(IllegalArgumentException.class, () -> load(Transfer.READ, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> Load.parse(List.of("READ")));
    }
}
