// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One RoCEv2 packet: a flyweight over the payload of a UDP datagram, from the BTH to the ICRC.
 *
 * <p>To read: put the datagram into {@link #buffer()}, state its {@link #lengthBytes(int)}, ask {@link #defect()}; only
 * without a defect do the accessors have a meaning, and each only when the opcode has its header. They never read
 * outside the buffer, whatever the packet says.
 *
 * <p>To write: {@link #begin}, the extension headers of the opcode, payload at {@link #payloadOffset()},
 * {@link #endPayload}, then {@link Icrc#seal}.
 *
 * <p>All headers are big-endian ({@code rxe_hdr.h}). Not safe for use by several threads at once.
 */
public final class RocePacket {

    /** Bytes of the base transport header. */
    public static final int BTH_BYTES = 12;
    /** Bytes of the datagram header. */
    public static final int DETH_BYTES = 8;
    /** Bytes of the RDMA header. */
    public static final int RETH_BYTES = 16;
    /** Bytes of the atomic header. */
    public static final int ATOMIC_ETH_BYTES = 28;
    /** Bytes of the acknowledge header. */
    public static final int AETH_BYTES = 4;
    /** Bytes of the atomic acknowledge header. */
    public static final int ATOMIC_ACK_ETH_BYTES = 8;
    /** Bytes of immediate data. */
    public static final int IMMEDIATE_BYTES = 4;
    /** Bytes of the invalidate header. */
    public static final int IETH_BYTES = 4;
    /** Bytes of the invariant checksum. */
    public static final int ICRC_BYTES = 4;

    /** Largest path MTU: payload bytes of one packet. */
    public static final int MAX_PAYLOAD_BYTES = 4096;
    /** Bytes a packet's buffer has: the largest packet and room to notice a larger datagram, in whole cache lines. */
    public static final int BUFFER_BYTES = MAX_PAYLOAD_BYTES + 64;
    /** Largest packet: RETH and immediate data before, ICRC after the payload. */
    public static final int MAX_BYTES =
        BTH_BYTES + RETH_BYTES + IMMEDIATE_BYTES + MAX_PAYLOAD_BYTES + ICRC_BYTES;

    /** Flag of {@link #begin}: the receiver is to raise a solicited event. */
    public static final int SOLICITED = 0x8000_0000;
    /** Flag of {@link #begin}: the receiver is to acknowledge. */
    public static final int ACKNOWLEDGE_REQUEST = 0x80;

    /** Largest length a RETH may state: 2^31 bytes. */
    public static final long MAX_MESSAGE_BYTES = 1L << 31;

    private static final int FLAGS_OFFSET = 1;
    private static final int PARTITION_KEY_OFFSET = 2;
    private static final int DESTINATION_OFFSET = 4;
    private static final int SEQUENCE_OFFSET = 8;
    private static final int EXTENSION_OFFSET = BTH_BYTES;
    private static final int ATOMIC_ACK_OFFSET = BTH_BYTES + AETH_BYTES;

    private static final int MIGRATED = 0x40;
    private static final int PAD_SHIFT = 4;
    private static final int PAD_MASK = 3;
    private static final int DEFAULT_PARTITION_KEY = 0xFFFF;
    private static final int BITS_24 = 0xFF_FFFF;

    private final MemorySegment segment;
    private final ByteBuffer buffer;
    private final ByteBuffer checksumView;
    private int lengthBytes;

    /** Creates a packet over memory of its own. */
    public RocePacket() {
        this(MemorySegment.ofBuffer(ByteBuffer.allocateDirect(BUFFER_BYTES)));
    }

    /**
     * Creates a packet over given memory.
     *
     * @param memory native memory of {@link #BUFFER_BYTES}, which must outlive the packet.
     * @throws IllegalArgumentException when the memory is not native or has another size.
     */
    public RocePacket(final MemorySegment memory) {
        if (!memory.isNative() || memory.byteSize() != BUFFER_BYTES) {
            throw new IllegalArgumentException("a packet needs " + BUFFER_BYTES + " bytes of native memory: " + memory);
        }
        segment = memory;
        buffer = memory.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
        checksumView = buffer.duplicate();
    }

    /**
     * The packet's bytes; position and limit are the caller's to use.
     *
     * @return big-endian view of the packet's memory.
     */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * The packet's bytes.
     *
     * @return the packet's memory.
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * A second view of the bytes, so that checksums leave the position of {@link #buffer()} alone.
     *
     * @return the view.
     */
    ByteBuffer checksumView() {
        return checksumView;
    }

    /**
     * Length from BTH to ICRC, both included.
     *
     * @return bytes, at most {@link #BUFFER_BYTES}.
     */
    public int lengthBytes() {
        return lengthBytes;
    }

    /**
     * States how long the received packet is.
     *
     * @param bytes length of the datagram's payload, 0 to {@link #BUFFER_BYTES}.
     */
    public void lengthBytes(final int bytes) {
        lengthBytes = bytes;
    }

    /**
     * Makes this packet a copy of another.
     *
     * @param other the packet to copy.
     */
    public void copyFrom(final RocePacket other) {
        lengthBytes = other.lengthBytes;
        MemorySegment.copy(other.segment, 0, segment, 0, lengthBytes);
    }

    /**
     * What keeps the received bytes from being a packet this device understands.
     *
     * @return the first defect found, or null; the checksum is not looked at.
     */
    public PacketDefect defect() {
        return PacketDefect.of(this);
    }

    /** BTH version of the transport header: 0 in packets this device understands. */
    int version() {
        return buffer.get(FLAGS_OFFSET) & 0x0F;
    }

    /** BTH partition, without the bit for full membership. */
    int partition() {
        return buffer.getShort(PARTITION_KEY_OFFSET) & 0x7FFF;
    }

    /**
     * BTH opcode.
     *
     * @return 0 to 255, see {@link Opcode}.
     */
    public int opcode() {
        return buffer.get(0) & 0xFF;
    }

    /**
     * BTH solicited event bit.
     *
     * @return true when the receiver is to raise a solicited event.
     */
    public boolean solicited() {
        return buffer.get(FLAGS_OFFSET) < 0;
    }

    /**
     * BTH pad count.
     *
     * @return bytes between payload and ICRC, 0 to 3.
     */
    public int padBytes() {
        return buffer.get(FLAGS_OFFSET) >>> PAD_SHIFT & PAD_MASK;
    }

    /**
     * BTH destination queue pair.
     *
     * @return 24 bits.
     */
    public int destinationQueuePair() {
        return buffer.getInt(DESTINATION_OFFSET) & BITS_24;
    }

    /**
     * BTH acknowledge request bit.
     *
     * @return true when the requester wants an acknowledgement.
     */
    public boolean acknowledgeRequested() {
        return buffer.get(SEQUENCE_OFFSET) < 0;
    }

    /**
     * BTH packet sequence number.
     *
     * @return 24 bits.
     */
    public int packetSequenceNumber() {
        return buffer.getInt(SEQUENCE_OFFSET) & BITS_24;
    }

    /**
     * Virtual address of a RETH or AtomicETH.
     *
     * @return the remote address.
     */
    public long remoteAddress() {
        return buffer.getLong(EXTENSION_OFFSET);
    }

    /**
     * Key of a RETH or AtomicETH.
     *
     * @return the remote key.
     */
    public int rkey() {
        return buffer.getInt(EXTENSION_OFFSET + 8);
    }

    /**
     * DMA length of a RETH.
     *
     * @return bytes, 0 to 2^32-1.
     */
    public long dmaLengthBytes() {
        return buffer.getInt(EXTENSION_OFFSET + 12) & 0xFFFF_FFFFL;
    }

    /**
     * First operand of an AtomicETH.
     *
     * @return the value to swap in, or to add.
     */
    public long swapOrAdd() {
        return buffer.getLong(EXTENSION_OFFSET + 12);
    }

    /**
     * Second operand of an AtomicETH.
     *
     * @return the value to compare with; unused by fetch and add.
     */
    public long compare() {
        return buffer.getLong(EXTENSION_OFFSET + 20);
    }

    /**
     * Syndrome of an AETH.
     *
     * @return 0 to 255, see {@link Syndrome}.
     */
    public int syndrome() {
        return buffer.get(EXTENSION_OFFSET) & 0xFF;
    }

    /**
     * Message sequence number of an AETH.
     *
     * @return 24 bits.
     */
    public int messageSequenceNumber() {
        return buffer.getInt(EXTENSION_OFFSET) & BITS_24;
    }

    /**
     * Value of an AtomicAckETH.
     *
     * @return the value in remote memory before the atomic.
     */
    public long originalValue() {
        return buffer.getLong(ATOMIC_ACK_OFFSET);
    }

    /**
     * Immediate data, or the key of an IETH: the last header either way.
     *
     * @return the four bytes as a big-endian number.
     */
    public int immediate() {
        return buffer.getInt(payloadOffset() - IMMEDIATE_BYTES);
    }

    /**
     * Q_Key of a DETH.
     *
     * @return 32 bits.
     */
    public int queueKey() {
        return buffer.getInt(EXTENSION_OFFSET);
    }

    /**
     * Source queue pair of a DETH.
     *
     * @return 24 bits.
     */
    public int sourceQueuePair() {
        return buffer.getInt(EXTENSION_OFFSET + 4) & BITS_24;
    }

    /**
     * Where the payload starts.
     *
     * @return offset in bytes from the BTH.
     */
    public int payloadOffset() {
        return Opcode.headerBytes(opcode());
    }

    /**
     * Bytes of payload, without padding.
     *
     * @return 0 to {@link #MAX_PAYLOAD_BYTES} and the few bytes of headers the opcode lacks.
     */
    public int payloadBytes() {
        return lengthBytes - payloadOffset() - padBytes() - ICRC_BYTES;
    }

    /**
     * Starts a packet: writes its BTH.
     *
     * <p>MigReq is set, as NICs do in state MIGRATED, the only state there is here.
     *
     * @param opcode      see {@link Opcode}.
     * @param destination queue pair at the peer.
     * @param psn         packet sequence number.
     * @param flags       {@link #SOLICITED} and {@link #ACKNOWLEDGE_REQUEST}, or 0.
     */
    public void begin(final int opcode, final int destination, final int psn, final int flags) {
        final ByteBuffer buffer = this.buffer;
        final int solicited = flags >>> 24 & 0x80;
        buffer.putInt(0, opcode << 24 | (solicited | MIGRATED) << 16 | DEFAULT_PARTITION_KEY);
        buffer.putInt(DESTINATION_OFFSET, destination & BITS_24);
        buffer.putInt(SEQUENCE_OFFSET, (flags & ACKNOWLEDGE_REQUEST) << 24 | psn & BITS_24);
        lengthBytes = Opcode.headerBytes(opcode) + ICRC_BYTES;
    }

    /**
     * Writes the RETH.
     *
     * @param remoteAddress remote address.
     * @param rkey          remote key.
     * @param bytes         DMA length, 0 to {@link #MAX_MESSAGE_BYTES}.
     */
    public void rdma(final long remoteAddress, final int rkey, final long bytes) {
        buffer.putLong(EXTENSION_OFFSET, remoteAddress);
        buffer.putInt(EXTENSION_OFFSET + 8, rkey);
        buffer.putInt(EXTENSION_OFFSET + 12, (int) bytes);
    }

    /**
     * Writes the AtomicETH.
     *
     * @param remoteAddress remote address, a multiple of eight.
     * @param rkey          remote key.
     * @param swapOrAdd     value to swap in, or to add.
     * @param compare       value to compare with; 0 for fetch and add.
     */
    public void atomic(final long remoteAddress, final int rkey, final long swapOrAdd, final long compare) {
        buffer.putLong(EXTENSION_OFFSET, remoteAddress);
        buffer.putInt(EXTENSION_OFFSET + 8, rkey);
        buffer.putLong(EXTENSION_OFFSET + 12, swapOrAdd);
        buffer.putLong(EXTENSION_OFFSET + 20, compare);
    }

    /**
     * Writes the AETH.
     *
     * @param syndrome see {@link Syndrome}.
     * @param msn      message sequence number, 24 bits.
     */
    public void acknowledge(final int syndrome, final int msn) {
        buffer.putInt(EXTENSION_OFFSET, syndrome << 24 | msn & BITS_24);
    }

    /**
     * Writes the AtomicAckETH.
     *
     * @param value value in remote memory before the atomic.
     */
    public void originalValue(final long value) {
        buffer.putLong(ATOMIC_ACK_OFFSET, value);
    }

    /**
     * Writes immediate data or the key of an IETH, whichever the opcode has.
     *
     * @param value the four bytes as a big-endian number.
     */
    public void immediate(final int value) {
        buffer.putInt(payloadOffset() - IMMEDIATE_BYTES, value);
    }

    /**
     * Writes the DETH.
     *
     * @param queueKey Q_Key.
     * @param source   queue pair at this side.
     */
    public void datagram(final int queueKey, final int source) {
        buffer.putInt(EXTENSION_OFFSET, queueKey);
        buffer.putInt(EXTENSION_OFFSET + 4, source & BITS_24);
    }

    /**
     * Ends the payload: pads it with zeros to a multiple of four and fixes the packet's length.
     *
     * @param bytes bytes of payload written at {@link #payloadOffset()}, 0 to {@link #MAX_PAYLOAD_BYTES}.
     */
    public void endPayload(final int bytes) {
        final int pad = -bytes & PAD_MASK;
        final int end = payloadOffset() + bytes;
        for (int i = 0; i < pad; i++) {
            buffer.put(end + i, (byte) 0);
        }
        final int flags = buffer.get(FLAGS_OFFSET) & ~(PAD_MASK << PAD_SHIFT);
        buffer.put(FLAGS_OFFSET, (byte) (flags | pad << PAD_SHIFT));
        lengthBytes = end + pad + ICRC_BYTES;
    }

    @Override
    public String toString() {
        return PacketText.of(this);
    }
}
