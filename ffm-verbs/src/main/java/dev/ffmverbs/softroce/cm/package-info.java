// SPDX-License-Identifier: Apache-2.0

/**
 * The InfiniBand communication manager of the soft device: how its connections are made, refused and ended on the wire,
 * so that it and {@code rdma_cm} of a kernel or a NIC connect to each other.
 *
 * <p>Layers, from the wire upwards:
 * <ol>
 *   <li>{@link dev.ffmverbs.softroce.cm.ManagementPacket}: a management datagram (MAD) in a UD packet of queue pair 1;
 *   <li>{@code ManagementMessage}, {@code MessageType} and the {@code ...Fields}: REQ, MRA, REJ, REP, RTU, DREQ and
 *       DREP with the fields of IBTA volume 1, chapter 12, and {@code AddressHeader}, by which {@code rdma_cm} names IP
 *       addresses and ports in a REQ;
 *   <li>{@code ConnectionEndpoint}: the state machine of one end of one connection, and {@code Correspondence}, what it
 *       says to its peer;
 *   <li>{@link dev.ffmverbs.softroce.cm.CommunicationManager}: all ends and listeners of one device, and {@code
 *       IncomingRequests}, what becomes of what peers ask for;
 *   <li>{@link dev.ffmverbs.softroce.cm.SoftConnectionManager} and its identifiers: what {@code dev.ffmverbs.cm} calls.
 * </ol>
 *
 * <p><b>Guarantees.</b> No I/O, no threads, no clock: the device provides datagrams, the time and a way to send through
 * {@link dev.ffmverbs.softroce.cm.ManagementPort}. Every message that needs an answer is sent again
 * until it comes or time is up; every duplicate is answered again. Malformed and unexpected datagrams are counted and
 * dropped. Communication ids, transaction ids and starting packet sequence numbers are random. What requests of
 * strangers cost is bounded in time and memory ({@code SourceBudgets}, {@code RejectedRequests}), and a request that
 * names the queue pair of a live connection is believed when that does not answer ({@code Doubt}).
 *
 * <p>Depends on {@code dev.ffmverbs.spi}, {@code jextract} and {@code wire}; on no socket and no queue pair. Rules are
 * cited from IBTA volume 1, chapter 12, as Linux follows them ({@code ibta_vol1_c12.h}, {@code cm.c}, {@code cma.c} of
 * {@code drivers/infiniband/core}).
 */
package dev.ffmverbs.softroce.cm;
