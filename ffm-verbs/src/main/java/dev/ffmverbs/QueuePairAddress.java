// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * What a peer must know about a queue pair to connect to it by hand, or to send it datagrams. {@link QueuePair#prepare}
 * returns it. It goes to the peer by any means, such as a TCP connection, and the peer passes it to {@link
 * QueuePair#connect(QueuePairAddress)} or {@link QueuePair#createAddressHandle}. Immutable.
 *
 * <pre>{@code
 * socket.getOutputStream().write(own.toBytes());
 * QueuePairAddress peer = QueuePairAddress.ofBytes(socket.getInputStream().readNBytes(QueuePairAddress.BYTES));
 * }</pre>
 *
 * @param type                 transport service of the queue pair.
 * @param number               number of the queue pair, 24 bits.
 * @param packetSequenceNumber number of the first packet that it sends, 24 bits.
 * @param queueKey             key that datagrams to it must carry; 0 for connections.
 * @param gid                  GID of its port.
 * @param gidType              kind of that GID.
 * @param localIdentifier      LID of its port, 0 to 65535; 0 on Ethernet.
 * @param pathMtu              largest packet payload that it can send and receive.
 * @param incomingReads        READ and atomic requests that it answers at a time, 0 to 255.
 * @param outgoingReads        READ and atomic requests that it must have outstanding at a time, 0 to 255; 0 when it
 *                             uses as many as its peer answers.
 */
public record QueuePairAddress(
    QueuePairType type, int number, int packetSequenceNumber, int queueKey, Gid gid, GidType gidType,
    int localIdentifier, PathMtu pathMtu, int incomingReads, int outgoingReads) {

    /** Length of an address in bytes, as {@link #toBytes} writes it. It does not depend on the device. */
    public static final int BYTES = 40;

    private static final int MAXIMUM_24_BITS = 0xFF_FFFF;
    private static final int MAXIMUM_16_BITS = 0xFFFF;
    private static final int MAXIMUM_8_BITS = 0xFF;

    /** The letters QPA and the version of the format. */
    private static final int MAGIC = 0x5150_4101;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when a number is out of range, or the MTU is {@link PathMtu#UNKNOWN}.
     * @throws NullPointerException     when the type, the GID, its type or the MTU is missing.
     */
    public QueuePairAddress {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(gid, "gid");
        Objects.requireNonNull(gidType, "gidType");
        Objects.requireNonNull(pathMtu, "pathMtu");
        Ranges.check("number", number, 0, MAXIMUM_24_BITS);
        Ranges.check("packetSequenceNumber", packetSequenceNumber, 0, MAXIMUM_24_BITS);
        Ranges.check("localIdentifier", localIdentifier, 0, MAXIMUM_16_BITS);
        Ranges.requireKnown("pathMtu", pathMtu, PathMtu.UNKNOWN);
        Ranges.check("incomingReads", incomingReads, 0, MAXIMUM_8_BITS);
        Ranges.check("outgoingReads", outgoingReads, 0, MAXIMUM_8_BITS);
    }

    /**
     * Writes this address as bytes, in network byte order. They are the same on every device and machine.
     *
     * @return {@link #BYTES} bytes.
     */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putInt(MAGIC)
            .put((byte) type.value()).put((byte) gidType.value()).put((byte) pathMtu.value()).put((byte) 0)
            .putLong(gid.high()).putLong(gid.low())
            .putInt(number).putInt(packetSequenceNumber).putInt(queueKey)
            .putShort((short) localIdentifier).put((byte) incomingReads).put((byte) outgoingReads).array();
    }

    /**
     * Reads an address that {@link #toBytes} wrote.
     *
     * @param bytes {@link #BYTES} bytes.
     * @return the address.
     * @throws IllegalArgumentException when the bytes are no address: their number is another, they are of another
     *                                  format, or a value does not exist; the message names it.
     */
    public static QueuePairAddress ofBytes(final byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(
                "the address of a queue pair has " + BYTES + " bytes, and these are " + bytes.length);
        }
        final ByteBuffer in = ByteBuffer.wrap(bytes);
        final int magic = in.getInt();
        if (magic != MAGIC) {
            throw new IllegalArgumentException(String.format(
                "the address of a queue pair begins with 0x%08x, and these bytes with 0x%08x", MAGIC, magic));
        }
        final QueuePairType type = QueuePairType.of(in.get());
        final GidType gidType = GidType.of(in.get());
        final int mtu = in.get();
        if (PathMtu.of(mtu) == PathMtu.UNKNOWN) {
            throw new IllegalArgumentException("enum ibv_mtu has no value " + mtu);
        }
        in.get();
        final Gid gid = new Gid(in.getLong(), in.getLong());
        return new QueuePairAddress(type, in.getInt(), in.getInt(), in.getInt(), gid, gidType,
            Short.toUnsignedInt(in.getShort()), PathMtu.of(mtu), Byte.toUnsignedInt(in.get()),
            Byte.toUnsignedInt(in.get()));
    }
}
