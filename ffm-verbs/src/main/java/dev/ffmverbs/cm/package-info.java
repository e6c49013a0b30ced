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
 * must not block; calls that wait refuse to run on that thread. All types may be used from any thread.
 *
 * <p><b>Guarantees.</b> Every connection attempt ends within its time limit, by success or with a
 * {@link dev.ffmverbs.cm.ConnectionException} that says why. When a connection ends, from whichever side, its queue
 * pair goes to ERROR, so that requests posted to it complete as flushed. Closing a connection never closes its queue
 * pair.
 *
 * <p>Depends on the public objects of {@code dev.ffmverbs} and on {@code dev.ffmverbs.spi}; never on a provider.
 */
package dev.ffmverbs.cm;
