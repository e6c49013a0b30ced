// SPDX-License-Identifier: Apache-2.0

/**
 * Connections by address and port: rdma_cm semantics behind Java types.
 *
 * <p>A {@link dev.ffmverbs.cm.ConnectionManager} listens and connects on the addresses of one device. The queue pair
 * of a connection is always the caller's own, made from any protection domain of the device, so that memory can be
 * registered before anybody connects; the manager takes it through its states. Up to 56 bytes travel with a request,
 * 196 with an acceptance and 148 with a rejection.
 *
 * <p><b>Threads.</b> One daemon thread of each manager reads its events, calls handlers and completes futures. Handlers
 * must not block; calls that wait refuse to run on that thread. What a handler, an observer or a stage of a future
 * throws, be it an exception or an error, is logged and does not end the thread. Should it end because events cannot be
 * read at all, every attempt and connection ends with {@code MANAGER_ENDED}, and nothing new begins. All types may be
 * used from any thread.
 *
 * <p><b>Guarantees.</b> Arguments are checked before anything is made or sent. Every connection attempt ends within its
 * time limit, by success or with a {@link dev.ffmverbs.cm.ConnectionException} whose {@link
 * dev.ffmverbs.cm.ConnectionException.Reason} says why: there is a table of all ends, which hold whichever side was
 * first. An interrupt ends every call that waits. A queue pair serves one connection at a time; another one that wants
 * it is refused. When a connection ends, from whichever side, its queue pair goes to ERROR, so that requests posted to
 * it complete as flushed. Closing a connection never closes its queue pair.
 *
 * <p>Depends on the public objects of {@code dev.ffmverbs}, on {@code dev.ffmverbs.spi}, and on {@code jextract} for
 * the numbers of C; never on a provider.
 */
package dev.ffmverbs.cm;
