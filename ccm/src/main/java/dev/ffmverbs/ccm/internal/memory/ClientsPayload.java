// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.ccm.internal.memory.ClientEntry.PortNumbers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Encodes all clients of a node and all their ports in one record, {@link MailboxSlot#CLIENTS}. */
public final class ClientsPayload {

    /** Maximum number of clients of a node. */
    public static final int MAXIMUM_CLIENTS = 32;

    /** Maximum number of ports of all clients of a node together, for each partner. */
    public static final int MAXIMUM_PORTS = 128;

    static final int LENGTH_BYTES = 2 * Integer.BYTES + MAXIMUM_CLIENTS * ClientEntry.LENGTH_BYTES
        + MAXIMUM_PORTS * PortNumbers.LENGTH_BYTES;

    private ClientsPayload() {
    }

    /**
     * Writes a client table.
     *
     * @param entries at most {@link #MAXIMUM_CLIENTS} with at most {@link #MAXIMUM_PORTS} ports.
     * @param payload memory to write to.
     */
    public static void encode(final List<ClientEntry> entries, final MemorySegment payload) {
        final PayloadWriter writer = new PayloadWriter(payload);
        final List<PortNumbers> ports = new ArrayList<>();
        final int count = entries.size();
        writer.putInt(count).putInt(0);
        for (final ClientEntry entry : entries) {
            entry.encode(writer, ports.size());
            ports.addAll(entry.ports());
        }
        writer.putZeros((MAXIMUM_CLIENTS - count) * ClientEntry.LENGTH_BYTES);
        for (final PortNumbers port : ports) {
            writer.putInt(port.queuePair()).putInt(port.packetSequenceNumber());
        }
        writer.clearRest();
    }

    /**
     * Reads a client table.
     *
     * @param payload a copy, which does not change.
     * @return the entries; empty if they are malformed.
     */
    public static Optional<List<ClientEntry>> decode(final MemorySegment payload) {
        final PayloadReader reader = new PayloadReader(payload);
        final int count = reader.getInt();
        if (count < 0 || count > MAXIMUM_CLIENTS) {
            return Optional.empty();
        }
        final List<PortNumbers> ports = readPorts(payload);
        reader.skip(Integer.BYTES);
        final List<ClientEntry> entries = new ArrayList<>(count);
        final Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            final ClientEntry entry = ClientEntry.decode(reader, ports);
            if (entry == null || !names.add(entry.name())) {
                return Optional.empty();
            }
            entries.add(entry);
        }
        return Optional.of(Collections.unmodifiableList(entries));
    }

    private static List<PortNumbers> readPorts(final MemorySegment payload) {
        final long bytes = (long) MAXIMUM_PORTS * PortNumbers.LENGTH_BYTES;
        final PayloadReader reader = new PayloadReader(payload.asSlice(LENGTH_BYTES - bytes));
        final PortNumbers[] ports = new PortNumbers[MAXIMUM_PORTS];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = new PortNumbers(reader.getInt(), reader.getInt());
        }
        return List.of(ports);
    }
}
