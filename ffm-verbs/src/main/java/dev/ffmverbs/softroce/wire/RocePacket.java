// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A RoCEv2 packet. This is a flyweight over the payload of a UDP datagram, from the BTH to the ICRC.
 *
 * <p>To read a packet, put the datagram into {@link #buffer()}, set its {@link #lengthBytes(int)} and check its
 * {@link #defect()}. If there is none, {@link #bth()} contains the {@linkplain BaseTransportHeader#opcode() opcode},
 * which determines the other headers of the packet. The view of a header that the packet does not have returns
 * meaningless values. No view reads outside the memory, whatever the packet contains.
 *
 * <p>To write a packet, call {@link #begin}, write the other headers of the opcode, write the payload at
 * {@link #payloadOffset()}, and call {@link #endPayload}, then {@link Icrc#seal}.
 *
 * <p>A packet is part of a memory segment that may contain others. {@link #aim} points this flyweight at another packet
 * without allocating. Offsets in {@link #buffer()} and {@link #segment()} count from the start of the segment, not from
 * the start of the packet.
 *
 * <p>Not thread-safe.
 */
public final class RocePacket {

    /** Length of the invariant checksum in bytes. */
    public static final int ICRC_BYTES = 4;

    /** Largest path MTU, that is, the maximum payload of one packet in bytes. */
    public static final int MAX_PAYLOAD_BYTES = 4096;

    /**
     * Room for one packet, in whole cache lines. It holds the largest packet and is large enough to detect a larger
     * datagram.
     */
    public static final int BUFFER_BYTES = MAX_PAYLOAD_BYTES + 64;

    /** Length of the largest packet, with BTH, RETH and immediate data before the payload, and ICRC after it. */
    public static final int MAX_BYTES =
        BaseTransportHeader.BYTES + RdmaHeader.BYTES + ImmediateData.BYTES + MAX_PAYLOAD_BYTES + ICRC_BYTES;

    /**
     * Number of bytes that must follow the start of a packet, so that no view of its headers reads outside the memory.
     */
    public static final int HEADER_ROOM_BYTES = 64;

    private static final int PAD_MASK = 3;

    private final MemorySegment segment;
    private final ByteBuffer buffer;
    private final ByteBuffer checksumView;
    private int start;
    private int lengthBytes;

    private final BaseTransportHeader bth;
    private final RdmaHeader reth;
    private final FlushHeader flushEth;
    private final AtomicHeader atomicEth;
    private final AcknowledgeHeader aeth;
    private final AtomicAcknowledgeHeader atomicAckEth;
    private final DatagramHeader deth;
    private final ImmediateData immDt;
    private final InvalidateHeader ieth;

    /** Creates a packet over newly allocated memory. */
    public RocePacket() {
        this(MemorySegment.ofBuffer(ByteBuffer.allocateDirect(BUFFER_BYTES)));
    }

    /**
     * Creates a packet at the start of a given memory segment.
     *
     * @param memory native memory of at least {@link #BUFFER_BYTES}. It must outlive the packet.
     * @throws IllegalArgumentException if the memory is not native, or too short or too long for a packet.
     */
    public RocePacket(final MemorySegment memory) {
        if (!memory.isNative() || memory.byteSize() < BUFFER_BYTES || memory.byteSize() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a packet needs " + BUFFER_BYTES + " bytes of native memory or more,"
                + " and less than 2^31: " + memory);
        }
        segment = memory;
        buffer = memory.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
        checksumView = buffer.duplicate();
        bth = new BaseTransportHeader(this);
        reth = new RdmaHeader(this, BaseTransportHeader.BYTES);
        flushEth = new FlushHeader(this);
        atomicEth = new AtomicHeader(this);
        aeth = new AcknowledgeHeader(this);
        atomicAckEth = new AtomicAcknowledgeHeader(this);
        deth = new DatagramHeader(this);
        immDt = new ImmediateData(this);
        ieth = new InvalidateHeader(this);
    }

    /**
     * Points this flyweight at another packet in its memory.
     *
     * @param newStart       start of the packet, in bytes from the start of the memory.
     * @param newLengthBytes length of the packet, or 0 if it is not written yet.
     * @throws IndexOutOfBoundsException if less than {@link #HEADER_ROOM_BYTES} of the memory follow the start, or the
     *                                   packet does not lie in the memory.
     */
    public void aim(final int newStart, final int newLengthBytes) {
        Objects.checkFromIndexSize(newStart, Math.max(newLengthBytes, HEADER_ROOM_BYTES), buffer.capacity());
        start = newStart;
        lengthBytes = newLengthBytes;
    }

    /**
     * Returns the offset at which the packet starts.
     *
     * @return offset in bytes from the start of the memory.
     */
    public int startOffset() {
        return start;
    }

    /**
     * Returns the memory as a buffer. The caller may change its position and limit.
     *
     * @return big-endian view of the memory.
     */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Returns the memory as a segment.
     *
     * @return the memory that contains the packet.
     */
    public MemorySegment segment() {
        return segment;
    }

    /** Reads a row of the packet. The offset counts from its BTH, like those of the methods below. */
    int getInt(final int offset) {
        return buffer.getInt(start + offset);
    }

    void putInt(final int offset, final int row) {
        buffer.putInt(start + offset, row);
    }

    long getLong(final int offset) {
        return buffer.getLong(start + offset);
    }

    void putLong(final int offset, final long value) {
        buffer.putLong(start + offset, value);
    }

    /** Returns a second view of the memory, so that checksums do not change the position of {@link #buffer()}. */
    ByteBuffer checksumView() {
        return checksumView;
    }

    /**
     * Returns the length of the packet from the BTH to the ICRC, inclusive.
     *
     * @return number of bytes. A packet without defect has at most {@link #MAX_BYTES}.
     */
    public int lengthBytes() {
        return lengthBytes;
    }

    /**
     * Sets the length of a received packet.
     *
     * @param bytes length of the payload of the datagram, from 0 to the length of the memory after its start.
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
        MemorySegment.copy(other.segment, other.start, segment, start, lengthBytes);
    }

    /**
     * Returns the reason why the received bytes are not a packet that this device understands. Does not check the
     * checksum.
     *
     * @return the first defect found, or null.
     */
    public PacketDefect defect() {
        return PacketDefect.of(this);
    }

    /**
     * Returns the base transport header.
     *
     * @return the BTH. Every packet has one.
     */
    public BaseTransportHeader bth() {
        return bth;
    }

    /**
     * Returns the RDMA extended transport header.
     *
     * @return the RETH of a READ request or WRITE, not of a FLUSH.
     */
    public RdmaHeader reth() {
        return reth;
    }

    /**
     * Returns the extended transport headers of a FLUSH.
     *
     * @return the FETH, and the RETH behind it.
     */
    public FlushHeader flushEth() {
        return flushEth;
    }

    /**
     * Returns the atomic extended transport header.
     *
     * @return the AtomicETH of an atomic request.
     */
    public AtomicHeader atomicEth() {
        return atomicEth;
    }

    /**
     * Returns the acknowledge extended transport header.
     *
     * @return the AETH of a response.
     */
    public AcknowledgeHeader aeth() {
        return aeth;
    }

    /**
     * Returns the atomic acknowledge extended transport header.
     *
     * @return the AtomicAckETH of the response to an atomic.
     */
    public AtomicAcknowledgeHeader atomicAckEth() {
        return atomicAckEth;
    }

    /**
     * Returns the datagram extended transport header.
     *
     * @return the DETH of a datagram.
     */
    public DatagramHeader deth() {
        return deth;
    }

    /**
     * Returns the immediate data.
     *
     * @return the ImmDt of an opcode with immediate data.
     */
    public ImmediateData immDt() {
        return immDt;
    }

    /**
     * Returns the invalidate extended transport header.
     *
     * @return the IETH of an opcode that invalidates a key.
     */
    public InvalidateHeader ieth() {
        return ieth;
    }

    /**
     * Returns the offset at which the payload starts.
     *
     * @return offset in bytes from the start of the memory.
     */
    public int payloadOffset() {
        return start + headerBytes();
    }

    /** Returns the length of the headers of the opcode. */
    int headerBytes() {
        return Opcode.headerBytes(bth.opcode());
    }

    /**
     * Returns the length of the payload without padding.
     *
     * @return 0 to {@link #MAX_PAYLOAD_BYTES}, plus the few bytes of headers that the opcode lacks.
     */
    public int payloadBytes() {
        return lengthBytes - headerBytes() - bth.padBytes() - ICRC_BYTES;
    }

    /**
     * Starts a packet by writing its BTH.
     *
     * @param opcode               see {@link Opcode}.
     * @param destinationQueuePair number of the peer's queue pair. Only the lower 24 bits are written.
     * @param psn                  packet sequence number. Only the lower 24 bits are written.
     * @param flags                {@link BaseTransportHeader#SOLICITED} and {@link
     *                             BaseTransportHeader#ACKNOWLEDGE_REQUEST}, or 0.
     */
    public void begin(final int opcode, final int destinationQueuePair, final int psn, final int flags) {
        bth.set(opcode, destinationQueuePair, psn, flags);
        lengthBytes = Opcode.headerBytes(opcode) + ICRC_BYTES;
    }

    /**
     * Ends the payload. Pads it with zeros to a multiple of four, and sets the length of the packet.
     *
     * @param bytes number of payload bytes written at {@link #payloadOffset()}, 0 to {@link #MAX_PAYLOAD_BYTES}.
     */
    public void endPayload(final int bytes) {
        final int pad = -bytes & PAD_MASK;
        final int end = payloadOffset() + bytes;
        for (int i = 0; i < pad; i++) {
            buffer.put(end + i, (byte) 0);
        }
        bth.padBytes(pad);
        lengthBytes = end + pad + ICRC_BYTES - start;
    }

    @Override
    public String toString() {
        return PacketText.of(this);
    }
}
