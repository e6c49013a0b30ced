// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.nio.ByteBuffer;

/**
 * What a peer must know to read and write memory of this side: address, key and length. {@link
 * MemoryRegion#remoteMemory()} returns it. It goes to the peer by any means, such as the private data of a connection
 * request, and the peer names it in its requests. Immutable.
 *
 * <pre>{@code
 * ConnectionParameters.defaults().withPrivateData(region.remoteMemory().toBytes());   // one side
 * RemoteMemory theirs = RemoteMemory.ofPrefix(connection.privateData());              // the other side
 * queuePair.postSend(request.read(theirs, 0, 64).localMemory(ours, 0, 64));
 * }</pre>
 *
 * <p>Allocate it once and use it for every transfer. A request that names it allocates nothing.
 *
 * @param address     address of its first byte, the {@linkplain MemoryRegion#iova() iova} of the peer's region.
 * @param rkey        the peer's key.
 * @param lengthBytes length in bytes, at least 0.
 */
public record RemoteMemory(long address, int rkey, long lengthBytes) {

    /** Length in bytes of what {@link #toBytes} writes. It does not depend on the device. */
    public static final int BYTES = 24;

    /** The letters MEM and the version of the format. */
    private static final int MAGIC = 0x4D45_4D01;

    /**
     * Checks the length.
     *
     * @throws IllegalArgumentException when the length is negative.
     */
    public RemoteMemory {
        Ranges.check("lengthBytes", lengthBytes, 0, Long.MAX_VALUE);
    }

    /**
     * Returns the address of a part of the memory.
     *
     * @param offsetBytes offset of the part.
     * @param partBytes   its length in bytes.
     * @return the address for an RDMA READ, WRITE or atomic request.
     * @throws IndexOutOfBoundsException when the part is not within the memory.
     */
    public long address(final long offsetBytes, final long partBytes) {
        if (offsetBytes < 0 || partBytes < 0 || offsetBytes > lengthBytes - partBytes) {
            throw new IndexOutOfBoundsException("offset " + offsetBytes + " and length " + partBytes
                + " are not within the peer's " + lengthBytes + " bytes");
        }
        return address + offsetBytes;
    }

    /**
     * Returns a part of the memory.
     *
     * @param offsetBytes offset of the part.
     * @param partBytes   its length in bytes.
     * @return the part, with the same key.
     * @throws IndexOutOfBoundsException when the part is not within the memory.
     */
    public RemoteMemory slice(final long offsetBytes, final long partBytes) {
        return new RemoteMemory(address(offsetBytes, partBytes), rkey, partBytes);
    }

    /**
     * Writes address, key and length as bytes, in network byte order. They are the same on every device and machine.
     *
     * @return {@link #BYTES} bytes.
     */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putInt(MAGIC).putInt(rkey).putLong(address).putLong(lengthBytes).array();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @param bytes {@link #BYTES} bytes.
     * @return the memory.
     * @throws IllegalArgumentException when the bytes are none: their number is another, they are of another format, or
     *                                  the length is negative.
     */
    public static RemoteMemory ofBytes(final byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(
                "remote memory is described by " + BYTES + " bytes, and these are " + bytes.length);
        }
        return ofPrefix(bytes);
    }

    /**
     * Reads what {@link #toBytes} wrote, from the beginning of longer data. The private data of a connection may have
     * been padded by the transport.
     *
     * @param bytes at least {@link #BYTES} bytes; the rest is not read.
     * @return the memory.
     * @throws IllegalArgumentException when there are fewer bytes, they are of another format, or the length is
     *                                  negative.
     */
    public static RemoteMemory ofPrefix(final byte[] bytes) {
        if (bytes.length < BYTES) {
            throw new IllegalArgumentException(
                "remote memory is described by " + BYTES + " bytes, and there are only " + bytes.length);
        }
        final ByteBuffer in = ByteBuffer.wrap(bytes);
        final int magic = in.getInt();
        if (magic != MAGIC) {
            throw new IllegalArgumentException(String.format(
                "the description of remote memory begins with 0x%08x, and these bytes with 0x%08x", MAGIC, magic));
        }
        final int rkey = in.getInt();
        return new RemoteMemory(in.getLong(), rkey, in.getLong());
    }

    @Override
    public String toString() {
        return String.format("RemoteMemory[address=0x%x, rkey=0x%x, lengthBytes=%d]", address, rkey, lengthBytes);
    }
}
