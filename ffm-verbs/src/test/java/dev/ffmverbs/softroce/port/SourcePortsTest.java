// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The expected numbers were computed with the inline functions of Linux ({@code ib_verbs.h}), translated by hand. */
class SourcePortsTest {

    @Test
    void aFlowLabelDeterminesThePort() {
        assertEquals(0xC001, SourcePorts.of(1, 17, 18));
        assertEquals(0xC001, SourcePorts.of(1, 99, 98), "whatever the queue pairs are");
        assertEquals(0xFFFF, SourcePorts.of(0x3FFF, 17, 18));
        assertEquals(0xC001, SourcePorts.of(0x4000, 17, 18), "the upper bits are folded in");
        assertEquals(0xFFC0, SourcePorts.of(0xF_FFFF, 17, 18));
    }

    @Test
    void otherwiseTheQueuePairsDo() {
        assertEquals(0xC000 | 17 * 18, SourcePorts.of(0, 17, 18));
        assertEquals(SourcePorts.of(0, 17, 18), SourcePorts.of(0, 18, 17), "both directions");
        final long product = 0xFF_FFFFL * 0xFF_FFFEL;
        final long folded = product ^ product >>> 20;
        final int label = (int) ((folded ^ folded >>> 40) & 0xF_FFFF);
        assertEquals(0xC000 | label & 0x3FFF ^ label >>> 14, SourcePorts.of(0, 0xFF_FFFF, 0xFF_FFFE));
    }

    @Test
    void manyQueuePairsHaveManyPorts() {
        final Set<Integer> ports = new HashSet<>();
        for (int queuePair = 2; queuePair < 1002; queuePair++) {
            final int port = SourcePorts.of(0, queuePair, 0x12_3457);
            assertTrue(port >= SourcePorts.FIRST && port <= 0xFFFF);
            ports.add(port);
        }
        assertTrue(ports.size() > 900, ports.size() + " ports");
    }
}
