// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** The UDP header before a packet (RFC 768). A socket does not show it. */
final class UdpHeader {

    /** Length in bytes. */
    static final int BYTES = 8;

    static final IntField SOURCE_PORT = IntField.bytes(0, 2);
    static final IntField DESTINATION_PORT = IntField.bytes(2, 2);
    static final IntField DATAGRAM_LENGTH = IntField.bytes(4, 2);

    private UdpHeader() {
    }
}
