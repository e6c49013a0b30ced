// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Gid;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.ccm.internal.link.ClientGrant;
import dev.ffmverbs.ccm.internal.memory.ClientEntry.PortNumbers;
import java.util.List;
import java.util.stream.IntStream;

/** Ports without a device: only their numbers, and the numbers with which they were connected. */
final class SimulatedGrant implements ClientGrant {

    private static int nextNumber = 100;

    final List<PortNumbers> numbers;
    List<PortNumbers> connectedWith = List.of();
    RuntimeException failure;
    boolean fenced;
    boolean closed;

    SimulatedGrant(final int ports) {
        numbers = IntStream.range(0, ports).mapToObj(i -> new PortNumbers(nextNumber++, i)).toList();
    }

    /** Asserts that the latest ports of two nodes can be used, and lead to each other. */
    static void assertConnected(final List<SimulatedGrant> ofOneNode, final List<SimulatedGrant> ofTheOther) {
        final SimulatedGrant one = ofOneNode.getLast();
        final SimulatedGrant other = ofTheOther.getLast();
        assertFalse(one.fenced || other.fenced);
        assertEquals(one.numbers, other.connectedWith);
        assertEquals(other.numbers, one.connectedWith);
    }

    @Override
    public List<PortNumbers> ports() {
        return numbers;
    }

    @Override
    public QueuePair queuePair(final int index) {
        return null;
    }

    @Override
    public CompletionQueue completionQueue(final int index) {
        return null;
    }

    @Override
    public MemoryRegion memory() {
        return null;
    }

    @Override
    public void connect(final Gid partnerGid, final int partnerMtuBytes, final List<PortNumbers> partnerPorts) {
        if (fenced) {
            throw new IllegalStateException("these ports have ended");
        }
        if (failure != null) {
            throw failure;
        }
        connectedWith = List.copyOf(partnerPorts);
    }

    @Override
    public MemoryRegion allocate(final long lengthBytes) {
        throw new IllegalStateException("there is no device");
    }

    @Override
    public void fence() {
        fenced = true;
    }

    @Override
    public void close() {
        fence();
        closed = true;
    }
}
