// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

/** The slots of a mailbox. A node writes each kind of record into a separate slot of its partner's mailbox. */
public enum MailboxSlot {

    /** W1 of the handshake: "I have read your boot id, and this is mine", and proof that its writer has the secret. */
    HELLO(1, 0, 32),

    /** W2 of the handshake: "I have read your boot id again, and it is still the same." */
    ESTABLISHED(2, 128, 0),

    /** Version and features of the writer's connection manager. */
    PEER_INFORMATION(3, 256, 128),

    /** All clients of the writer, with the memory and ports of each and whether they are ready. */
    CLIENTS(4, 1024, ClientsPayload.LENGTH_BYTES);

    /** Length of the longest record in bytes. */
    public static final int LONGEST_RECORD_BYTES = CLIENTS.recordBytes();

    private final int kind;
    private final int offsetBytes;
    private final int payloadBytes;

    MailboxSlot(final int kind, final int offsetBytes, final int payloadBytes) {
        this.kind = kind;
        this.offsetBytes = offsetBytes;
        this.payloadBytes = payloadBytes;
    }

    /**
     * Returns the number that stands for the slot in its record.
     *
     * @return 1 to 4.
     */
    public int kind() {
        return kind;
    }

    /**
     * Whether the slot belongs to one of the two WRITEs of the handshake.
     *
     * @return false if its records follow the handshake.
     */
    public boolean isOfHandshake() {
        return this == HELLO || this == ESTABLISHED;
    }

    /**
     * Returns where the slot is.
     *
     * @return its offset in the mailbox, in bytes.
     */
    public int offsetBytes() {
        return offsetBytes;
    }

    /**
     * Returns the length of the payload of its record.
     *
     * @return bytes of payload.
     */
    public int payloadBytes() {
        return payloadBytes;
    }

    /**
     * Returns the length of its record.
     *
     * @return bytes, from the sequence number to the checksum.
     */
    public int recordBytes() {
        return MailboxRecordLayout.HEADER_BYTES + payloadBytes + MailboxRecordLayout.TRAILER_BYTES;
    }
}
