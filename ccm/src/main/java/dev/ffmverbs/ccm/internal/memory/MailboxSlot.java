// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

/** The records a node writes into its partner's mailbox, each into its own slot. */
public enum MailboxSlot {

    /** W1 of the handshake: "I have read your boot id, and this is mine", and proof that its writer has the secret. */
    HELLO(1, 0, 32),

    /** W2 of the handshake: "I have read your boot id again, and it is still the same." */
    ESTABLISHED(2, 128, 0),

    /** What the writer's connection manager is and can do. */
    PEER_INFORMATION(3, 256, 128),

    /** The writer's clients, all of them, with what was made for each: memory, ports, and whether they are ready. */
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
     * The number that stands for it in the record.
     *
     * @return 1 to 4.
     */
    public int kind() {
        return kind;
    }

    /**
     * Whether it is one of the two steps of the handshake that write.
     *
     * @return false for what follows the handshake.
     */
    public boolean isOfHandshake() {
        return this == HELLO || this == ESTABLISHED;
    }

    /**
     * Where the slot is.
     *
     * @return offset in the mailbox in bytes.
     */
    public int offsetBytes() {
        return offsetBytes;
    }

    /**
     * What its record carries beyond what all records have.
     *
     * @return bytes of payload.
     */
    public int payloadBytes() {
        return payloadBytes;
    }

    /**
     * Length of its record.
     *
     * @return bytes, from the sequence number to the checksum.
     */
    public int recordBytes() {
        return MailboxRecordLayout.HEADER_BYTES + payloadBytes + MailboxRecordLayout.TRAILER_BYTES;
    }
}
