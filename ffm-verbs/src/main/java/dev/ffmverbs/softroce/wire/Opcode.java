// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/**
 * The BTH opcodes of reliable connections, unreliable connections and unreliable datagrams, with the traits of each
 * ({@code ib_pack.h}).
 *
 * <p>Opcodes are {@code int} because they come from the wire, where any of the 256 values may arrive.
 */
public final class Opcode {

    /** First packet of a SEND of several packets. */
    public static final int SEND_FIRST = 0x00;
    /** Packet of a SEND, neither first nor last. */
    public static final int SEND_MIDDLE = 0x01;
    /** Last packet of a SEND of several packets. */
    public static final int SEND_LAST = 0x02;
    /** Last packet of a SEND of several packets, with immediate data. */
    public static final int SEND_LAST_WITH_IMMEDIATE = 0x03;
    /** SEND in one packet. */
    public static final int SEND_ONLY = 0x04;
    /** SEND in one packet, with immediate data. */
    public static final int SEND_ONLY_WITH_IMMEDIATE = 0x05;
    /** First packet of an RDMA WRITE of several packets. */
    public static final int WRITE_FIRST = 0x06;
    /** Packet of an RDMA WRITE, neither first nor last. */
    public static final int WRITE_MIDDLE = 0x07;
    /** Last packet of an RDMA WRITE of several packets. */
    public static final int WRITE_LAST = 0x08;
    /** Last packet of an RDMA WRITE of several packets, with immediate data. */
    public static final int WRITE_LAST_WITH_IMMEDIATE = 0x09;
    /** RDMA WRITE in one packet. */
    public static final int WRITE_ONLY = 0x0A;
    /** RDMA WRITE in one packet, with immediate data. */
    public static final int WRITE_ONLY_WITH_IMMEDIATE = 0x0B;
    /** RDMA READ request. */
    public static final int READ_REQUEST = 0x0C;
    /** First packet of a READ response of several packets. */
    public static final int READ_RESPONSE_FIRST = 0x0D;
    /** Packet of a READ response, neither first nor last. This is the only response without an AETH. */
    public static final int READ_RESPONSE_MIDDLE = 0x0E;
    /** Last packet of a READ response of several packets. */
    public static final int READ_RESPONSE_LAST = 0x0F;
    /** READ response in one packet. */
    public static final int READ_RESPONSE_ONLY = 0x10;
    /** Acknowledgement, positive or negative. */
    public static final int ACKNOWLEDGE = 0x11;
    /** Response to an atomic request, with the value before the atomic. */
    public static final int ATOMIC_ACKNOWLEDGE = 0x12;
    /** Compare and swap of eight bytes. */
    public static final int COMPARE_SWAP = 0x13;
    /** Fetch and add of eight bytes. */
    public static final int FETCH_ADD = 0x14;
    /** Last packet of a SEND of several packets, with a key to invalidate. */
    public static final int SEND_LAST_WITH_INVALIDATE = 0x16;
    /** SEND in one packet, with a key to invalidate. */
    public static final int SEND_ONLY_WITH_INVALIDATE = 0x17;
    /** FLUSH of data that was written before. */
    public static final int FLUSH = 0x1C;
    /** WRITE of eight bytes at once. */
    public static final int ATOMIC_WRITE = 0x1D;
    /**
     * Added to the opcode of a packet of a SEND or WRITE of a reliable connection, gives the opcode of the same packet
     * of an unreliable connection.
     */
    public static final int UNRELIABLE = 0x20;
    /** Datagram. The messages of communication managers are such datagrams. */
    public static final int DATAGRAM_SEND_ONLY = 0x64;
    /** Datagram with immediate data. */
    public static final int DATAGRAM_SEND_ONLY_WITH_IMMEDIATE = 0x65;

