// SPDX-License-Identifier: Apache-2.0

/**
 * The port of a device: its UDP socket, its timers, and who runs the state machines when.
 *
 * <p>{@link dev.ffmverbs.softroce.port.Port} has one lock, the dispatch lock, under which everything of a device
 * happens: packets are taken in, answered, sent, timers expire. Whoever needs progress does the work: a thread that
 * posts sends what it posted, a thread that polls takes in what came, and one that waits for a completion watches the
 * socket. A thread that finds the lock taken leaves its work to the one that has it. Only while no thread of the
 * application does any of this, one of the port's own waits in a selector. A thread that waits looks at the socket for
 * some tens of microseconds first where that pays ({@link dev.ffmverbs.softroce.port.LookingRule}); else nothing spins.
 *
 * <p>The socket is IPv4, bound to one address, never connected, and does not let its packets be fragmented: that is
 * when Linux gives them the IPv4 identification 0, which the checksum of RoCEv2 packets covers and no Java socket
 * shows.
 *
 * <p>Guarantees: nothing is allocated per packet, except 120 bytes by the JDK when a packet comes from another peer
 * than the one before; whatever the network brings, no exception escapes. Whatever a part throws, errors included, ends
 * that part alone ({@link dev.ffmverbs.softroce.port.Dispatcher}), and never leaves the dispatch lock taken.
 *
 * <p>Depends on the layers {@code wire}, {@code memory}, {@code faults} and {@code transport}, and on the errors of
 * {@code spi}; not on the verbs objects that use it.
 */
package dev.ffmverbs.softroce.port;
