// SPDX-License-Identifier: Apache-2.0

/**
 * A software RNIC in Java: RoCEv2 reliable connections over UDP, wire-compatible with Linux rxe and with NICs.
 *
 * <p>Users open its devices by name through {@code Verbs}, like any other device. {@link
 * dev.ffmverbs.softroce.SoftRoceDevices} says which devices exist, and which faults are injected into their packets, by
 * system properties or by code.
 *
 * <p>Layers, from the wire upwards, each testable alone and each independent of those after it:
 * <ol>
 *   <li>{@code wire}: packets, their headers and their checksum, pure functions over a buffer;
 *   <li>{@code memory}: registered memory, its keys, its bounds, and copies that tear no word;
 *   <li>{@link dev.ffmverbs.softroce.faults}: which faults are injected into packets;
 *   <li>{@code recording}: events for the JDK Flight Recorder;
 *   <li>{@code transport}: the state machines of a queue pair, without socket or clock;
 *   <li>{@code libc}: the socket calls of the C library that the JDK lacks;
 *   <li>{@code port}: a UDP socket, timers, and the decision which thread runs the state machines;
 *   <li>{@code cm.message}: the messages of communication managers, a codec without state;
 *   <li>{@code cm}: how connections are made, refused and ended on the wire, as {@code rdma_cm} does it;
 *   <li>{@code device}: the verbs objects, over the structures that libibverbs would receive.
 * </ol>
 *
 * <p><b>Guarantees.</b> No library is needed besides the JDK. Native code is called only where native access is
 * granted, by {@code libc} alone. Whatever the network brings ends at most the connection that it is addressed to. It
 * works on Linux only: other systems give packets an IPv4 identification that cannot be known here.
 *
 * <p><b>Glossary.</b> Each word has one meaning in these packages:
 * <ul>
 *   <li><i>port</i>: the HCA port of a device, number 1 in the verbs API: a socket, a lock and a thread. A <i>UDP
 *       port</i> is always called that, 4791 by default. A <i>port number</i> belongs to the port space {@code
 *       RDMA_PS_TCP}, in which listeners and connections have their addresses;
 *   <li><i>queue pair</i>: the object of the verbs API, in any state. The <i>state machines</i> of a queue pair,
 *       requester and responder, are its end of the transport service "reliable connection";
 *   <li><i>connection</i>: two queue pairs that their nodes have agreed to connect. An <i>endpoint</i> is one end of it
 *       in the communication manager, from its request until no duplicate can arrive any longer; an <i>identifier</i>
 *       ({@code rdma_cm_id}) is what the application holds of it. The <i>peer</i> is the other end;
 *   <li><i>path</i>: the addresses and UDP ports between the two ends;
 *   <li><i>packet</i>: the payload of one UDP datagram, from BTH to ICRC. A <i>datagram</i> is what queue pair 1
 *       carries in one packet. A <i>message</i> is one SEND, WRITE or READ of the transport, or one management message;
 *   <li><i>retransmission</i>: sending a packet or management message again. A <i>retry</i> is an attempt after an RNR
 *       NAK;
 *   <li><i>dispatch lock</i>: the lock under which all work of a port happens. To <i>look</i> is to poll the socket for
 *       some microseconds before a <i>sleep</i>; the thread that does either has the <i>watch</i>;
 *   <li><i>drop</i>: to ignore something that arrived, and count it. To <i>refuse</i> or <i>reject</i> is to answer it
 *       in the negative.
 * </ul>
 *
 * <p><b>What a device reports.</b> One port, active, with the path MTU that rxe would use on the same interface; one
 * GID, at index 0, RoCE version 2, of its IPv4 address. Atomics are atomic for peers and for threads of this JVM alike.
 *
 * <p><b>Which thread does the work.</b> A thread that posts sends, a thread that polls takes in what has arrived, and a
 * thread that waits in a completion channel waits at the socket itself. A thread of the port serves the socket while no
 * thread of the application does. A thread that waits looks at the socket for 40 microseconds before it sleeps, as long
 * as most recent waits were that short and the machine has processors to spare; otherwise nothing spins.
 *
 * <p><b>Exceptions and errors.</b> An error in the middle of a queue pair's work, such as {@link OutOfMemoryError},
 * ends that queue pair: it goes to ERROR with the event {@code IBV_EVENT_QP_FATAL}, and the log names it. Other queue
 * pairs and the port's thread continue.
 *
 * <p><b>A process that is killed</b> sends nothing to its peers. Their queue pairs notice it with their next request,
 * as on any RDMA device. {@link dev.ffmverbs.QueuePair} shows a cheap one.
 *
 * <p><b>Two sockets.</b> Where native access is granted ({@code --enable-native-access=dev.ffmverbs}), packets travel
 * in trains: the system handles up to 64 of them as one, by {@code UDP_SEGMENT} and {@code UDP_GRO}. A self-test sees
 * that this kernel numbers the packets of a train as their checksums say. If it fails, or native access is not granted,
 * the device uses a {@link java.nio.channels.DatagramChannel} and logs the reason. {@link
 * dev.ffmverbs.softroce.SoftRoceDevices#describeSocket} and the firmware version in the device's attributes tell which
 * socket is used. Both understand each other, and other RoCEv2 devices.
 *
 * <p><b>Counters.</b> {@code Context.portStatistics(1)} returns the numbers of packets, of retransmissions, of NAKs by
 * kind, of packets dropped by reason, and how often looking at the socket before sleeping paid ({@code LOOKS_PAID},
 * {@code LOOKS_IN_VAIN}, {@code SLEEPS}). The JDK Flight Recorder has the same as periodic events, {@code
 * dev.ffmverbs.softroce.Counter}, and an event for each retransmission and each NAK, {@code
 * dev.ffmverbs.softroce.Retransmission} and {@code dev.ffmverbs.softroce.Nak}.
 *
 * <p><b>Fault injection.</b> {@link dev.ffmverbs.softroce.SoftRoceDevices#injectFaults} makes a device lose, duplicate,
 * reorder, corrupt or delay packets, or cuts a direction; so does the system property {@code softroce.faults}, for
 * example {@code -Dsoftroce.faults=seed=7,drop=0.2,reorder=0.1} or {@code
 * -Dsoftroce.faults.soft0=partition=outgoing}. Injected faults are counted, too.
 *
 * <p><b>Security.</b> Nothing on the wire is encrypted or signed, as on any RoCE network: use it in networks you trust.
 * Queue pair numbers, starting sequence numbers, keys and communication ids are random, and the source address of each
 * packet is compared with that of the peer. What that leaves to an attacker:
 * <ul>
 *   <li><i>An attacker who sends from its own address</i> can ask for connections. What requests may cost is bounded
 *       per address, and for all addresses together that the device has no dealings with; the rest is dropped and
 *       counted ({@code CONNECTION_MANAGER_DROPPED_BUDGET}). Addresses that the device has asked for a connection, or
 *       had one with, have budgets that others cannot use up. Of a request that was rejected, only the rejection is
 *       kept, for six seconds, and only a bounded number of them. Other packets from that address are dropped and
 *       counted. Each packet still costs the time to receive it, and enough of them fill the buffer of the socket, as
 *       of any UDP socket.
 *   <li><i>An attacker who sends from the peer's address without seeing its packets</i> has to guess. A request for a
 *       connection needs no guess: such requests use up the budget for the peer's own requests, which are then admitted
 *       when they are sent again, or, if the attacker repeats its requests as well, as often as one in all those
 *       requests is admitted. A request that names the peer's queue pair ends no connection while the peer's queue pair
 *       answers probes (Linux believes it at once). To end a connection by a message, both communication ids of 32 bits
 *       must be guessed, and for a DREQ the queue pair number. A packet needs the queue pair number, of 24 bits, and a
 *       sequence number. That of an answer must belong to an unanswered packet: then a NAK ends the connection, and an
 *       acknowledgement makes an operation look complete that is not. That of a request must be exactly the expected
 *       one: then it ends the connection, or, with the right key of 32 bits, reads or writes memory.
 *   <li><i>An attacker who sees the packets</i> knows all these numbers, and can do what the peer can: read and write
 *       what the peer may, and end its connections. MACsec, IPsec or WireGuard below keep such an attacker out.
 * </ul>
 *
 * <p>Depends on {@code dev.ffmverbs.spi}, {@code device}, {@code port} and {@code faults}.
 */
package dev.ffmverbs.softroce;
