// SPDX-License-Identifier: Apache-2.0

/**
 * Transport services: the requester and responder state machines of a queue pair.
 *
 * <p>A {@link dev.ffmverbs.softroce.transport.TransportService} drives one queue pair. It is a {@link
 * dev.ffmverbs.softroce.transport.ReliableConnection}, an {@link
 * dev.ffmverbs.softroce.transport.UnreliableConnection} or an {@link
 * dev.ffmverbs.softroce.transport.UnreliableDatagram}. It has no socket, no thread and no clock. Packets arrive through
 * a call and leave through a {@link dev.ffmverbs.softroce.wire.PacketSink}. Time is an argument in nanoseconds, and a
 * service with timers returns its next deadline on request. Completions leave through a
 * {@link dev.ffmverbs.softroce.transport.CompletionSink}. The same code therefore runs on a socket and, in tests, with
 * a virtual clock and a link that loses packets according to a seed.
 *
 * <p><b>Guarantees.</b> The following holds for reliable connections as long as the peer follows the protocol and the
 * retries suffice. Messages arrive complete, in order and once. Atomics run once. Data is in memory before its
 * acknowledgement leaves. The unreliable services lose, duplicate and reorder messages as the network does, but a
 * message that completes a receive is complete. For all services, requests complete in the order posted. Whatever a
 * packet contains, nothing is written outside registered memory and nothing is thrown.
 *
 * <p><b>Trains.</b> Packets that leave together form trains once a {@code PeerTrains} has found that the peer accepts
 * them. Packets to other peers leave one by one. Packets that arrive together are acknowledged once, when the caller
 * asks for packets.
 *
 * <p><b>Flow.</b> A responder sends without flow control, and a requester does not know how much room its peer has.
 * Therefore {@code SendPace} halves the permitted amount in flight at each loss and lets it grow slowly.
 * {@code RetryTimers} retransmits what is late by round trips, long before the transport timeout. {@code SendPace}
 * limits one connection. Connections share two buffers: that of their device, for which a {@code SharedBudget} limits
 * the READs of all together, and that of their peer, for which {@code PeerBudgets} limits their requests.
 *
 * <p><b>Threads.</b> One lock, the dispatch lock, guards all state machines of a device. The caller holds it. Only
 * {@link dev.ffmverbs.softroce.transport.SendQueue} and {@link dev.ffmverbs.softroce.transport.ReceiveQueue} are filled
 * outside it, by one poster at a time. Nothing is allocated per operation or packet.
 *
 * <p>Depends on the layers {@code wire}, {@code memory} and {@code recording}, and on the constants of
 * {@code dev.ffmverbs.spi}. Does not depend on sockets, providers or the public API.
 */
package dev.ffmverbs.softroce.transport;
