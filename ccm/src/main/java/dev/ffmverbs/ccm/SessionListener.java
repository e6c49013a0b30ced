// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.Silence;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.net.InetSocketAddress;

/**
 * Hears what happens with the partners of a node.
 *
 * <p>All methods are called on one thread of the node's, in the order in which things happened. They may block; what
 * they throw is logged and otherwise ignored. A session that is up ends with exactly one of {@link #partnerDown},
 * {@link #partnerRestarted}, {@link #partnerLeft} and {@link #sessionDropped}, unless this node itself leaves first.
 */
public interface SessionListener {

    /**
     * An operation of a handshake has ended.
     *
     * @param partner with whom.
     * @param entry   which operation, and how it ended.
     */
    default void handshakeStep(final Partner partner, final TraceEntry entry) {
    }

    /**
     * An attempt to reach a partner has ended without success; another follows. Of a partner that has left in order,
     * attempts that find nobody are not told until it is back.
     *
     * @param partner whom.
     * @param outcome why.
     * @param detail  all facts, in words.
     */
    default void attemptFailed(final Partner partner, final AttemptOutcome outcome, final String detail) {
    }

    /**
     * One of the things that follow the handshake was done.
     *
     * @param partner with whom.
     * @param step    what.
     * @param client  for which client; empty when it concerns none alone.
     */
    default void exchangeStep(final Partner partner, final ExchangeStep step, final String client) {
    }

    /**
     * A client has got ports and memory with a partner, for the first time in a session or in place of others.
     *
     * @param ports the ports.
     */
    default void clientReady(final ClientSession ports) {
    }

    /**
     * Ports of a client have ended: replaced, closed from either side, or with their session.
     *
     * @param ports the ports; the partner has no access through them any more.
     */
    default void clientPortsEnded(final ClientSession ports) {
    }

    /**
     * A client gets no ports in a session, for now.
     *
     * @param session the session.
     * @param client  the client's name.
     * @param reason  why.
     * @param detail  all facts, in words.
     */
    default void clientRefused(
        final Session session, final String client, final ClientRefusal reason, final String detail) {
    }

    /**
     * The session goes on over another path than before.
     *
     * @param session the session.
     * @param path    which path it uses now, from 0 as they were configured.
     */
    default void pathChanged(final Session session, final int path) {
    }

    /**
     * Somebody who wanted to connect, or who answered at a partner's address, was rejected.
     *
     * <p>Further rejections of the same address for the same reason are told at most every ten seconds, and all
     * together at most once per second after the first 32; {@link ClusterConnectionManager#rejections()} counts all.
     *
     * @param source where it came from.
     * @param reason why.
     * @param detail all facts, in words, with the number of rejections of that address that were not told.
     */
    default void rejected(final InetSocketAddress source, final Rejection reason, final String detail) {
    }

    /**
     * A session has come up.
     *
     * @param session the session.
     */
    default void sessionUp(final Session session) {
    }

    /**
     * The connection that READs the partner's memory has failed; another is made, and until then the session goes on.
     * The return to the first path is not told so: its connection takes the place of the other.
     *
     * @param partner whose.
     * @param detail  why, in words.
     */
    default void connectionLost(final Partner partner, final String detail) {
    }

    /**
     * What is thought of a partner has changed.
     *
     * @param session  the session.
     * @param liveness what is thought now.
     * @param silence  in which way the partner is silent.
     */
    default void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
    }

    /**
     * The partner is declared dead; it has no access to this node's memory any more.
     *
     * @param ended   the session that has ended.
     * @param silence in which way the partner was silent.
     */
    default void partnerDown(final Session ended, final Silence silence) {
    }

    /**
     * The partner is there with another boot id; a handshake with that incarnation follows.
     *
     * @param ended  the session that has ended.
     * @param bootId the new incarnation.
     */
    default void partnerRestarted(final Session ended, final BootId bootId) {
    }

    /**
     * The partner has shut down in order.
     *
     * @param ended the session that has ended.
     */
    default void partnerLeft(final Session ended) {
    }

    /**
     * The partner has declared this node dead, which was only silent; a new handshake follows.
     *
     * @param ended the session that has ended.
     */
    default void sessionDropped(final Session ended) {
    }
}
