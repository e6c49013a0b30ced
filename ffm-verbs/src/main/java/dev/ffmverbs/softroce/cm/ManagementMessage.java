// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One message of the communication manager: a management datagram (MAD) of 256 bytes.
 *
 * <p>24 bytes of header (base version 1, class 7, class version 2, method "send"), then the fields of its type, then
 * private data; what is not set is zero. Not safe for use by several threads at once, except to read it.
 */
final class ManagementMessage {

    static final int BYTES = 256;

    private static final int HEADER_BYTES = 24;
    private static final int TRANSACTION_OFFSET = 8;
    private static final int ATTRIBUTE_OFFSET = 16;

    private static final int BASE_VERSION = 1;
    private static final int COMMUNICATION_MANAGEMENT = 0x07;
    private static final int CLASS_VERSION = 2;
    private static final int METHOD_SEND = 0x03;
    private static final int FIRST_WORD =
        BASE_VERSION << 24 | COMMUNICATION_MANAGEMENT << 16 | CLASS_VERSION << 8 | METHOD_SEND;

    private final MessageType type;
    private final ByteBuffer bytes;

    private ManagementMessage(final MessageType type, final ByteBuffer bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /** Starts a message; every field is zero. */
    static ManagementMessage create(final MessageType type, final long transactionId) {
        final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putInt(0, FIRST_WORD);
        bytes.putLong(TRANSACTION_OFFSET, transactionId);
        bytes.putShort(ATTRIBUTE_OFFSET, (short) type.attribute());
        return new ManagementMessage(type, bytes);
    }

    /**
     * Reads a datagram.
     *
     * @param datagram its bytes, from position to limit; they are copied.
     * @return the message, or null when it is none of the communication manager or of a type unknown here.
     */
    static ManagementMessage parse(final ByteBuffer datagram) {
        final MessageType type = typeOf(datagram);
        if (type == null) {
            return null;
        }
        final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.put(0, datagram, datagram.position(), BYTES);
        return new ManagementMessage(type, bytes);
    }

    /**
     * Reads the type of the message in a datagram, and nothing else.
     *
     * @param datagram its big-endian bytes, from position to limit.
     * @return the type, or null when it is no message of the communication manager or of a type unknown here.
     */
    static MessageType typeOf(final ByteBuffer datagram) {
        final int start = datagram.position();
        return datagram.remaining() != BYTES || datagram.getInt(start) != FIRST_WORD ? null
            : MessageType.ofAttribute(Short.toUnsignedInt(datagram.getShort(start + ATTRIBUTE_OFFSET)));
    }

    /**
     * Reads the communication id of the sender, and nothing else.
     *
     * @param datagram big-endian bytes of a message, from position to limit.
     * @return the id.
     */
    static int localIdOf(final ByteBuffer datagram) {
        return datagram.getInt(datagram.position() + HEADER_BYTES + MessageField.LOCAL_ID.byteOffset());
    }

    MessageType type() {
        return type;
    }

    long transactionId() {
        return bytes.getLong(TRANSACTION_OFFSET);
    }

    long get(final MessageField field) {
        return field.read(bytes, HEADER_BYTES);
    }

    /** A field of at most 32 bits; one of 32 is taken for a signed number. */
    int getInt(final MessageField field) {
        return (int) get(field);
    }

    ManagementMessage set(final MessageField field, final long value) {
        field.write(bytes, HEADER_BYTES, value);
        return this;
    }

    /** Sets a field of 32 bits to a communication id, which uses all of them. */
    ManagementMessage setId(final MessageField field, final int id) {
        return set(field, Integer.toUnsignedLong(id));
    }

    /** All private data, with the zeros behind it: a message does not say how much of it is meant. */
    byte[] privateData() {
        return privateData(0);
    }

    byte[] privateData(final int from) {
        final byte[] data = new byte[type.privateDataBytes() - from];
        bytes.get(HEADER_BYTES + type.privateDataOffset() + from, data);
        return data;
    }

    ManagementMessage setPrivateData(final int from, final byte[] data) {
        if (from + data.length > type.privateDataBytes()) {
            throw new IllegalArgumentException(type + " carries at most " + type.privateDataBytes()
                + " bytes of private data, not " + (from + data.length));
        }
        bytes.put(HEADER_BYTES + type.privateDataOffset() + from, data);
        return this;
    }

    /** The datagram, to be read only. */
    ByteBuffer datagram() {
        return bytes.asReadOnlyBuffer();
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof ManagementMessage message && Arrays.equals(bytes.array(), message.bytes.array());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes.array());
    }

    @Override
    public String toString() {
        return String.format("%s[transaction=%x, local=%08x]", type, transactionId(), getInt(MessageField.LOCAL_ID));
    }
}
