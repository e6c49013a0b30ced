// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

import dev.ffmverbs.Gid;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What one end needs from the other to connect its queue pair and to access its buffer.
 *
 * @param gid                  network address of the port.
 * @param queuePairNumber      number of the queue pair, 24 bits.
 * @param packetSequenceNumber number of the first packet it sends, 24 bits.
 * @param bufferAddress        address of the buffer's first byte, as requests name it.
 * @param rkey                 remote key of the buffer.
 */
public record EndpointAddress(
    Gid gid, int queuePairNumber, int packetSequenceNumber, long bufferAddress, int rkey) {

    /**
     * Reads what {@link #write} wrote.
     *
     * @param input input to read from.
     * @return the address.
     * @throws IOException if the input fails or ends.
     */
    public static EndpointAddress read(final DataInput input) throws IOException {
        return new EndpointAddress(new Gid(input.readLong(), input.readLong()), input.readInt(), input.readInt(),
            input.readLong(), input.readInt());
    }

    /**
     * Writes the address for the other process.
     *
     * @param output output to write to.
     * @throws IOException if the output fails.
     */
    public void write(final DataOutput output) throws IOException {
        output.writeLong(gid.high());
        output.writeLong(gid.low());
        output.writeInt(queuePairNumber);
        output.writeInt(packetSequenceNumber);
        output.writeLong(bufferAddress);
        output.writeInt(rkey);
    }
}
