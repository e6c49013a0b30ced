// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** The atomic acknowledge extended transport header, AtomicAckETH, which follows an AETH (IBTA volume 1, 9.5.3). */
public final class AtomicAcknowledgeHeader {

    /** Bytes from the start of the packet to the header. */
    public static final int START = BaseTransportHeader.BYTES + AcknowledgeHeader.BYTES;

    /** Length in bytes. */
    public static final int BYTES = 8;

    private static final LongField ORIGINAL_VALUE = new LongField(0);

    private final RocePacket packet;

    /** Creates a view of the header of a packet. */
    AtomicAcknowledgeHeader(final RocePacket packet) {
        this.packet = packet;
    }

    /**
     * Writes the header.
     *
     * @param originalValue value in remote memory before the atomic.
     */
    public void set(final long originalValue) {
        packet.putLong(START + ORIGINAL_VALUE.byteOffset(), originalValue);
    }

    /**
     * Returns the value that the atomic found.
     *
     * @return the value in remote memory before the atomic.
     */
    public long originalValue() {
        return packet.getLong(START + ORIGINAL_VALUE.byteOffset());
    }

    @Override
    public String toString() {
        return "originalValue=" + originalValue();
    }
}
