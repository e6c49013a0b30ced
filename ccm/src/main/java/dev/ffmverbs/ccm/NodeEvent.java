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
import dev.ffmverbs.spi.AddressText;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;

/**
 * Something that happened to a node. The node passes each event to its {@link NodeEventListener}, in the order in which
 * things happened.
 *
 * <p>This library switches over events without a default branch: an event that one of its switches does not handle does
 * not compile. Later versions may add events, so a switch in another program needs a default branch.
 */
public sealed interface NodeEvent {

    /**
     * Returns the subject of the event.
     *
     * @return the word {@code partner} and its name, or {@code source} and its address.
     */
    String subject();

    /**
     * Describes the event, for a log line that already names the node and the {@link #subject}.
     *
     * @return a clause without a full stop.
     */
    default String text() {
        return EventDescription.textOf(this);
    }

    /**
     * Returns how a log ranks the event.
     *
     * @return WARNING if somebody may have to act on it, INFO if the state of a session changed, DEBUG otherwise.
     */
    default Level level() {
        return EventDescription.levelOf(this);
    }

    /** An event that concerns one partner. */
    sealed interface PartnerEvent extends NodeEvent {

        /**
         * Returns the partner.
         *
         * @return the partner that the event is about.
         */
        Partner partner();

        @Override
        default String subject() {
            return "partner " + partner().name();
        }
    }

    /** An event within a session, or its end. */
    sealed interface SessionEvent extends PartnerEvent {

        /**
         * Returns the session.
         *
         * @return the session in which it happened.
         */
        Session session();

        @Override
        default Partner partner() {
            return session().partner();
        }
    }

    /** The end of a session. A session ends with one such event, unless this node leaves first. */
    sealed interface SessionEnded extends SessionEvent {
    }

    /** An event of what this node owns, or tries to own, together with a partner. */
    sealed interface OwnershipEvent extends PartnerEvent {

        /**
         * Returns what the pair owns.
         *
         * @return name of the ownership.
         */
        String ownership();

        /**
         * Returns the term.
         *
         * @return the term that the event is about.
         */
        long term();

        @Override
        default String subject() {
            return "ownership " + ownership();
        }
    }

    /**
     * An operation of a handshake ended.
     *
     * @param partner the other side of the handshake.
     * @param entry   the operation and its outcome.
     */
    record HandshakeStepEnded(Partner partner, TraceEntry entry) implements PartnerEvent {
    }

    /**
     * An attempt to reach a partner failed; another one follows.
     *
     * @param partner the partner.
     * @param outcome the reason.
     * @param detail  all facts, in words.
     */
    record AttemptFailed(Partner partner, AttemptOutcome outcome, String detail) implements PartnerEvent {
    }

    /**
     * One of the steps that follow the handshake was taken.
     *
     * @param partner the other side.
     * @param step    the step.
     * @param client  name of the client it was taken for; empty if it was not taken for one client alone.
     */
    record ExchangeStepTaken(Partner partner, ExchangeStep step, String client) implements PartnerEvent {
    }

    /**
     * A client was given ports and memory.
     *
     * @param ports the ports.
     */
    record ClientReady(ClientSession ports) implements SessionEvent {

        @Override
        public Session session() {
            return ports.session();
        }
    }

    /**
     * Ports of a client ended: they were replaced, closed by either side, or ended with their session.
     *
     * @param ports the ports; the partner no longer has access through them.
     */
    record ClientPortsEnded(ClientSession ports) implements SessionEvent {

        @Override
        public Session session() {
            return ports.session();
        }
    }

    /**
     * A client gets no ports in a session, for now.
     *
     * @param session the session.
     * @param client  name of the client.
     * @param reason  the reason.
     * @param detail  all facts, in words.
     */
    record ClientRefused(Session session, String client, ClientRefusal reason, String detail) implements SessionEvent {
    }

    /**
     * The session continues over another path.
     *
     * @param session the session.
     * @param path    index of the path it uses now, from 0, in the order of configuration.
     */
    record PathChanged(Session session, int path) implements SessionEvent {
    }

    /**
     * A request to connect, or an answer at a partner's address, was rejected. The node logs rejections separately,
     * hence the level DEBUG.
     *
     * @param source where it came from.
     * @param reason the reason.
     * @param detail all facts, in words.
     */
    record ConnectionRejected(InetSocketAddress source, Rejection reason, String detail) implements NodeEvent {

        @Override
        public String subject() {
            return "source " + AddressText.of(source);
        }
    }

    /**
     * A session came up.
     *
     * @param session the session.
     */
    record SessionUp(Session session) implements SessionEvent {
    }

    /**
     * The connection that READs the partner's memory failed; the node makes another one, and the session continues.
     *
     * @param partner the partner.
     * @param detail  the reason, in words.
     */
    record ConnectionLost(Partner partner, String detail) implements PartnerEvent {
    }

    /**
     * The liveness verdict for a partner changed.
     *
     * @param session  the session.
     * @param liveness the new verdict.
     * @param silence  in which way the partner is silent.
     */
    record LivenessChanged(Session session, Liveness liveness, Silence silence) implements SessionEvent {
    }

    /**
     * The partner was declared dead; it no longer has access to this node's memory.
     *
     * @param session the session that ended.
     * @param silence in which way the partner was silent.
     */
    record PartnerDown(Session session, Silence silence) implements SessionEnded {
    }

    /**
     * The partner was found with another boot id; a handshake with that incarnation follows.
     *
     * @param session the session that ended.
     * @param bootId  the new incarnation.
     */
    record PartnerRestarted(Session session, BootId bootId) implements SessionEnded {
    }

    /**
     * The partner shut down cleanly.
     *
     * @param session the session that ended.
     */
    record PartnerLeft(Session session) implements SessionEnded {
    }

    /**
     * The partner had declared this node dead, although it was only silent; a new handshake follows.
     *
     * @param session the session that ended.
     */
    record SessionDropped(Session session) implements SessionEnded {
    }

    /**
     * The arbiter was asked for a term.
     *
     * @param partner   the other node of the pair.
     * @param ownership name of the ownership.
     * @param term      the term.
     * @param outcome   what the arbiter answered.
     * @param tookNs    nanoseconds until it had answered; 0 if it did not answer.
     */
    record TermTried(Partner partner, String ownership, long term, WinOutcome outcome, long tookNs)
        implements OwnershipEvent {
    }

    /**
     * This node began to own a term.
     *
     * @param partner     the other node of the pair.
     * @param ownership   name of the ownership.
     * @param acquisition the term, and what it took to acquire it.
     */
    record OwnershipAcquired(Partner partner, String ownership, Acquisition acquisition) implements OwnershipEvent {

        @Override
        public long term() {
            return acquisition.term();
        }
    }

    /**
     * This node ceased to own a term. The partner may own already.
     *
     * @param partner   the other node of the pair.
     * @param ownership name of the ownership.
     * @param term      the term that has ended.
     * @param reason    the reason.
     */
    record OwnershipLost(Partner partner, String ownership, long term, OwnershipLoss reason)
        implements OwnershipEvent {
    }
}
