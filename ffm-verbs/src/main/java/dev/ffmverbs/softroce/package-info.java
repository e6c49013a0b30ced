// SPDX-License-Identifier: Apache-2.0

/**
 * A software RNIC in Java: RoCEv2 over UDP, wire-compatible with Linux rxe and with NICs. It has reliable connections,
 * unreliable connections and unreliable datagrams.
 *
 * <p>Users open its devices by name through {@code Verbs}, like any other device. {@link
 * dev.ffmverbs.softroce.SoftRoceDevices} defines which devices exist, and which faults are injected into their packets,
 * by system properties or by code.
 *
 * <p>Layers, from the wire upwards, each testable alone and each independent of those after it:
 * <ol>
 *   <li>{@code wire}: packets, their headers and their checksum, as pure functions over a buffer;
 *   <li>{@code memory}: registered memory, its keys and bounds, and copies that tear no word;
 *   <li>{@link dev.ffmverbs.softroce.faults}: which faults are injected into packets;
 *   <li>{@code recording}: events for the JDK Flight Recorder;
 *   <li>{@code transport}: the state machines of a queue pair, without socket or clock;
 *   <li>{@code libc}: the socket calls of the C library that the JDK lacks;
 *   <li>{@code port}: a UDP socket, timers, and the decision which thread runs the state machines;
 *   <li>{@code cm.message}: the messages of communication managers, a codec without state;
 *   <li>{@code cm}: the communication manager, which establishes, refuses and ends connections as {@code rdma_cm} does;
 *   <li>{@code device}: the verbs objects, over the structures that libibverbs would receive.
 * </ol>
 *
 * <p><b>Guarantees.</b> The JDK is the only library needed. Only {@code libc} calls native code, and only where native
 * access is granted. A packet from the network ends at most the connection that it is addressed to. The device works on
 * Linux only, because the IPv4 identification that other systems give to packets cannot be determined here.
 *
 * <p><b>Glossary.</b> Each word has one meaning in these packages:
 * <ul>
 *   <li><i>port</i>: the HCA port of a device, number 1 in the verbs API: a socket, a lock and a thread. A <i>UDP
 *       port</i> is always called that, 4791 by default. A <i>port number</i> belongs to the port space {@code
 *       RDMA_PS_TCP}, in which listeners and connections have their addresses;
 *   <li><i>queue pair</i>: the object of the verbs API, in any state. The <i>state machines</i> of a queue pair,
 *       requester and responder, are its end of its <i>transport service</i>: reliable connection, unreliable
 *       connection or unreliable datagram;
 *   <li><i>connection</i>: two queue pairs that their nodes have agreed to connect. An <i>endpoint</i> is one end of it
 *       in the communication manager, from its request until no duplicate can arrive. An <i>identifier</i> ({@code
 *       rdma_cm_id}) is the application's handle for it. The <i>peer</i> is the other end;
 *   <li><i>path</i>: the addresses and UDP ports between the two ends;
 *   <li><i>packet</i>: the payload of one UDP datagram, from BTH to ICRC. A <i>datagram</i> is what queue pair 1, or a
 *       queue pair for unreliable datagrams, carries in one packet. A <i>message</i> is one SEND, WRITE or READ of the
 *       transport, or one management message;
 *   <li><i>retransmission</i>: sending a packet or management message again. A <i>retry</i> is an attempt after an RNR
 *       NAK;
 *   <li><i>dispatch lock</i>: the lock under which all work of a port happens. To <i>look</i> is to poll the socket for
 *       some microseconds before a <i>sleep</i>. The thread that does either has the <i>watch</i>;
 *   <li><i>drop</i>: to ignore something that arrived, and count it. To <i>refuse</i> or <i>reject</i> is to answer it
 *       in the negative.
 * </ul>
 *
 * <p><b>What a device reports.</b> A device has one port, with the path MTU that rxe would use on the same interface.
 * Atomics are atomic for peers and for threads of this JVM alike.
 *
 * <p><b>Addresses.</b> A device has an IPv4 or IPv6 address. Its GIDs are those of RoCE version 2, at the indexes that
 * Linux gives them: 0 for the link-local address of its interface, 1 for the address of the device, and the following
 * ones for the other addresses of the interface. A queue pair may use any of them that the interface has, and the
 * device opens a socket there. The connection manager uses the address of the device. Twice a second, a thread looks
 * whether the interface is up and which addresses it has. Changes are asynchronous events of the port, {@code
 * IBV_EVENT_PORT_ERR}, {@code IBV_EVENT_PORT_ACTIVE} and {@code IBV_EVENT_GID_CHANGE}. A device on the loopback
 * interface has no other addresses than its own.
 *
 * <p><b>IPv6.</b> Kernel devices and NICs send packets over IPv6 without a UDP checksum. The fast socket receives them.
 * A channel does not, so that a device that uses one reaches only software devices over IPv6.
 *
 * <p><b>Flows.</b> The packets of a queue pair leave from a UDP port that depends on the flow label of its path, or
 * else on the numbers of both queue pairs, as on Linux, so that routers spread the queue pairs over all ways to a peer.
 * A device uses up to 64 such ports. Its port for datagrams of the connection manager, and for everything on the
 * loopback interface, is the one it receives at.
 *
 * <p><b>Datagrams.</b> The header before a received datagram is its IPv6 header, or 20 zeros and its IPv4 header, as on
 * Linux rxe. A socket does not show its traffic class and time to live, so that these two fields are always 0 and 64. A
 * datagram longer than the path MTU of the port completes but is not sent (IBTA C10-93.1.1). A receive that is too
 * short for a datagram completes with {@code IBV_WC_LOC_LEN_ERR}, and its queue pair goes to ERROR.
 *
 * <p><b>Multicast.</b> The GID of an IPv4 group is its mapped address, or {@code ff0e::ffff:a.b.c.d}, and that of an
 * IPv6 group its address. The first queue pair that is attached makes the device join the group on its interface, which
 * can also be the loopback interface. No socket of the machine may have the device's UDP port of the group without
 * {@code SO_REUSEADDR}. A channel also receives what arrives at other interfaces of the machine that are members. Linux
 * has no route to IPv6 groups over the loopback interface, unless {@code ip -6 route add local ff00::/8 dev lo table
 * local} adds one.
 *
 * <p><b>Which thread does the work.</b> A thread that posts also sends, a thread that polls also receives, and a thread
 * that waits in a completion channel waits at the socket itself. A thread of the port serves the socket while no thread
 * of the application does. A waiting thread looks at the socket for 40 microseconds before it sleeps, if most recent
 * waits were that short and the machine has idle processors. Otherwise nothing spins.
 *
 * <p><b>Exceptions and errors.</b> An error during a queue pair's work, such as {@link OutOfMemoryError}, ends that
 * queue pair. It goes to ERROR with the event {@code IBV_EVENT_QP_FATAL}, and the log names it. Other queue pairs and
 * the port's thread continue.
 *
 * <p><b>A process that is killed</b> sends nothing to its peers. Their queue pairs detect this with their next request,
 * as on any RDMA device. {@link dev.ffmverbs.QueuePair} shows a cheap request for this purpose.
 *
 * <p><b>Two sockets.</b> Where native access is granted ({@code --enable-native-access=dev.ffmverbs}), packets travel
 * in trains. The system handles up to 64 of them as one, by {@code UDP_SEGMENT} and {@code UDP_GRO}. A self-test checks
 * that this kernel numbers the packets of a train as their checksums require. If it fails, or native access is not
 * granted, the device uses a {@link java.nio.channels.DatagramChannel} and logs the reason. {@link
 * dev.ffmverbs.softroce.SoftRoceDevices#describeSocket} and the firmware version in the device's attributes state which
 * socket is used. Both sockets interoperate with each other, and with other RoCEv2 devices.
 *
 * <p><b>Counters.</b> {@code Context.portStatistics(1)} returns the numbers of packets, retransmissions, NAKs by kind,
 * and dropped packets by reason. It also returns how often a look at the socket before a sleep found a packet ({@code
 * LOOKS_PAID}, {@code LOOKS_IN_VAIN}, {@code SLEEPS}). The JDK Flight Recorder has the same counters as periodic
 * events, {@code dev.ffmverbs.softroce.Counter}. It also has an event for each retransmission and each NAK, {@code
 * dev.ffmverbs.softroce.Retransmission} and {@code dev.ffmverbs.softroce.Nak}.
 *
 * <p><b>Fault injection.</b> {@link dev.ffmverbs.softroce.SoftRoceDevices#injectFaults} makes a device lose, duplicate,
 * reorder, corrupt or delay packets, or cuts a direction. The system property {@code softroce.faults} does the same,
 * for example {@code -Dsoftroce.faults=seed=7,drop=0.2,reorder=0.1} or {@code
 * -Dsoftroce.faults.soft0=partition=outgoing}. Injected faults are counted, too.
 *
 * <p><b>Security.</b> Nothing on the wire is encrypted or signed, as on any RoCE network. Use it in trusted networks.
 * Queue pair numbers, starting sequence numbers, keys and communication ids are random, and the source address of each
 * packet is compared with that of the peer. An attacker can still do the following:
 * <ul>
 *   <li><i>An attacker who sends from its own address</i> can request connections. The cost of requests is bounded per
 *       address, and for all unknown addresses together. Further requests are dropped and counted ({@code
 *       CONNECTION_MANAGER_DROPPED_BUDGET}). Addresses with which the device has requested a connection, or has had
 *       one, have budgets that others cannot use up. Of a rejected request, only the rejection is kept, for six
 *       seconds, and only a bounded number of them. Other packets from that address are dropped and counted. Each
 *       packet still costs the time to receive it, and enough of them fill the buffer of the socket, as with any UDP
 *       socket.
 *   <li><i>An attacker who sends from the peer's address without seeing its packets</i> must guess numbers. A request
 *       for a connection needs no guess. Such requests use up the budget for the peer's own requests, which are then
 *       admitted when they are repeated. If the attacker also repeats its requests, the peer's requests are admitted in
 *       proportion to their share. A request that names the peer's queue pair ends no connection while the peer's queue
 *       pair answers probes (Linux believes it at once). To end a connection by a message, the attacker must guess both
 *       communication ids of 32 bits, and for a DREQ the queue pair number. A packet needs the queue pair number of 24
 *       bits and a sequence number. The sequence number of an answer must belong to an unanswered packet. A NAK then
 *       ends the connection, and an acknowledgement makes an incomplete operation look complete. The sequence number of
 *       a request must be exactly the expected one. The request then ends the connection or, with the right key of 32
 *       bits, reads or writes memory.
 *   <li><i>An attacker who sees the packets</i> knows all these numbers. It can read and write all memory that the peer
 *       may, and end the peer's connections. MACsec, IPsec or WireGuard below keep such an attacker out.
 * </ul>
 *
 * <p>Depends on {@code dev.ffmverbs.spi}, {@code device}, {@code port} and {@code faults}.
 */
package dev.ffmverbs.softroce;
