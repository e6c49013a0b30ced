// SPDX-License-Identifier: Apache-2.0

/**
 * RoCEv2 packets: headers, opcodes, sequence numbers and the invariant checksum.
 *
 * <p>A {@link dev.ffmverbs.softroce.wire.RocePacket} is a flyweight over the payload of a UDP datagram, with a view for
 * each header: BTH, RETH, AtomicETH, AETH, AtomicAckETH, DETH, ImmDt and IETH. {@link dev.ffmverbs.softroce.wire.Icrc}
 * computes and checks the checksum at the end of the packet. The checksum also covers IP and UDP header fields that a
 * Java socket does not show.
 *
 * <p><b>Fields in bytes.</b> The software device lays out fields in bytes in one way, in this package and in
 * {@code softroce.cm.message}:
 * <ul>
 *   <li>A field is a constant, an {@link dev.ffmverbs.softroce.wire.IntField} or a {@link
 *       dev.ffmverbs.softroce.wire.LongField}, declared with the byte offset, bit offset and width that the
 *       specification draws. Nothing else knows offsets, shifts and masks.
 *   <li>A field counts from the start of its header and lies in one big-endian row of 32 bits, or in 64 bits. Every
 *       access is one load or store.
 *   <li>A header is one small type that declares its fields. Views of packet headers are created with their packet.
 *       They have a typed accessor for each field and one method that writes the whole header. Management messages have
 *       many fields and are rare. They are read and written by field.
 *   <li>The views load and store rows of their packet, whose memory is always native ({@code of}, {@code inRow}). If
 *       heap buffers shared a call site, it would be compiled for several buffer classes and be several times slower.
 *   <li>{@code toString} shows each of them in debuggers and logs.
 * </ul>
 *
 * <p><b>Guarantees.</b> Reading, writing and checking a packet does not allocate. Whatever its bytes are, no access
 * leaves the memory of the packet.
 *
 * <p><b>Dependencies.</b> The JDK and, for the delays of RNR NAKs, {@code dev.ffmverbs.spi.constants}. No socket, no
 * clock, no queue pair. Offsets and constants are those of the InfiniBand architecture (IBTA volume 1, chapter 9) as
 * Linux uses them ({@code rxe_hdr.h}, {@code rxe_icrc.c}, {@code ib_pack.h}).
 */
package dev.ffmverbs.softroce.wire;
