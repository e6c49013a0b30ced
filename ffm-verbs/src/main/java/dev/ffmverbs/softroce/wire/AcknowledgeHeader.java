// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** The acknowledge extended transport header, AETH, of most responses (IBTA volume 1, 9.3.5). */
public final class AcknowledgeHeader {

    /** Length in bytes. */
    public static final int BYTES = 4;

    private static final int START = BaseTransportHeader.BYTES;
    private static final IntField SYNDROME = IntField.bytes(0, 1);
    private static final IntField MESSAGE_SEQUENCE_NUMBER = IntField.bytes(1, 3);

    private final RocePacket packet;

    /** Creates a view of the header of a packet. */
    AcknowledgeHeader(final RocePacket packet) {
        this.packet = packet;
    }

    /**
     * Writes the header.
     *
     * @param syndrome see {@link Syndrome}.
     * @param msn      message sequence number. Only the lower 24 bits are written.
     */
    public void set(final int syndrome, final int msn) {
        packet.putInt(START, SYNDROME.inRow(syndrome) | MESSAGE_SEQUENCE_NUMBER.inRow(msn));
    }

    /**
     * Returns the syndrome.
     *
     * @return 0 to 255, see {@link Syndrome}.
     */
    public int syndrome() {
        return SYNDROME.of(packet.getInt(START + SYNDROME.rowOffset()));
    }

    /**
     * Returns the message sequence number.
     *
     * @return 24 bits.
     */
    public int messageSequenceNumber() {
        return MESSAGE_SEQUENCE_NUMBER.of(packet.getInt(START + MESSAGE_SEQUENCE_NUMBER.rowOffset()));
    }

    @Override
    public String toString() {
        return Syndrome.toString(syndrome()) + ", msn=" + messageSequenceNumber();
    }
}
