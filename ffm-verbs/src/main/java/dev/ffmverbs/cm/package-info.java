// SPDX-License-Identifier: Apache-2.0

/**
 * Connections by address and port: the semantics of {@code rdma_cm} as Java types.
 *
 * <p>A {@link dev.ffmverbs.cm.ConnectionManager} listens and connects on the addresses of one device or several. The
 * caller owns the queue pair of a connection and creates it in any protection domain of the device. Memory can thus be
 * registered before anybody connects. The manager changes the state of the queue pair. A request carries up to 56 bytes
 * of private data, an acceptance 196 and a rejection 148.
 *
 * <p>{@link dev.ffmverbs.cm.ConnectionManager#datagrams()} finds the queue pairs of peers for datagrams, and joins
 * multicast groups. There, a request carries up to 180 bytes of private data and an answer 136.
 *
 * <p>On iWARP, this is the only way to connect. The kernel makes the TCP connection and then changes the state of the
 * queue pair, which cannot be connected again afterwards. Until the peer answers, the kernel does not allow the attempt
 * to be ended. The call still ends within its time limit, but closing its queue pair or its manager can take as long as
 * the kernel waits, 10 s on Linux siw. {@link dev.ffmverbs.cm.LocalAddresses} finds the addresses of every kind of
 * device.
 *
 * <p><b>Threads.</b> One daemon thread of each manager reads its events, calls handlers and completes futures. Handlers
 * must not block, and calls that wait refuse to run on that thread. Exceptions and errors thrown by a handler, an
 * observer or a stage of a future are logged and do not end the thread. If the thread ends because events cannot be
 * read, every attempt and connection ends with {@code MANAGER_ENDED}, and nothing new begins. All types are
 * thread-safe.
 *
 * <p><b>Guarantees.</b> Arguments are checked before anything is created or sent. Every connection attempt ends within
 * its time limit, by success or with a {@link dev.ffmverbs.cm.ConnectionException} whose {@link
 * dev.ffmverbs.cm.ConnectionException.Reason} says why. A table there lists how an attempt can end, whichever side acts
 * first. An interrupt ends every call that waits. A queue pair serves one connection at a time, and another is refused.
 * When a connection ends, on whichever side, its queue pair goes to ERROR, so that requests posted to it complete as
 * flushed. Closing a connection never closes its queue pair.
 *
 * <p><b>Dependencies.</b> This package depends on the public objects of {@code dev.ffmverbs} and on {@code
 * dev.ffmverbs.spi}. It does not depend on any provider.
 */
package dev.ffmverbs.cm;
