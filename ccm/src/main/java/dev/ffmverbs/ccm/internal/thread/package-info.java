// SPDX-License-Identifier: Apache-2.0

/**
 * The threads of a node. This package handles what they throw, and decides when each of many sessions has its turn.
 *
 * <p>{@link NodeThread} runs a part of a node and survives whatever a step throws. {@link DeliveryThread} calls a
 * listener or a client, which may block it. {@link ClientThreads} has one such thread for each client. {@link
 * DetachedLog} logs for threads that must not wait for the log. {@link Schedule} determines which of many sessions have
 * something to do.
 *
 * <p><b>Guarantees.</b> A thread ends only when asked to. What a step throws is logged with the name of the part. A
 * {@link Delivery} that fails before it has reached its recipient is repeated.
 *
 * <p>Depends on the JDK alone.
 */
package dev.ffmverbs.ccm.internal.thread;
