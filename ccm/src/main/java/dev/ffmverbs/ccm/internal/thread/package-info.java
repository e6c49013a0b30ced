// SPDX-License-Identifier: Apache-2.0

/**
 * The threads of a node: what they do when something throws, and when each of many sessions has its turn.
 *
 * <p>{@link NodeThread} carries a part of a node and survives whatever a step throws. {@link DeliveryThread} calls a
 * listener or a client, which may block it; {@link ClientThreads} has one for each client. {@link Schedule} says which
 * of many have something to do.
 *
 * <p><b>Guarantees.</b> A thread ends only when it is told to. What a step throws is logged with the name of the part.
 * A {@link Delivery} that fails before it has reached its recipient is made again.
 *
 * <p>Depends on the JDK alone.
 */
package dev.ffmverbs.ccm.internal.thread;
