// SPDX-License-Identifier: Apache-2.0

/**
 * Reliable connections: the requester and responder state machines of a queue pair.
 *
 * <p>{@link dev.ffmverbs.softroce.transport.ReliableConnection} is one queue pair. It has no socket, no thread and no
 * clock: packets come in by a call and leave through a {@link dev.ffmverbs.softroce.wire.PacketSink}, time is an
 * argument in nanoseconds, and what it waits for is a deadline it tells when asked. Completions leave through a
 * {@link dev.ffmverbs.softroce.transport.CompletionSink}. So the same code runs under a socket and, in tests, under a
 * virtual clock and a link that loses packets by a seed.
 *
 * <p>Guarantees, as long as the peer keeps to the protocol and retries suffice: messages arrive complete, in order and
 * once; atomics run once; requests complete in the order posted; data is in memory before its acknowledgement leaves.
 * Whatever a packet says, nothing is written outside registered memory and nothing is thrown.
 *
 * <p><b>Trains.</b> Packets that leave together follow each other in trains, once a {@code PeerTrains} knows that the
 * peer takes them; to others they leave one by one. What came in together is acknowledged once, when the caller asks
 * for packets.
 *
 * <p><b>Flow.</b> A responder sends without flow control, and nobody tells a requester how much room its peer has. So
 * {@code SendPace} halves what may be under way at each loss and lets it grow slowly, and {@code RetryTimers} sends
 * again what is late by round trips, long before the transport timeout.
 *
 * <p><b>Threads.</b> All state machines of a device are guarded by one lock, the dispatch lock, which the caller holds.
 * Only {@link dev.ffmverbs.softroce.transport.SendQueue} and {@link dev.ffmverbs.softroce.transport.ReceiveQueue} are
 * filled outside it, by one poster at a time. Nothing is allocated per operation or packet.
 *
 * <p>Depends on the layers {@code wire}, {@code memory} and {@code recording}, and on the numbers of {@code
 * dev.ffmverbs.spi}; not on sockets, providers or the public API.
 */
package dev.ffmverbs.softroce.transport;
