// SPDX-License-Identifier: Apache-2.0

/**
 * The cluster connection manager: two nodes find each other through memory alone, and watch each other by reading it.
 *
 * <p>{@link dev.ffmverbs.ccm.ClusterConnectionManager} is a node. It is started with configuration only: its name, its
 * address and port, and those of its partners. From then on it works by itself, however little of the system above it
 * is up, and tells a {@link dev.ffmverbs.ccm.SessionListener} what happens.
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
 * {@link dev.ffmverbs.ccm.Port} is a queue pair and a completion queue of the client's own; nothing stands between it
 * and the device.
 *
 * <p><b>Guarantees.</b> A session is between two incarnations, and both agree on which: it is up when this node's
 * ESTABLISHED is written and the partner's echoes this node's boot id and epoch. A node that restarted, and one that
 * was declared dead and turns out to live, is never taken for the one before: a new handshake is needed. Before a
 * listener hears that a partner is down, everything the partner could still write with has been taken away. A partner
 * that is absent, restarts or leaves in order is no error. An error of a queue pair leads to a new connection, never by
 * itself to a verdict.
 *
 * <p><b>Threads.</b> A node has four: one publishes its heartbeat, one drives connections, handshakes and READs of all
 * partners, one calls the listener, and one is the connection manager's of the device. Each client has one more while
 * there is something to tell it: the same thread registers its memory and makes its queue pairs, which may take long.
 * Listener and clients may block without harm to anything but their own news.
 *
 * <p>Depends on the public verbs objects and {@code dev.ffmverbs.cm} alone; it does not know what kind of device it
 * runs on.
 */
package dev.ffmverbs.ccm;
