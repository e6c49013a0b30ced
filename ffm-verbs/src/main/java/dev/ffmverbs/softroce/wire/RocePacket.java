// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One RoCEv2 packet: a flyweight over the payload of a UDP datagram, from the BTH to the ICRC.
 *
 * <p>To read a packet, put the datagram into {@link #buffer()}, state its {@link #lengthBytes(int)} and ask for its
 * {@link #defect()}. Without a defect, {@link #bth()} tells the {@linkplain BaseTransportHeader#opcode() opcode}, and
 * the opcode tells which of the other headers the packet has. The view of a header that it does not have returns
 * meaningless values. No view reads outside the buffer, whatever the packet says.
 *
 * <p>To write a packet, call {@link #begin}, write the other headers of the opcode, write the payload at
 * {@link #payloadOffset()}, call {@link #endPayload}, then {@link Icrc#seal}.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class RocePacket {

    /** Length of the invariant checksum in bytes. */
    public static final int ICRC_BYTES = 4;

    /** Largest path MTU: the most payload one packet carries, in bytes. */
    public static final int MAX_PAYLOAD_BYTES = 4096;

    /** Size of a packet's memory: the largest packet, and room to notice a larger datagram, in whole cache lines. */
    public static final int BUFFER_BYTES = MAX_PAYLOAD_BYTES + 64;

    /** Length of the largest packet: BTH, RETH and immediate data before the payload, ICRC after it. */
    public static final int MAX_BYTES =
        BaseTransportHeader.BYTES + RdmaHeader.BYTES + ImmediateData.BYTES + MAX_PAYLOAD_BYTES + ICRC_BYTES;

    private static final int PAD_MASK = 3;

    private final MemorySegment segment;
    private final ByteBuffer buffer;
    private final ByteBuffer checksumView;
    private int lengthBytes;

    private final BaseTransportHeader bth;
    private final RdmaHeader reth;
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
     * Creates a packet over given memory.
     *
     * @param memory native memory of {@link #BUFFER_BYTES}, which must outlive the packet.
     * @throws IllegalArgumentException if the memory is not native or has another size.
     */
    public RocePacket(final MemorySegment memory) {
        if (!memory.isNative() || memory.byteSize() != BUFFER_BYTES) {
            throw new IllegalArgumentException("a packet needs " + BUFFER_BYTES + " bytes of native memory: " + memory);
        }
        segment = memory;
        buffer = memory.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
        checksumView = buffer.duplicate();
        bth = new BaseTransportHeader(buffer);
        reth = new RdmaHeader(buffer);
        atomicEth = new AtomicHeader(buffer);
        aeth = new AcknowledgeHeader(buffer);
        atomicAckEth = new AtomicAcknowledgeHeader(buffer);
        deth = new DatagramHeader(buffer);
        immDt = new ImmediateData(this);
        ieth = new InvalidateHeader(this);
    }

    /**
     * Returns the packet's bytes as a buffer. The caller may change its position and limit.
     *
     * @return big-endian view of the packet's memory.
     */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Returns the packet's bytes as a segment.
     *
     * @return the packet's memory.
     */
    public MemorySegment segment() {
        return segment;
    }

    /** Returns a second view of the bytes, so that checksums leave the position of {@link #buffer()} alone. */
    ByteBuffer checksumView() {
        return checksumView;
    }

    /**
     * Returns the length of the packet from the BTH to the ICRC, both included.
     *
     * @return bytes, at most {@link #BUFFER_BYTES}.
     */
    public int lengthBytes() {
        return lengthBytes;
    }

    /**
     * States the length of a received packet.
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
     * Returns what keeps the received bytes from being a packet this device understands. Does not look at the checksum.
     *
     * @return the first defect found, or null.
     */
    public PacketDefect defect() {
        return PacketDefect.of(this);
    }

    /**
     * Returns the base transport header.
     *
     * @return the BTH, which every packet has.
     */
    public BaseTransportHeader bth() {
        return bth;
    }

    /**
     * Returns the RDMA extended transport header.
     *
     * @return the RETH of a READ request or WRITE.
     */
    public RdmaHeader reth() {
        return reth;
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
     * Returns where the payload starts.
     *
     * @return offset in bytes from the BTH.
     */
    public int payloadOffset() {
        return Opcode.headerBytes(bth.opcode());
    }

    /**
     * Returns the length of the payload without padding.
     *
     * @return 0 to {@link #MAX_PAYLOAD_BYTES} and the few bytes of headers that the opcode lacks.
     */
    public int payloadBytes() {
        return lengthBytes - payloadOffset() - bth.padBytes() - ICRC_BYTES;
    }

    /**
     * Starts a packet by writing its BTH.
     *
     * @param opcode               see {@link Opcode}.
     * @param destinationQueuePair number of the peer's queue pair, of which the lower 24 bits are written.
     * @param psn                  packet sequence number, of which the lower 24 bits are written.
     * @param flags                {@link BaseTransportHeader#SOLICITED} and {@link
     *                             BaseTransportHeader#ACKNOWLEDGE_REQUEST}, or 0.
     */
    public void begin(final int opcode, final int destinationQueuePair, final int psn, final int flags) {
        bth.set(opcode, destinationQueuePair, psn, flags);
        lengthBytes = Opcode.headerBytes(opcode) + ICRC_BYTES;
    }

    /**
     * Ends the payload: pads it with zeros to a multiple of four and sets the packet's length.
     *
     * @param bytes bytes of payload written at {@link #payloadOffset()}, 0 to {@link #MAX_PAYLOAD_BYTES}.
     */
    public void endPayload(final int bytes) {
        final int pad = -bytes & PAD_MASK;
        final int end = payloadOffset() + bytes;
        for (int i = 0; i < pad; i++) {
            buffer.put(end + i, (byte) 0);
        }
        bth.padBytes(pad);
        lengthBytes = end + pad + ICRC_BYTES;
    }

    @Override
    public String toString() {
        return PacketText.of(this);
    }
}
