// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** The datagram extended transport header, DETH (IBTA volume 1, 9.3.2). */
public final class DatagramHeader {

    /** Length in bytes. */
    public static final int BYTES = 8;

    private static final int START = BaseTransportHeader.BYTES;
    private static final IntField QUEUE_KEY = IntField.bytes(0, 4);
    private static final IntField SOURCE_QUEUE_PAIR = IntField.bytes(5, 3);

    private final RocePacket packet;

    /** Creates a view of the header of a packet. */
    DatagramHeader(final RocePacket packet) {
        this.packet = packet;
    }

    /**
     * Writes the header.
     *
     * @param queueKey        Q_Key of the receiving queue pair.
     * @param sourceQueuePair number of the sending queue pair. Only the lower 24 bits are written.
     */
    public void set(final int queueKey, final int sourceQueuePair) {
        packet.putInt(START + QUEUE_KEY.rowOffset(), QUEUE_KEY.inRow(queueKey));
        packet.putInt(START + SOURCE_QUEUE_PAIR.rowOffset(), SOURCE_QUEUE_PAIR.inRow(sourceQueuePair));
    }

    /**
     * Returns the Q_Key.
     *
     * @return 32 bits.
     */
    public int queueKey() {
        return QUEUE_KEY.of(packet.getInt(START + QUEUE_KEY.rowOffset()));
    }

    /**
     * Returns the number of the sending queue pair.
     *
     * @return 24 bits.
     */
    public int sourceQueuePair() {
        return SOURCE_QUEUE_PAIR.of(packet.getInt(START + SOURCE_QUEUE_PAIR.rowOffset()));
    }

    @Override
    public String toString() {
        return "sourceQueuePair=" + sourceQueuePair() + ", queueKey=0x" + Integer.toHexString(queueKey());
    }
}
