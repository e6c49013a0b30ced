// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import java.util.List;

/**
 * An entry of a node's client table: what it says about one client.
 *
 * @param name          the client's name, which is also that of its counterpart.
 * @param portsRequired number of ports it asks for.
 * @param memoryBytes   length of the memory it asks for, which the partner can reach.
 * @param round         number of the set of ports that this entry describes; both nodes move to the higher one.
 * @param path          number of the path that the ports of this round use, from 0.
 * @param status        how far the node has got in this round.
 * @param memoryAddress address of the memory for the partner; 0 unless it is registered.
 * @param rkey          key that goes with the address.
 * @param ports         the node's queue pairs; empty unless they exist.
 */
public record ClientEntry(
    String name, int portsRequired, long memoryBytes, int round, int path, ClientStatus status, long memoryAddress,
    int rkey, List<PortNumbers> ports) {

    /** Length of an entry in bytes, without its ports. */
    static final int LENGTH_BYTES = 80;

    private static final int UNUSED_BYTES = 8;

    /**
     * The numbers by which one end of a port is reached.
     *
     * @param queuePair            its queue pair number.
     * @param packetSequenceNumber the first packet sequence number it sends with.
     */
    public record PortNumbers(int queuePair, int packetSequenceNumber) {

        static final int LENGTH_BYTES = 8;
    }

    void encode(final PayloadWriter writer, final int firstPort) {
        writer.putName(name).putInt(portsRequired).putInt(status.code()).putInt(round).putInt(path)
            .putLong(memoryBytes).putLong(memoryAddress).putInt(rkey).putInt(ports.isEmpty() ? -1 : firstPort)
            .putZeros(UNUSED_BYTES);
    }

    /** Reads an entry. Returns null if it is malformed. */
    static ClientEntry decode(final PayloadReader reader, final List<PortNumbers> allPorts) {
        final String name = reader.getName();
        final int portsRequired = reader.getInt();
        final ClientStatus status = ClientStatus.of(reader.getInt());
        final int round = reader.getInt();
        final int path = reader.getInt();
        final long memoryBytes = reader.getLong();
        final long memoryAddress = reader.getLong();
        final int rkey = reader.getInt();
        final int firstPort = reader.getInt();
        reader.skip(UNUSED_BYTES);
        final boolean sensible = name != null && status != null && portsRequired >= 0 && memoryBytes >= 0 && round > 0
            && path >= 0 && firstPort >= -1 && portsRequired <= allPorts.size() - Math.max(0, firstPort);
        if (!sensible) {
            return null;
        }
        final List<PortNumbers> ports =
            firstPort < 0 ? List.of() : allPorts.subList(firstPort, firstPort + portsRequired);
        return new ClientEntry(name, portsRequired, memoryBytes, round, path, status, memoryAddress, rkey, ports);
    }
}
