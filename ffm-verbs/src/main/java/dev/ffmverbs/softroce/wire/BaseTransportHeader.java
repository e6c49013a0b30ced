// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** The base transport header, BTH, at the start of every packet (IBTA volume 1, 9.2; {@code struct rxe_bth}). */
public final class BaseTransportHeader {

    /** Length in bytes. */
    public static final int BYTES = 12;

    /** Flag of {@link RocePacket#begin}. Asks the receiver to raise a solicited event. */
    public static final int SOLICITED = 1;

    /** Flag of {@link RocePacket#begin}. Asks the receiver for an acknowledgement. */
    public static final int ACKNOWLEDGE_REQUEST = 1 << 1;

    private static final IntField OPCODE = IntField.bytes(0, 1);
    private static final IntField SOLICITED_EVENT = IntField.bits(1, 0, 1);
    private static final IntField MIGRATION_REQUEST = IntField.bits(1, 1, 1);
    private static final IntField PAD_COUNT = IntField.bits(1, 2, 2);
    private static final IntField TRANSPORT_VERSION = IntField.bits(1, 4, 4);
    private static final IntField PARTITION_KEY = IntField.bytes(2, 2);
    /** FECN, BECN and reserved bits. Routers may change them, so that the ICRC treats them as ones. */
    private static final IntField VARIANT = IntField.bytes(BaseTransportHeader.VARIANT_OFFSET, 1);
    /** Offset of that byte. */
    static final int VARIANT_OFFSET = 4;
    private static final IntField DESTINATION_QUEUE_PAIR = IntField.bytes(5, 3);
    private static final IntField ACKNOWLEDGE = IntField.bits(8, 0, 1);
    private static final IntField PACKET_SEQUENCE_NUMBER = IntField.bytes(9, 3);

    private static final int FIRST_ROW = OPCODE.rowOffset();
    private static final int SECOND_ROW = DESTINATION_QUEUE_PAIR.rowOffset();
    private static final int THIRD_ROW = PACKET_SEQUENCE_NUMBER.rowOffset();

    private static final int DEFAULT_PARTITION_KEY = 0xFFFF;

    private final RocePacket packet;

    /** Creates a view of the header of a packet. */
    BaseTransportHeader(final RocePacket packet) {
        this.packet = packet;
    }

    /**
     * Writes the whole header.
     *
     * <p>MigReq is set, as NICs do in state MIGRATED. No other migration state is supported.
     */
    void set(final int opcode, final int destinationQueuePair, final int psn, final int flags) {
        final RocePacket packet = this.packet;
        packet.putInt(FIRST_ROW, OPCODE.inRow(opcode) | SOLICITED_EVENT.inRow(flags)
            | MIGRATION_REQUEST.inRow(1) | PARTITION_KEY.inRow(DEFAULT_PARTITION_KEY));
        packet.putInt(SECOND_ROW, DESTINATION_QUEUE_PAIR.inRow(destinationQueuePair));
        packet.putInt(THIRD_ROW, ACKNOWLEDGE.inRow(flags >>> 1) | PACKET_SEQUENCE_NUMBER.inRow(psn));
    }

    private int get(final IntField field) {
        return field.of(packet.getInt(field.rowOffset()));
    }

    /**
     * Returns the opcode.
     *
     * @return 0 to 255, see {@link Opcode}.
     */
    public int opcode() {
        return get(OPCODE);
    }

    /**
     * Returns the solicited event bit.
     *
     * @return true if the receiver should raise a solicited event.
     */
    public boolean isSolicited() {
        return get(SOLICITED_EVENT) != 0;
    }

    /**
     * Returns the pad count.
     *
     * @return bytes between payload and ICRC, 0 to 3.
     */
    public int padBytes() {
        return get(PAD_COUNT);
    }

    void padBytes(final int bytes) {
        final int neighbours = packet.getInt(FIRST_ROW) & ~PAD_COUNT.inRow(-1);
        packet.putInt(FIRST_ROW, neighbours | PAD_COUNT.inRow(bytes));
    }

    /** Returns the transport header version, which is 0 in every packet that this device understands. */
    int version() {
        return get(TRANSPORT_VERSION);
    }

    /** Returns the partition key. Its top bit marks a full member of the partition. */
    int partitionKey() {
        return get(PARTITION_KEY);
    }

    /**
     * Returns the number of the queue pair that the packet is for.
     *
     * @return 24 bits.
     */
    public int destinationQueuePair() {
        return get(DESTINATION_QUEUE_PAIR);
    }

    /**
     * Returns the acknowledge request bit.
     *
     * @return true if the requester asks for an acknowledgement.
     */
    public boolean isAcknowledgeRequested() {
        return get(ACKNOWLEDGE) != 0;
    }

    /**
     * Returns the packet sequence number.
     *
     * @return 24 bits.
     */
    public int packetSequenceNumber() {
        return get(PACKET_SEQUENCE_NUMBER);
    }

    /** Returns the byte that routers may change. It is 0 unless a router has changed it. */
    int variant() {
        return get(VARIANT);
    }

    @Override
    public String toString() {
        return Opcode.toString(opcode()) + ", destinationQueuePair=" + destinationQueuePair() + ", psn="
            + packetSequenceNumber() + (isAcknowledgeRequested() ? ", acknowledgeRequested" : "")
            + (isSolicited() ? ", solicited" : "");
    }
}
