// SPDX-License-Identifier: Apache-2.0

/**
 * A software RNIC in pure Java: RoCEv2 reliable connections over UDP, wire-compatible with Linux rxe and with NICs.
 *
 * <p>Users open its devices by name through {@code Verbs}, like any other. Which devices there are, and what is to go
 * wrong with their packets on purpose, {@link dev.ffmverbs.softroce.SoftRoceDevices} says: by system properties, or by
 * code.
 *
 * <p>Layers, from the wire upwards, each testable alone and each ignorant of those after it:
 * <ol>
 *   <li>{@code wire}: packets and their checksum, pure functions over a buffer;
 *   <li>{@code memory}: registered memory, its keys, its bounds, and copies that tear no word;
 *   <li>{@link dev.ffmverbs.softroce.faults}: what is to go wrong with packets;
 *   <li>{@code recording}: events for the JDK Flight Recorder;
 *   <li>{@code transport}: the state machines of a connected queue pair, without socket or clock;
 *   <li>{@code port}: a UDP socket, timers, and who runs the state machines when;
 *   <li>{@code cm}: how connections are made, refused and ended on the wire, as {@code rdma_cm} does;
 *   <li>{@code device}: the verbs objects, over the structures that libibverbs would be given.
 * </ol>
 *
 * <p><b>Guarantees.</b> No native code is called, and no library is needed besides the JDK. Whatever the network brings
 * ends at most the connection that it is addressed to. It works on Linux only: other systems give packets an IPv4
 * identification that cannot be known here.
 *
 * <p>Depends on {@code spi}, {@code device}, {@code port} and {@code faults}.
 *
 * <p><b>What a device reports.</b> One port, active, with the path MTU that rxe would use on the same interface; one
 * GID, at index 0, RoCE version 2, of its IPv4 address. Atomics are atomic towards peers and threads of this JVM alike.
 *
 * <p><b>Who does the work.</b> A thread that posts sends, a thread that polls takes in what came, and one that waits in
 * a completion channel waits at the socket itself. A thread of the device's own serves the socket while none of the
 * application does. A thread that waits looks at the socket for 40 microseconds before it sleeps, as long as most waits
 * of late were that short and the machine has processors to spare; otherwise nothing ever spins.
 *
 * <p><b>When something is thrown.</b> An error in the middle of a connection's work, such as {@link OutOfMemoryError},
 * ends that connection: its queue pair goes to ERROR with the event {@code IBV_EVENT_QP_FATAL}, and the log names it.
 * Other connections and the device's thread go on.
 *
 * <p><b>A process that is killed</b> says nothing to its peers: their queue pairs notice it with the next request of
 * their own, as on any RDMA device. {@link dev.ffmverbs.QueuePair} shows a cheap one.
 *
 * <p><b>What it counts.</b> {@code Context.portStatistics(1)} tells packets, retransmissions, NAKs by kind, packets
 * dropped by reason, and how often looking at the socket before sleeping paid ({@code LOOKS_PAID}, {@code
 * LOOKS_IN_VAIN}, {@code SLEEPS}). The JDK Flight Recorder has the same as periodic events, {@code
 * dev.ffmverbs.softroce.Counter}, and an event for each retransmission and each NAK, {@code
 * dev.ffmverbs.softroce.Retransmission} and {@code dev.ffmverbs.softroce.Nak}.
 *
 * <p><b>Faults on purpose.</b> {@link dev.ffmverbs.softroce.SoftRoceDevices#injectFaults} makes a device lose, double,
 * reorder, corrupt or delay packets, or cuts a direction; so does the system property {@code softroce.faults}, for
 * example {@code -Dsoftroce.faults=seed=7,drop=0.2,reorder=0.1} or {@code
 * -Dsoftroce.faults.soft0=partition=outgoing}. What was done to packets is counted, too.
 *
 * <p><b>Security.</b> Nothing on the wire is encrypted or signed, as on any RoCE network: use it in networks you trust.
 * Queue pair numbers, starting sequence numbers, keys and communication ids are random, and the address a packet comes
 * from is compared with the peer's. What that leaves to an attacker:
 * <ul>
 *   <li><i>Who sends from a genuine address</i> can ask for connections. What requests may cost is bounded per
 *       address and for all addresses together that the device has no dealings with; the rest is dropped and counted
 *       ({@code CONNECTION_MANAGER_DROPPED_BUDGET}). Addresses that the device has asked for a connection, or had one
 *       with, have budgets that others cannot use up. Nothing is kept of a request that was rejected but its rejection,
 *       for six seconds, and only a bounded number of them. Other packets from that address are dropped and
 *       counted. Each packet still costs the time to receive it, and enough of them fill the socket's buffer as any UDP
 *       socket's.
 *   <li><i>Who sends from the peer's address without seeing its packets</i> has to guess. A request for a connection
 *       needs no guess: such requests use up the budget of the peer's own requests, which then get in when they are
 *       sent again, or, when the attacker repeats its requests as well, as often as one in all those requests is
 *       admitted. One that names the peer's queue pair ends no connection while the peer's queue pair answers probes
 *       (Linux believes it at once). To end a connection by a message takes both communication ids, of 32 bits each,
 *       and for a DREQ the queue pair number. A packet takes the queue pair number, of 24 bits, and a sequence number.
 *       That of an answer must be of a packet unanswered: then a NAK ends the connection, and an acknowledgement lets
 *       an operation seem done that is not. That of a request must be exactly the one expected: then it ends the
 *       connection, or with the right key, of 32 bits, reads or writes memory.
 *   <li><i>Who sees the packets</i> knows all these numbers, and can do what the peer can: read and write what the peer
 *       may, and end its connections. MACsec, IPsec or WireGuard below keep such an attacker out.
 * </ul>
 */
package dev.ffmverbs.softroce;
