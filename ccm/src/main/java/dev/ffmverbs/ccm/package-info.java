// SPDX-License-Identifier: Apache-2.0

/**
 * The cluster connection manager: two nodes find each other through memory alone, and watch each other by reading it.
 *
 * <p>{@link dev.ffmverbs.ccm.ClusterConnectionManager} is a node. It needs only its configuration: its name, its
 * address and port, and those of its partners. Once started, it works independently of the system above it, and reports
 * to a {@link dev.ffmverbs.ccm.SessionListener}.
 *
 * <p><b>Glossary.</b> Each of these words means one thing here, in documentation, events and the names of classes.
 * <dl>
 *   <dt>node</dt><dd>One {@code ClusterConnectionManager}. Each start of it is another <i>incarnation</i>, with another
 *       boot id.</dd>
 *   <dt>partner</dt><dd>Another node that this one is configured to keep a session with.</dd>
 *   <dt>interconnect</dt><dd>A network between the nodes: a device of this node, and its address there.</dd>
 *   <dt>path</dt><dd>The way to one partner over one interconnect. Paths are numbered as the interconnects are, from
 *       0.</dd>
 *   <dt>connection</dt><dd>Two queue pairs that the connection managers of two devices have connected. Links and
 *       accesses are connections; ports are not.</dd>
 *   <dt>link</dt><dd>This node's way to the partner's memory: the connection that this node has made.</dd>
 *   <dt>access</dt><dd>The partner's way to this node's memory: the connection that the partner has made.</dd>
 *   <dt>session</dt><dd>The agreement of two incarnations to work together. It outlives links, and moves from one path
 *       to another.</dd>
 *   <dt>client</dt><dd>A part of a program that needs ports and memory, and has a counterpart at the partner.</dd>
 *   <dt>port</dt><dd>A client's connected queue pair, with its completion queue. The port of an address, as in {@code
 *       10.9.9.1:7471}, is a number instead.</dd>
 * </dl>
 *
 * <p><b>Assumptions.</b> All nodes have the same configuration of addresses, ports and memory addresses. A connection
 * delivers each operation once or breaks, as reliable connections do. Nothing is assumed about the order of bytes
 * within an operation. Deregistered memory can no longer be reached, and a queue pair in ERROR sends and answers
 * nothing. Monotonic clocks run at the same rate on all nodes, within a few percent. Everybody on the network between
 * the nodes is trusted or kept out: see {@link dev.ffmverbs.ccm.value.SharedSecret}.
 *
 * <p><b>What happens with each partner.</b> The node tries to connect to the partner's predetermined address and port
 * until the partner is there. It READs the partner's boot-status variable at its predetermined memory address, WRITEs
 * HELLO into its mailbox, READs the variable again and WRITEs ESTABLISHED. The partner does the same in the other
 * direction. When both have finished and exchanged the versions and features of their connection managers, there is a
 * {@link dev.ffmverbs.ccm.Session}, and each READs the other's variable every interval.
 *
 * <p><b>Clients.</b> A {@link dev.ffmverbs.ccm.ClusterClient} states how many ports and how much memory it needs.
 * Clients of the same name on both nodes are paired. Everything after the handshake is an RDMA WRITE into a mailbox, in
 * this order: peer information, client tables, then for each client the numbers of its queue pairs and the key of its
 * memory, and READY when its queue pairs are connected. The clients are notified when both sides are READY. Ports are
 * connected by state transitions of their queue pairs, with the numbers from the tables. That needs no connection
 * management messages and no first side, and works the same on every device. A {@link dev.ffmverbs.ccm.Port} is a queue
 * pair and a completion queue for this client alone, with direct access to the device.
 *
 * <p><b>Interconnects.</b> A node may have several interconnects, and partners an address on each. A session uses one
 * path at a time. If the path fails, the session and its ports move to the next one, and back to the first when that
 * works again. A partner is down only when no path is left.
 *
 * <p><b>Guarantees.</b>
 * <ol>
 *   <li>A session is between two incarnations, and both agree on which. It is up when this node's ESTABLISHED is
 *       written, the partner's echoes this node's boot id and epoch, and the partner's version is compatible with this
 *       node's. A node that has restarted, or that was declared dead and is alive, is never mistaken for the former
 *       one: it needs a new handshake.
 *   <li>Steps happen in order, and none after one that failed: R1, W1, R2, W2, peer information, client tables, ports,
 *       READY, notification of clients. {@code partnerReady} is called at most once in a session.
 *   <li>Fence first, tell second. Before anybody is notified that a partner is down, has restarted, has left or has
 *       given up the session, it has lost its access to clients' memory. A partner that is down or has left has no
 *       access to any memory.
 *   <li>No verdict without evidence: silence counts only while this node itself is running. Time in which it does not
 *       run is counted as its own delay, not as the partner's silence. A torn record is read again. A queue pair error
 *       leads to a new connection or another path, never directly to a verdict.
 *   <li>Access granted to one partner is useless to another: each has a separate protection domain.
 *   <li>An error on one of a node's threads, such as a lack of memory, does not end the thread. A notification that
 *       could not be delivered is delivered again. A node whose sessions are not served is not seen alive: it publishes
 *       its heartbeat only while the session thread turns and the other threads are running.
 *   <li>A client or listener that throws or blocks, a partner that is absent, restarts, leaves or writes malformed
 *       records, and a lack of memory affect nobody else.
 * </ol>
 *
 * <p><b>Progress.</b> Two nodes that run, reach each other over at least one path and agree in configuration, secret
 * and version have a session after finitely many attempts. A node never stops trying. It waits 20 ms at first, then
 * doubles the wait up to 500 ms; if somebody has to change something first, it waits 5 s. Each wait is jittered, and
 * ends when the partner connects. A partner that stops is declared dead after the configured time and one interval. Two
 * nodes alone cannot tell a dead partner from a cut network: a partner that does not answer may still run. If something
 * must have exactly one owner, a neutral third party is needed, as in {@code dev.ffmverbs.ccm.ownership}.
 *
 * <p><b>Threads.</b> A node has four. One publishes its heartbeat; one, the session thread, drives connections,
 * handshakes and READs of all partners; one calls the listener; and one belongs to the device's connection manager.
 * Each further interconnect has a thread that waits for completions, and one of its connection manager. Each client has
 * a thread from its registration on, which also registers its memory and creates its queue pairs, as that may take
 * long. A listener or client that blocks delays only its own notifications.
 *
 * <p><b>Waiting.</b> The session thread sleeps until an operation completes, a partner has written into a mailbox or
 * asks for a connection, a connection ends, or something is due. Then it serves the sessions concerned, and no other.
 * Records after the handshake are written with immediate data, which wakes their receiver. If the partner's version
 * does not support that, this node looks into its mailbox at a bounded rate while it expects a record. A late turn of
 * the thread does not delay the next one. What a session throws is logged with the names of node and partner. That
 * session connects again, and no other is affected.
 *
 * <p>Depends on the public verbs objects ({@code dev.ffmverbs}, {@code dev.ffmverbs.cm}), on {@link
 * dev.ffmverbs.spi.Closing} and {@link dev.ffmverbs.spi.AddressText}, and on the packages {@code value}, {@code link},
 * {@code liveness}, {@code handshake}, {@code memory}, {@code trust}, {@code thread} and {@code events}; it does not
 * know what kind of device it runs on.
 */
package dev.ffmverbs.ccm;
