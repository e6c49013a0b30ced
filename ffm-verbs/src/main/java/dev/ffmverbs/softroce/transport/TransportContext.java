// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketSink;

/**
 * The state shared by all connections of a device. All of it is guarded by the dispatch lock.
 *
 * @param memory   registered memory.
 * @param icrc     creates and checks checksums.
 * @param sink     sends packets.
 * @param counters counts events.
 * @param events   receives asynchronous events.
 * @param settings limits of the device.
 * @param reads    budget of READ response bytes in progress. They share the socket buffer of this device.
 * @param peers    budgets of request packets in flight.
 */
public record TransportContext(
    MemoryTable memory, Icrc icrc, PacketSink sink, TransportCounters counters, AsynchronousEvents events,
    TransportSettings settings, SharedBudget reads, PeerBudgets peers) {

    /**
     * Creates the shared state of a device, with nothing in progress.
     *
     * @param memory   registered memory.
     * @param icrc     creates and checks checksums.
     * @param sink     sends packets.
     * @param counters counts events.
     * @param events   receives asynchronous events.
     * @param settings limits of the device.
     */
    public TransportContext(
        final MemoryTable memory, final Icrc icrc, final PacketSink sink, final TransportCounters counters,
        final AsynchronousEvents events, final TransportSettings settings) {
        this(memory, icrc, sink, counters, events, settings, new SharedBudget(settings.readBurstBytes()),
            new PeerBudgets(settings.windowPackets()));
    }
}
