// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.Acquisition;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.OwnershipLoss;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.Silence;
import dev.ffmverbs.ccm.value.TraceEntry;
import dev.ffmverbs.ccm.value.WinOutcome;
import java.net.InetSocketAddress;

/**
 * Receives the events of a node, each by a method that names it; every method does nothing unless it is overridden.
 *
 * <p>All methods are called on one dedicated thread of the node, in the order in which things happened. They may block;
 * what they throw is logged and otherwise ignored. A listener that is far behind misses some reports, as {@link
 * NodeEventListener} says. A session that is up ends with exactly one of {@link #partnerDown},
 * {@link #partnerRestarted}, {@link #partnerLeft} and {@link #sessionDropped}, unless this node itself leaves first.
 */
public interface SessionListener extends NodeEventListener {

    /**
     * Calls the method that stands for the event. Programs override the other methods instead.
     *
     * @param event what happened.
     */
    @Override
    default void on(final NodeEvent event) {
        ListenerMethods.call(event, () -> this);
    }

    /**
     * Called when an operation of a handshake has ended.
     *
     * @param partner the other side of the handshake.
     * @param entry   the operation and its outcome.
     */
    default void handshakeStep(final Partner partner, final TraceEntry entry) {
    }

    /**
     * Called when an attempt to reach a partner has failed; another one follows. After a partner has left cleanly,
     * attempts that find nobody are not reported until it is back.
     *
     * @param partner the partner.
     * @param outcome the reason.
     * @param detail  all facts, in words.
     */
    default void attemptFailed(final Partner partner, final AttemptOutcome outcome, final String detail) {
    }

    /**
     * Called when one of the steps that follow the handshake was taken.
     *
     * @param partner the other side.
     * @param step    the step.
     * @param client  name of the client it was taken for; empty if it was not taken for one client alone.
     */
    default void exchangeStep(final Partner partner, final ExchangeStep step, final String client) {
    }

    /**
     * Called when a client was given ports and memory with a partner, for the first time in a session or in place of
     * earlier ones.
     *
     * @param ports the ports.
     */
    default void clientReady(final ClientSession ports) {
    }

    /**
     * Called when ports of a client have ended: they were replaced, closed by either side, or ended with their session.
     *
     * @param ports the ports; the partner no longer has access through them.
     */
    default void clientPortsEnded(final ClientSession ports) {
    }

    /**
     * Called when a client gets no ports in a session, for now.
     *
     * @param session the session.
     * @param client  name of the client.
     * @param reason  the reason.
     * @param detail  all facts, in words.
     */
    default void clientRefused(
        final Session session, final String client, final ClientRefusal reason, final String detail) {
    }

    /**
     * Called when a session continues over another path.
     *
     * @param session the session.
     * @param path    index of the path it uses now, from 0, in the order of configuration.
     */
    default void pathChanged(final Session session, final int path) {
    }

    /**
     * Called when a request to connect, or an answer at a partner's address, was rejected.
     *
     * <p>Further rejections of the same address for the same reason are reported at most every ten seconds, and all
     * together at most once per second after the first 32; {@link ClusterConnectionManager#rejections()} counts all.
     *
     * @param source where it came from.
     * @param reason the reason.
     * @param detail all facts, in words, with the number of rejections of that address that were not reported.
     */
    default void connectionRejected(final InetSocketAddress source, final Rejection reason, final String detail) {
    }

    /**
     * Called when a session has come up.
     *
     * @param session the session.
     */
    default void sessionUp(final Session session) {
    }

    /**
     * Called when the connection that READs the partner's memory has failed. The node makes another one, and the
     * session continues in the meantime. The return to the first path is not reported here, because its connection
     * replaces the other one.
     *
     * @param partner the partner.
     * @param detail  the reason, in words.
     */
    default void connectionLost(final Partner partner, final String detail) {
    }

    /**
     * Called when the liveness verdict for a partner has changed.
     *
     * @param session  the session.
     * @param liveness the new verdict.
     * @param silence  in which way the partner is silent.
     */
    default void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
    }

    /**
     * Called when a partner was declared dead; it no longer has access to this node's memory.
     *
     * @param ended   the session that ended.
     * @param silence in which way the partner was silent.
     */
    default void partnerDown(final Session ended, final Silence silence) {
    }

    /**
     * Called when a partner was found with another boot id; a handshake with that incarnation follows.
     *
     * @param ended  the session that ended.
     * @param bootId the new incarnation.
     */
    default void partnerRestarted(final Session ended, final BootId bootId) {
    }

    /**
     * Called when a partner has shut down cleanly.
     *
     * @param ended the session that ended.
     */
    default void partnerLeft(final Session ended) {
    }

    /**
     * Called when a partner had declared this node dead, although it was only silent; a new handshake follows.
     *
     * @param ended the session that ended.
     */
    default void sessionDropped(final Session ended) {
    }

    /**
     * Called when this node has asked an arbiter for a term.
     *
     * @param partner   the other node of the pair.
     * @param ownership name of the ownership.
     * @param term      the term.
     * @param outcome   what the arbiter answered.
     */
    default void termTried(
        final Partner partner, final String ownership, final long term, final WinOutcome outcome) {
    }

    /**
     * Called when this node has begun to own a term.
     *
     * @param partner     the other node of the pair.
     * @param ownership   name of the ownership.
     * @param acquisition the term, and what it took to acquire it.
     */
    default void ownershipAcquired(final Partner partner, final String ownership, final Acquisition acquisition) {
    }

    /**
     * Called when this node no longer owns a term. The partner may own already.
     *
     * @param partner   the other node of the pair.
     * @param ownership name of the ownership.
     * @param term      the term that has ended.
     * @param reason    the reason.
     */
    default void ownershipLost(
        final Partner partner, final String ownership, final long term, final OwnershipLoss reason) {
    }
}
