// SPDX-License-Identifier: Apache-2.0

/**
 * Connections by address and port: the semantics of {@code rdma_cm} as Java types.
 *
 * <p>A {@link dev.ffmverbs.cm.ConnectionManager} listens and connects on the addresses of one device. The queue pair of
 * a connection always belongs to the caller, who creates it in any protection domain of the device, so that memory can
 * be registered before anybody connects. The manager takes it through its states. Up to 56 bytes of private data travel
 * with a request, 196 with an acceptance and 148 with a rejection.
 *
 * <p><b>Threads.</b> One daemon thread of each manager reads its events, calls handlers and completes futures. Handlers
 * must not block; calls that wait refuse to run on that thread. Exceptions and errors thrown by a handler, an observer
 * or a stage of a future are logged and do not end the thread. If the thread ends because events cannot be read, every
 * attempt and connection ends with {@code MANAGER_ENDED}, and nothing new begins. All types are thread-safe.
 *
 * <p><b>Guarantees.</b> Arguments are checked before anything is created or sent. Every connection attempt ends within
 * its time limit, by success or with a {@link dev.ffmverbs.cm.ConnectionException} whose {@link
 * dev.ffmverbs.cm.ConnectionException.Reason} says why; its table lists how an attempt can end, whichever side is
 * first. An interrupt ends every call that waits. A queue pair serves one connection at a time; another one is refused.
 * When a connection ends, on whichever side, its queue pair goes to ERROR, so that requests posted to it complete as
 * flushed. Closing a connection never closes its queue pair.
 *
 * <p>Depends on the public objects of {@code dev.ffmverbs} and on {@code dev.ffmverbs.spi}; never on a provider.
 */
package dev.ffmverbs.cm;
