// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketSink;

/**
 * What all connections of a device share; all of it is guarded by the dispatch lock.
 *
 * @param memory   registered memory.
 * @param icrc     makes and checks checksums.
 * @param sink     takes packets to send.
 * @param counters counts what happens.
 * @param events   takes asynchronous events.
 * @param settings limits of the device.
 * @param reads    bytes of answers to READs that may be under way.
 */
public record TransportContext(
    MemoryTable memory, Icrc icrc, PacketSink sink, TransportCounters counters, AsynchronousEvents events,
    TransportSettings settings, ReadBudget reads) {

    /**
     * Creates what the connections of a device share, with nothing under way.
     *
     * @param memory   registered memory.
     * @param icrc     makes and checks checksums.
     * @param sink     takes packets to send.
     * @param counters counts what happens.
     * @param events   takes asynchronous events.
     * @param settings limits of the device.
     */
    public TransportContext(
        final MemoryTable memory, final Icrc icrc, final PacketSink sink, final TransportCounters counters,
        final AsynchronousEvents events, final TransportSettings settings) {
        this(memory, icrc, sink, counters, events, settings, new ReadBudget(settings.readBurstBytes()));
    }
}
