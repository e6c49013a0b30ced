// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/**
 * The invalidate extended transport header, IETH. This is the last header of the packets that have it (IBTA volume 1,
 * 9.3.7).
 */
public final class InvalidateHeader {

    /** Length in bytes. */
    public static final int BYTES = 4;

    private static final IntField REMOTE_KEY = IntField.bytes(0, 4);

    private final RocePacket packet;

    /** Creates a view of the header of a packet. */
    InvalidateHeader(final RocePacket packet) {
        this.packet = packet;
    }

    private int start() {
        return packet.headerBytes() - BYTES;
    }

    /**
     * Writes the header.
     *
     * @param rkey key of the receiver to invalidate.
     */
    public void set(final int rkey) {
        packet.putInt(start() + REMOTE_KEY.rowOffset(), REMOTE_KEY.inRow(rkey));
    }

    /**
     * Returns the key to invalidate.
     *
     * @return a key of the receiver.
     */
    public int rkey() {
        return REMOTE_KEY.of(packet.getInt(start() + REMOTE_KEY.rowOffset()));
    }

    @Override
    public String toString() {
        return "invalidatedRkey=0x" + Integer.toHexString(rkey());
    }
}