    /** Trait: starts a message. Together with {@link #LAST}, the packet is the whole message. */
    public static final int FIRST = 1;
    /** Trait: ends a message. */
    public static final int LAST = 1 << 1;
    /** Trait: part of a SEND. */
    public static final int SEND = 1 << 2;
    /** Trait: part of an RDMA WRITE. */
    public static final int WRITE = 1 << 3;
    /** Trait: an RDMA READ request or response. */
    public static final int READ = 1 << 4;
    /** Trait: an atomic request or its response. */
    public static final int ATOMIC = 1 << 5;
    /** Trait: sent by a requester. */
    public static final int REQUEST = 1 << 6;
    /** Trait: may have payload. */
    public static final int PAYLOAD = 1 << 7;
    /** Trait: has immediate data. */
    public static final int IMMEDIATE = 1 << 8;
    /** Trait: has an invalidate header. */
    public static final int INVALIDATE = 1 << 9;
    /** Trait: has a RETH. */
    public static final int RETH = 1 << 10;
    /** Trait: has an AETH. */
    public static final int AETH = 1 << 11;
    /** Trait: has a DETH. */
    public static final int DETH = 1 << 12;
    /** Trait: has an AtomicETH. */
    public static final int ATOMIC_ETH = 1 << 13;
    /** Trait: has an AtomicAckETH. */
    public static final int ATOMIC_ACK_ETH = 1 << 14;
    /** Trait: belongs to reliable connections. */
    public static final int RELIABLE_CONNECTION = 1 << 15;
    /** Trait: belongs to unreliable connections. */
    public static final int UNRELIABLE_CONNECTION = 1 << 16;
    /** Trait: a FLUSH, which has a FETH and a RETH. */
    public static final int FLUSHES = 1 << 17;
    /** Trait: a WRITE of eight bytes at once. */
    public static final int WRITES_WORD = 1 << 18;

    private static final int OPCODES = 256;
    private static final int[] TRAITS = new int[OPCODES];
    private static final byte[] HEADER_BYTES = new byte[OPCODES];
    private static final String[] NAMES = new String[OPCODES];

    static {
        final int send = SEND | REQUEST | PAYLOAD;
        define(SEND_FIRST, "SEND_FIRST", send | FIRST);
        define(SEND_MIDDLE, "SEND_MIDDLE", send);
        define(SEND_LAST, "SEND_LAST", send | LAST);
        define(SEND_LAST_WITH_IMMEDIATE, "SEND_LAST_WITH_IMMEDIATE", send | LAST | IMMEDIATE);
        define(SEND_ONLY, "SEND_ONLY", send | FIRST | LAST);
        define(SEND_ONLY_WITH_IMMEDIATE, "SEND_ONLY_WITH_IMMEDIATE", send | FIRST | LAST | IMMEDIATE);
        define(SEND_LAST_WITH_INVALIDATE, "SEND_LAST_WITH_INVALIDATE", send | LAST | INVALIDATE);
        define(SEND_ONLY_WITH_INVALIDATE, "SEND_ONLY_WITH_INVALIDATE", send | FIRST | LAST | INVALIDATE);

        final int write = WRITE | REQUEST | PAYLOAD;
        define(WRITE_FIRST, "WRITE_FIRST", write | FIRST | RETH);
        define(WRITE_MIDDLE, "WRITE_MIDDLE", write);
        define(WRITE_LAST, "WRITE_LAST", write | LAST);
        define(WRITE_LAST_WITH_IMMEDIATE, "WRITE_LAST_WITH_IMMEDIATE", write | LAST | IMMEDIATE);
        define(WRITE_ONLY, "WRITE_ONLY", write | FIRST | LAST | RETH);
        define(WRITE_ONLY_WITH_IMMEDIATE, "WRITE_ONLY_WITH_IMMEDIATE", write | FIRST | LAST | RETH | IMMEDIATE);

        define(READ_REQUEST, "READ_REQUEST", READ | REQUEST | FIRST | LAST | RETH);
        final int readResponse = READ | PAYLOAD;
        define(READ_RESPONSE_FIRST, "READ_RESPONSE_FIRST", readResponse | FIRST | AETH);
        define(READ_RESPONSE_MIDDLE, "READ_RESPONSE_MIDDLE", readResponse);
        define(READ_RESPONSE_LAST, "READ_RESPONSE_LAST", readResponse | LAST | AETH);
        define(READ_RESPONSE_ONLY, "READ_RESPONSE_ONLY", readResponse | FIRST | LAST | AETH);

        define(ACKNOWLEDGE, "ACKNOWLEDGE", AETH);
        define(ATOMIC_ACKNOWLEDGE, "ATOMIC_ACKNOWLEDGE", ATOMIC | AETH | ATOMIC_ACK_ETH);
        define(COMPARE_SWAP, "COMPARE_SWAP", ATOMIC | REQUEST | FIRST | LAST | ATOMIC_ETH);
        define(FETCH_ADD, "FETCH_ADD", ATOMIC | REQUEST | FIRST | LAST | ATOMIC_ETH);

        define(FLUSH, "FLUSH", FLUSHES | REQUEST | FIRST | LAST);
        define(ATOMIC_WRITE, "ATOMIC_WRITE", WRITES_WORD | REQUEST | FIRST | LAST | RETH | PAYLOAD);

        for (int opcode = SEND_FIRST; opcode <= WRITE_ONLY_WITH_IMMEDIATE; opcode++) {
            define(UNRELIABLE + opcode, "UNRELIABLE_" + NAMES[opcode],
                TRAITS[opcode] & ~RELIABLE_CONNECTION | UNRELIABLE_CONNECTION);
        }

        final int datagram = SEND | REQUEST | PAYLOAD | FIRST | LAST | DETH;
        define(DATAGRAM_SEND_ONLY, "DATAGRAM_SEND_ONLY", datagram);
        define(DATAGRAM_SEND_ONLY_WITH_IMMEDIATE, "DATAGRAM_SEND_ONLY_WITH_IMMEDIATE", datagram | IMMEDIATE);
    }

