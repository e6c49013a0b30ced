// SPDX-License-Identifier: Apache-2.0

/**
 * The codec of the messages by which communication managers establish, refuse and end connections, and find queue pairs
 * for datagrams.
 *
 * <p>{@link dev.ffmverbs.softroce.cm.message.ManagementPacket} puts a management datagram (MAD) into a packet of queue
 * pair 1 and takes it out again. {@link dev.ffmverbs.softroce.cm.message.ManagementMessage} reads and writes a MAD:
 * REQ, MRA, REJ, REP, RTU, DREQ, DREP, SIDR_REQ or SIDR_REP. The classes named {@code ...Fields} declare the fields of
 * these messages, as the page of {@link dev.ffmverbs.softroce.wire} describes. {@link
 * dev.ffmverbs.softroce.cm.message.AddressHeader} is the header by which {@code rdma_cm} names IP addresses in the
 * private data of a REQ or SIDR_REQ.
 *
 * <p><b>Guarantees.</b> Nothing here has state beyond the bytes of a message. Any bytes can be parsed. Bytes that are
 * not a message yield null, without an exception. A value that does not fit its field, and private data that does not
 * fit its message, is refused.
 *
 * <p>Positions and values are those of IBTA volume 1, chapter 12 ({@code ibta_vol1_c12.h}).
 *
 * <p>Depends on {@code dev.ffmverbs.softroce.wire} alone: on no socket, no clock and no lock.
 */
package dev.ffmverbs.softroce.cm.message;
