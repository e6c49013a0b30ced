// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

/**
 * The messages that establish and end a connection, or find a queue pair for datagrams, with the place of their private
 * data (IBTA volume 1, 12.6).
 */
public enum MessageType {
    /** REQ: requests a connection. */
    REQUEST(0x10, 140, 92),
    /** MRA: a REQ or REP arrived, and its answer takes longer. */
    RECEIPT(0x11, 10, 222),
    /** REJ: rejects a connection. */
    REJECTION(0x12, 84, 148),
    /** REP: accepts a REQ. */
    REPLY(0x13, 36, 196),
    /** RTU: the REP arrived, and the connection is ready to use. */
    READY_TO_USE(0x14, 8, 224),
    /** DREQ: ends a connection. */
    DISCONNECT_REQUEST(0x15, 12, 220),
    /** DREP: confirms a DREQ. */
    DISCONNECT_REPLY(0x16, 8, 224),
    /** SIDR_REQ: asks for the queue pair of a service for datagrams. */
    RESOLUTION_REQUEST(0x17, 16, 216),
    /** SIDR_REP: answers a SIDR_REQ. */
    RESOLUTION_REPLY(0x18, 96, 136);

    private static final MessageType[] VALUES = values();

    private final int attribute;
    private final int privateDataOffset;
    private final int privateDataBytes;

    MessageType(final int attribute, final int privateDataOffset, final int privateDataBytes) {
        this.attribute = attribute;
        this.privateDataOffset = privateDataOffset;
        this.privateDataBytes = privateDataBytes;
    }

    /** Returns the type with an attribute id, or null if this device does not know it. */
    static MessageType ofAttribute(final int attribute) {
        final int index = attribute - REQUEST.attribute;
        return index >= 0 && index < VALUES.length ? VALUES[index] : null;
    }

    int attribute() {
        return attribute;
    }

    /** Returns where private data starts, in bytes from the end of the MAD header. */
    int privateDataOffset() {
        return privateDataOffset;
    }

    /**
     * Returns how much private data a message of this type has.
     *
     * @return the length in bytes.
     */
    public int privateDataBytes() {
        return privateDataBytes;
    }
}