    private Opcode() {
    }

    private static void define(final int opcode, final String name, final int traits) {
        NAMES[opcode] = name;
        TRAITS[opcode] =
            (traits & (DETH | UNRELIABLE_CONNECTION)) != 0 ? traits : traits | RELIABLE_CONNECTION;
        int bytes = BaseTransportHeader.BYTES;
        bytes += (traits & DETH) != 0 ? DatagramHeader.BYTES : 0;
        bytes += (traits & RETH) != 0 ? RdmaHeader.BYTES : 0;
        bytes += (traits & FLUSHES) != 0 ? FlushHeader.BYTES : 0;
        bytes += (traits & ATOMIC_ETH) != 0 ? AtomicHeader.BYTES : 0;
        bytes += (traits & AETH) != 0 ? AcknowledgeHeader.BYTES : 0;
        bytes += (traits & ATOMIC_ACK_ETH) != 0 ? AtomicAcknowledgeHeader.BYTES : 0;
        bytes += (traits & IMMEDIATE) != 0 ? ImmediateData.BYTES : 0;
        bytes += (traits & INVALIDATE) != 0 ? InvalidateHeader.BYTES : 0;
        HEADER_BYTES[opcode] = (byte) bytes;
    }

    /**
     * Returns the traits of an opcode.
     *
     * @param opcode 0 to 255.
     * @return its traits, or 0 for an opcode that this device does not understand.
     */
    public static int traits(final int opcode) {
        return TRAITS[opcode];
    }

    /**
     * Returns whether an opcode has a trait.
     *
     * @param opcode 0 to 255.
     * @param trait  one trait, or several of which any one is sufficient.
     * @return true if the opcode has the trait.
     */
    public static boolean is(final int opcode, final int trait) {
        return (TRAITS[opcode] & trait) != 0;
    }

    /**
     * Returns the length of all headers of an opcode. The payload starts after them.
     *
     * @param opcode 0 to 255.
     * @return number of bytes before the payload, or 0 for an opcode that this device does not understand.
     */
    public static int headerBytes(final int opcode) {
        return HEADER_BYTES[opcode];
    }

    /**
     * Returns the name of an opcode, for logs and debuggers.
     *
     * @param opcode 0 to 255.
     * @return the name of its constant, or its number if this device does not understand it.
     */
    public static String toString(final int opcode) {
        return NAMES[opcode] != null ? NAMES[opcode] : "opcode 0x" + Integer.toHexString(opcode);
    }
}
