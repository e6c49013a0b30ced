// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** The RDMA extended transport header, RETH, of READ requests, WRITEs and FLUSHes (IBTA volume 1, 9.3.3). */
public final class RdmaHeader {

    /** Length in bytes. */
    public static final int BYTES = 16;

    /** Largest valid DMA length: 2^31 bytes. */
    public static final long MAX_DMA_LENGTH_BYTES = 1L << 31;

    private static final LongField VIRTUAL_ADDRESS = new LongField(0);
    private static final IntField REMOTE_KEY = IntField.bytes(8, 4);
    private static final IntField DMA_LENGTH = IntField.bytes(12, 4);

    private final RocePacket packet;
    private final int start;

    /** Creates a view of the header of a packet, at an offset from its BTH. */
    RdmaHeader(final RocePacket packet, final int start) {
        this.packet = packet;
        this.start = start;
    }

    /**
     * Writes the header.
     *
     * @param remoteAddress virtual address at the responder.
     * @param rkey          remote key.
     * @param dmaLength     number of bytes to read or write, 0 to {@link #MAX_DMA_LENGTH_BYTES}.
     */
    public void set(final long remoteAddress, final int rkey, final long dmaLength) {
        packet.putLong(start + VIRTUAL_ADDRESS.byteOffset(), remoteAddress);
        packet.putInt(start + REMOTE_KEY.rowOffset(), REMOTE_KEY.inRow(rkey));
        packet.putInt(start + DMA_LENGTH.rowOffset(), DMA_LENGTH.inRow((int) dmaLength));
    }

    /**
     * Returns the virtual address at the responder.
     *
     * @return the remote address.
     */
    public long remoteAddress() {
        return packet.getLong(start + VIRTUAL_ADDRESS.byteOffset());
    }

    /**
     * Returns the remote key.
     *
     * @return 32 bits.
     */
    public int rkey() {
        return REMOTE_KEY.of(packet.getInt(start + REMOTE_KEY.rowOffset()));
    }

    /**
     * Returns the DMA length.
     *
     * @return number of bytes, 0 to 2^32-1. A valid request has at most {@link #MAX_DMA_LENGTH_BYTES}.
     */
    public long dmaLengthBytes() {
        return Integer.toUnsignedLong(DMA_LENGTH.of(packet.getInt(start + DMA_LENGTH.rowOffset())));
    }

    @Override
    public String toString() {
        return "remoteAddress=0x" + Long.toHexString(remoteAddress()) + ", rkey=0x" + Integer.toHexString(rkey())
            + ", dmaLengthBytes=" + dmaLengthBytes();
    }
}
