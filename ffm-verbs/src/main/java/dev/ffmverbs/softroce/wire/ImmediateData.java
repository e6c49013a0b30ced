// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** Immediate data, ImmDt. This is the last header of the packets that carry it (IBTA volume 1, 9.3.6). */
public final class ImmediateData {

    /** Length in bytes. */
    public static final int BYTES = 4;

    private static final IntField VALUE = IntField.bytes(0, 4);

    private final RocePacket packet;

    /** Creates a view of the header of a packet. */
    ImmediateData(final RocePacket packet) {
        this.packet = packet;
    }

    private int start() {
        return packet.headerBytes() - BYTES;
    }

    /**
     * Writes the header.
     *
     * @param value the four bytes as a big-endian number.
     */
    public void set(final int value) {
        packet.putInt(start() + VALUE.rowOffset(), VALUE.inRow(value));
    }

    /**
     * Returns the immediate data.
     *
     * @return the four bytes as a big-endian number.
     */
    public int value() {
        return VALUE.of(packet.getInt(start() + VALUE.rowOffset()));
    }

    @Override
    public String toString() {
        return "immediate=0x" + Integer.toHexString(value());
    }
}
