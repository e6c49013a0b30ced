// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

/**
 * A user of the connection manager: it says what it needs, and gets connected queue pairs and memory with each partner
 * that has a client of the same name.
 *
 * <p>All methods but {@link #requirements} are called on the client's own thread, in the order in which things
 * happened. What they throw is logged and otherwise ignored; while one blocks, only this client waits. A
 * {@link ClientSession} that a client was told of ends with exactly one of {@link #pathChanged} (with its successor),
 * {@link #portsClosed}, {@link #partnerDown}, {@link #partnerRestarted}, {@link #partnerLeft} and
 * {@link #sessionDropped}, unless the client itself or this node closes it. When one of them is called, the partner has
 * no more access to this node's memory; the queue pairs are in ERROR, and freed when the method returns.
 */
public interface ClusterClient {

    /**
     * What this client needs. Asked for once, when it is registered.
     *
     * @return name, ports and memory.
     */
    ClientRequirements requirements();

    /**
     * Ports and memory with a partner are there, on both sides. Called once in a session.
     *
     * @param session the ports and regions.
     */
    default void partnerReady(final ClientSession session) {
    }

    /**
     * The former ports with a partner are replaced by new ones: over another path, or because one side asked for it.
     * What the former ports had outstanding is lost or not; no other key of the former memory is valid.
     *
     * @param session the new ports and regions.
     */
    default void pathChanged(final ClientSession session) {
    }

    /**
     * The partner's client has closed its ports; the session goes on.
     *
     * @param ended what has ended.
     */
    default void portsClosed(final ClientSession ended) {
    }

    /**
     * The partner is declared dead; it no longer has access to this node's memory.
     *
     * @param ended what has ended.
     */
    default void partnerDown(final ClientSession ended) {
    }

    /**
     * The partner has restarted, and knows nothing of before.
     *
     * @param ended what has ended.
     */
    default void partnerRestarted(final ClientSession ended) {
    }

    /**
     * The partner has shut down in order.
     *
     * @param ended what has ended.
     */
    default void partnerLeft(final ClientSession ended) {
    }

    /**
     * The partner has declared this node dead, which was only silent.
     *
     * @param ended what has ended.
     */
    default void sessionDropped(final ClientSession ended) {
    }

    /**
     * There is a session with a partner, and this client gets no ports in it, for now.
     *
     * @param session the session.
     * @param reason  why.
     * @param detail  all facts, in words.
     */
    default void portsRefused(final Session session, final ClientRefusal reason, final String detail) {
    }
}
