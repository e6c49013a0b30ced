// SPDX-License-Identifier: Apache-2.0

/**
 * The port of a device: its UDP socket, its timers, and the decision which thread runs the state machines.
 *
 * <p>{@link dev.ffmverbs.softroce.port.Port} has one lock, the dispatch lock, under which all work of a device happens:
 * packets are taken in, answered and sent, and timers expire. The thread that needs progress does the work: a thread
 * that posts sends what it posted, a thread that polls takes in what has arrived, and a thread that waits for a
 * completion watches the socket. A thread that finds the lock taken leaves its work to the thread that has it. Only
 * while no thread of the application does any of this does the port's own thread wait in a selector. A thread that
 * waits looks at the socket for some tens of microseconds first where that pays ({@link
 * dev.ffmverbs.softroce.port.LookingRule}); otherwise nothing spins.
 *
 * <p>The socket is an IPv4 socket, bound to one address, never connected, and does not let its packets be fragmented.
 * Under these conditions Linux gives packets the IPv4 identification 0, or their index in their train, which the
 * checksum of RoCEv2 packets covers and a socket does not show. There are two ({@link
 * dev.ffmverbs.softroce.port.PacketSocket}): {@code TrainSocket} calls the C library, sends and receives trains, and is
 * used if native access is granted and the self-test sees these identifications; {@code UdpSocket} is a channel of the
 * JDK. Packets gather in the socket and leave at the end of a turn.
 *
 * <p>A WRITE takes this path: {@code Port.sendPosted}, {@code PortLock}, {@code Dispatcher}, the state machines of the
 * queue pair ({@code ReliableConnection}), {@code PortSink}, and the socket, which sends it when the dispatcher ends
 * the turn.
 *
 * <p><b>Guarantees.</b> Nothing is allocated per packet, except 120 bytes by the channel of the JDK if a packet comes
 * from another peer than the packet before it. Whatever the network sends, no exception escapes. Whatever a part
 * throws, errors included, ends that part alone ({@link dev.ffmverbs.softroce.port.Dispatcher}) and never leaves the
 * dispatch lock taken.
 *
 * <p>Depends on the layers {@code libc}, {@code wire}, {@code memory}, {@code faults} and {@code transport}, and on
 * {@code dev.ffmverbs.spi}; not on the verbs objects that use it.
 */
package dev.ffmverbs.softroce.port;
