// SPDX-License-Identifier: Apache-2.0

/**
 * The cluster connection manager: two nodes find each other through memory alone, and watch each other by reading it.
 *
 * <p>{@link dev.ffmverbs.ccm.ClusterConnectionManager} is a node. It is started with configuration only: its name, its
 * address and port, and those of its partners. From then on it works by itself, however little of the system above it
 * is up, and tells a {@link dev.ffmverbs.ccm.SessionListener} what happens.
 *
 * <p><b>Glossary.</b> Each of these words means one thing here, in documentation, events and the names of classes.
 * <dl>
 *   <dt>node</dt><dd>One {@code ClusterConnectionManager}. Each start of it is another <i>incarnation</i>, with another
 *       boot id.</dd>
 *   <dt>partner</dt><dd>Another node, which this one is configured to keep a session with.</dd>
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
 *   <dt>port</dt><dd>A client's connected queue pair, with its completion queue. The port of an address, as in
 *       {@code 10.9.9.1:7471}, is a number, and no such thing.</dd>
 * </dl>
 *
 * <p><b>Assumptions.</b> Addresses, ports and memory addresses are configured alike on all nodes. A connection delivers
 * each operation once or breaks, as reliable connections do; nothing is assumed of the order of bytes within an
 * operation. Memory that was deregistered can no longer be reached, and a queue pair in ERROR sends and answers
 * nothing. A monotonic clock runs at the same rate on all nodes, within a few percent. Everybody on the network between
 * the nodes is trusted or kept out: see {@link dev.ffmverbs.ccm.value.SharedSecret}.
 *
 * <p><b>What happens with each partner.</b> The node connects to the partner's predetermined address and port, again
 * and again until the partner is there, READs the partner's boot-status variable at its predetermined memory address,
 * WRITEs HELLO into its mailbox, READs the variable again and WRITEs ESTABLISHED. The partner does the same the other
 * way. When both have, and each has told the other what its connection manager is and can do, there is a
 * {@link dev.ffmverbs.ccm.Session}, and each READs the other's variable every interval.
 *
 * <p><b>Clients.</b> A {@link dev.ffmverbs.ccm.ClusterClient} says how many ports and how much memory it needs; clients
 * of the same name on both nodes are brought together. All that follows the handshake goes by RDMA WRITE into
 * mailboxes, in this order: peer information, client tables, then for each client the numbers of its queue pairs and
 * the key of its memory, READY when its queue pairs are connected, and only when both are READY are the clients told.
 * Ports are connected by their queue pairs' own transitions with the numbers from the tables: that takes no connection
 * management messages, neither side has to be the first, and it is the same on every device. A
 * {@link dev.ffmverbs.ccm.Port} is a queue pair and a completion queue that only this client uses; nothing stands
 * between it and the device.
 *
 * <p><b>Interconnects.</b> A node may have several, and partners an address on each. A session uses one path at a time;
 * when that fails it goes on over the next, ports with it, and back to the first when that is good again. A partner is
 * down only when none is left.
 *
 * <p><b>Guarantees.</b>
 * <ol>
 *   <li>A session is between two incarnations, and both agree on which: it is up when this node's ESTABLISHED is
 *       written, the partner's echoes this node's boot id and epoch, and the partner's version goes with this node's. A
 *       node that restarted, and one that was declared dead and turns out to live, is never taken for the one before: a
 *       new handshake is needed.
 *   <li>Steps come in order, and none after one that failed: R1, W1, R2, W2, peer information, client tables, ports,
 *       READY, clients told. A client is told {@code partnerReady} at most once in a session.
 *   <li>Fence first, tell second: before anybody hears that a partner is down, has restarted, left or let go, it no
 *       longer has access to clients' memory, and when it is down or has left, to no memory at all.
 *   <li>No verdict without evidence: silence counts only while this node itself was running, what passes while it does
 *       not is counted as late here and not as unanswered there, a torn record is read again, and an error of a queue
 *       pair leads to a new connection or another path, never by itself to death.
 *   <li>What one partner is given is of no use to another: each has a separate protection domain.
 *   <li>An error on one of a node's threads, such as a lack of memory, does not end the thread; news that could not
 *       be handed over is handed over again. A node that does not look after its sessions is not seen alive:
 *       its heartbeat is published only while the thread that judges partners turns and the others are there.
 *   <li>A client or listener that throws or blocks, a partner that is absent, restarts, leaves or writes nonsense, and
 *       memory that cannot be had harm nobody else.
 * </ol>
 *
 * <p><b>Progress.</b> Two nodes that run, reach each other over at least one path and agree in configuration, secret
 * and version have a session after finitely many attempts. Attempts are repeated without end, after 20 ms at first,
 * then doubling up to 500 ms, or after 5 s when somebody has to change something; each wait is jittered, and a partner
 * that connects ends it. A partner that stops is declared dead after the time configured and one interval. Two nodes
 * alone cannot tell a dead partner from a cut network: that no partner answers is no proof that it does not run. What
 * must have one owner needs a third voice.
 *
 * <p><b>Threads.</b> A node has four: one publishes its heartbeat, one drives connections, handshakes and READs of all
 * partners, one calls the listener, and one is the connection manager's of the device; for each further interconnect
 * one more waits for completions, and its connection manager has one. Each client has one more, from its registration
 * on: the same thread registers its memory and makes its queue pairs, which may take long. Listener and clients may
 * block without harm to anything but their own news.
 *
 * <p><b>Waiting.</b> The thread that drives the sessions sleeps until an operation completes, a partner has written
 * into a mailbox or asks for a connection, a connection ends, or something is due; then it touches the sessions that
 * concerns, and no other. What follows the handshake is written with immediate data, which wakes its receiver; with a
 * partner of a version that knows no such notification, this node looks into its mailbox at a bounded rate while
 * something is expected. How late the thread is has no influence on when it looks next. What one session throws is
 * logged with the names of node and partner, lets that session connect again, and ends nothing else.
 *
 * <p>Depends on the public verbs objects ({@code dev.ffmverbs}, {@code dev.ffmverbs.cm}) and on the packages {@code
 * value}, {@code link}, {@code liveness}, {@code handshake}, {@code memory}, {@code trust}, {@code thread} and {@code
 * events}; it does not know what kind of device it runs on.
 */
package dev.ffmverbs.ccm;
