// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import dev.ffmverbs.softroce.wire.IntField;
import dev.ffmverbs.softroce.wire.LongField;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One message of a communication manager: a management datagram (MAD) of 256 bytes.
 *
 * <p>A message has 24 bytes of header (base version 1, class 7, class version 2, method "send"), then the fields of its
 * type, then private data. Fields that are not set are zero. Several threads may read a message at a time. Writing is
 * not thread-safe.
 */
public final class ManagementMessage {

    /** Length in bytes. */
    public static final int BYTES = 256;

    private static final IntField BASE_VERSION = IntField.bytes(0, 1);
    private static final IntField MANAGEMENT_CLASS = IntField.bytes(1, 1);
    private static final IntField CLASS_VERSION = IntField.bytes(2, 1);
    private static final IntField METHOD = IntField.bytes(3, 1);
    private static final LongField TRANSACTION_ID = new LongField(8);
    private static final IntField ATTRIBUTE_ID = IntField.bytes(16, 2);
    private static final int HEADER_BYTES = 24;

    /** The first row of the header, the same in all messages. */
    private static final int FIRST_ROW = BASE_VERSION.inRow(1) | MANAGEMENT_CLASS.inRow(0x07)
        | CLASS_VERSION.inRow(2) | METHOD.inRow(0x03);

    private final MessageType type;
    private final ByteBuffer bytes;

    private ManagementMessage(final MessageType type, final ByteBuffer bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /**
     * Creates a message whose fields are all zero.
     *
     * @param type          its type.
     * @param transactionId the same for all messages that establish one connection.
     * @return the message.
     */
    public static ManagementMessage create(final MessageType type, final long transactionId) {
        final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putInt(0, FIRST_ROW);
        TRANSACTION_ID.set(bytes, 0, transactionId);
        ATTRIBUTE_ID.set(bytes, 0, type.attribute());
        return new ManagementMessage(type, bytes);
    }

    /**
     * Reads a datagram.
     *
     * @param datagram its big-endian bytes, from position to limit; they are copied.
     * @return the message, or null if it is not one of a communication manager or its type is unknown here.
     */
    public static ManagementMessage parse(final ByteBuffer datagram) {
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
     * @return the type, or null if it is not a message of a communication manager or its type is unknown here.
     */
    public static MessageType typeOf(final ByteBuffer datagram) {
        final int start = datagram.position();
        return datagram.remaining() != BYTES || datagram.getInt(start) != FIRST_ROW ? null
            : MessageType.ofAttribute(ATTRIBUTE_ID.get(datagram, start));
    }

    /**
     * Reads the communication id of the sender, and nothing else.
     *
     * @param datagram big-endian bytes of a message, from position to limit.
     * @return the id.
     */
    public static int localIdOf(final ByteBuffer datagram) {
        return IdFields.LOCAL_ID.get(datagram, datagram.position() + HEADER_BYTES);
    }

    /**
     * Reads the service id of a request, and nothing else.
     *
     * @param datagram big-endian bytes of a message of type {@link MessageType#REQUEST} or
     *                 {@link MessageType#RESOLUTION_REQUEST}, from position to limit.
     * @return the service id.
     */
    public static long serviceIdOf(final ByteBuffer datagram) {
        return RequestFields.SERVICE_ID.get(datagram, datagram.position() + HEADER_BYTES);
    }

    /**
     * Returns the type.
     *
     * @return the type.
     */
    public MessageType type() {
        return type;
    }

    /**
     * Returns the transaction id.
     *
     * @return the 64-bit id.
     */
    public long transactionId() {
        return TRANSACTION_ID.get(bytes, 0);
    }

    /**
     * Reads a field.
     *
     * @param field a field of this type of message.
     * @return its value; a field of 32 bits may be negative.
     */
    public int get(final IntField field) {
        return field.get(bytes, HEADER_BYTES);
    }

    /**
     * Reads a field of 64 bits.
     *
     * @param field a field of this type of message.
     * @return its value.
     */
    public long get(final LongField field) {
        return field.get(bytes, HEADER_BYTES);
    }

    /**
     * Writes a field.
     *
     * @param field a field of this type of message.
     * @param value its value.
     * @return this message.
     * @throws IllegalArgumentException if the value does not fit in the field.
     */
    public ManagementMessage set(final IntField field, final int value) {
        field.set(bytes, HEADER_BYTES, value);
        return this;
    }

    /**
     * Writes a field of 64 bits.
     *
     * @param field a field of this type of message.
     * @param value its value.
     * @return this message.
     */
    public ManagementMessage set(final LongField field, final long value) {
        field.set(bytes, HEADER_BYTES, value);
        return this;
    }

    /**
     * Returns all private data, including the zeros after it, because a message does not state the length of its data.
     *
     * @return a copy of {@link MessageType#privateDataBytes()} bytes.
     */
    public byte[] privateData() {
        return privateData(0);
    }

    /**
     * Returns the rest of the private data.
     *
     * @param from bytes to skip at the start.
     * @return a copy.
     */
    public byte[] privateData(final int from) {
        final byte[] data = new byte[type.privateDataBytes() - from];
        bytes.get(HEADER_BYTES + type.privateDataOffset() + from, data);
        return data;
    }

    /**
     * Writes private data.
     *
     * @param from bytes to keep unchanged at the start.
     * @param data the data, which is copied.
     * @return this message.
     * @throws IllegalArgumentException if there is more than a message of this type carries.
     */
    public ManagementMessage setPrivateData(final int from, final byte[] data) {
        if (from + data.length > type.privateDataBytes()) {
            throw new IllegalArgumentException(type + " carries at most " + type.privateDataBytes()
                + " bytes of private data, not " + (from + data.length));
        }
        bytes.put(HEADER_BYTES + type.privateDataOffset() + from, data);
        return this;
    }

    /**
     * Returns the datagram.
     *
     * @return a read-only view of {@link #BYTES} bytes.
     */
    public ByteBuffer datagram() {
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
        return String.format("%s[transaction=%x, local=%08x]", type, transactionId(), get(IdFields.LOCAL_ID));
    }
}
