// SPDX-License-Identifier: Apache-2.0

/**
 * The port of a device: its UDP socket, its timers, and the decision about which thread runs the state machines.
 *
 * <p>{@link dev.ffmverbs.softroce.port.Port} has one lock, the dispatch lock. All work of a device happens under it:
 * packets are received, answered and sent, and timers expire. The thread that needs progress does the work. A thread
 * that posts sends what it posted, a thread that polls receives what has arrived, and a thread that waits for a
 * completion watches the socket. A thread that finds the lock taken leaves its work to the thread that has it. The port
 * thread waits for the socket only while no application thread does any of this. An arriving packet therefore wakes one
 * thread, the one that needs it ({@link dev.ffmverbs.softroce.port.WaitingThreads}). A waiting thread first polls the
 * socket for some tens of microseconds where that pays off ({@link dev.ffmverbs.softroce.port.LookingRule}). Otherwise
 * nothing spins.
 *
 * <p>The socket is one of IPv4 or of IPv6. It is bound to one address, never connected, and prevents fragmentation of
 * its packets. Under these conditions Linux gives packets the IPv4 identification 0, or their index in their train. The
 * checksum of RoCEv2 packets covers the identification, and a socket does not show it. There are two implementations of
 * {@link dev.ffmverbs.softroce.port.PacketSocket}. {@code TrainSocket} calls the C library, sends and receives trains,
 * and is used if native access is granted and the self-test sees these identifications. {@code UdpSocket} is a channel
 * of the JDK. Packets collect in the socket and leave at the end of a turn. Each of them opens further sockets of the
 * same kind ({@code LocalSockets}): one for each other address of the interface that a queue pair uses, and one for
 * each UDP port that flows leave from ({@link dev.ffmverbs.softroce.port.SourcePorts}).
 *
 * <p>Packets to multicast groups arrive at separate sockets, which one thread watches while queue pairs are
 * attached ({@link dev.ffmverbs.softroce.port.MulticastGroups}). They are rare, and a port without groups does nothing
 * for them.
 *
 * <p>A WRITE takes this path: {@code Port.sendPosted}, {@code PortLock}, {@code Dispatcher}, the state machines of the
 * queue pair ({@code ReliableConnection}), {@code PortSink}, and the socket. The socket sends it when the dispatcher
 * ends the turn.
 *
 * <p><b>Guarantees.</b> Nothing is allocated per packet, except 120 bytes by the channel of the JDK if a packet comes
 * from another peer than the previous packet, or for a multicast group. Whatever the network sends, no exception
 * escapes. Any exception or error in one part ends only that part ({@link dev.ffmverbs.softroce.port.Dispatcher}) and
 * never leaves the dispatch lock taken.
 *
 * <p>Depends on the layers {@code libc}, {@code wire}, {@code memory}, {@code faults} and {@code transport}, and on
 * {@code dev.ffmverbs.spi}. Does not depend on the verbs objects that use it.
 */
package dev.ffmverbs.softroce.port;
