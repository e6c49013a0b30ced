// SPDX-License-Identifier: Apache-2.0

/**
 * RoCEv2 packets: headers, opcodes, sequence numbers and the invariant checksum.
 *
 * <p>A {@link dev.ffmverbs.softroce.wire.RocePacket} is a flyweight over the payload of one UDP datagram; it is
 * guaranteed that reading and writing it allocates nothing. {@link dev.ffmverbs.softroce.wire.Icrc} makes and checks
 * the trailing checksum, which also covers IP and UDP header fields that a Java socket does not show.
 *
 * <p>Depends on the JDK alone: no socket, no clock, no queue pair. Offsets and constants are those of the InfiniBand
 * architecture as Linux reads them ({@code rxe_hdr.h}, {@code rxe_icrc.c}, {@code ib_pack.h}).
 */
package dev.ffmverbs.softroce.wire;
