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
import java.util.function.Supplier;

/** Knows which method of a {@link SessionListener} stands for which event. */
final class ListenerMethods {

    private ListenerMethods() {
    }

    /**
     * Calls the method that stands for an event.
     *
     * @param event    the event.
     * @param listener is asked for the listener when everything is ready for the call. What fails before is not a
     *                 failure of the listener.
     */
    static void call(final NodeEvent event, final Supplier<? extends SessionListener> listener) {
        switch (event) {
            case NodeEvent.HandshakeStepEnded(Partner partner, TraceEntry entry) ->
                listener.get().handshakeStep(partner, entry);
            case NodeEvent.AttemptFailed(Partner partner, AttemptOutcome outcome, String detail) ->
                listener.get().attemptFailed(partner, outcome, detail);
            case NodeEvent.ExchangeStepTaken(Partner partner, ExchangeStep step, String client) ->
                listener.get().exchangeStep(partner, step, client);
            case NodeEvent.ClientReady(ClientSession ports) -> listener.get().clientReady(ports);
            case NodeEvent.ClientPortsEnded(ClientSession ports) -> listener.get().clientPortsEnded(ports);
            case NodeEvent.ClientRefused(Session session, String client, ClientRefusal reason, String detail) ->
                listener.get().clientRefused(session, client, reason, detail);
            case NodeEvent.PathChanged(Session session, int path) -> listener.get().pathChanged(session, path);
            case NodeEvent.ConnectionRejected(InetSocketAddress source, Rejection reason, String detail) ->
                listener.get().connectionRejected(source, reason, detail);
            case NodeEvent.SessionUp(Session session) -> listener.get().sessionUp(session);
            case NodeEvent.ConnectionLost(Partner partner, String detail) ->
                listener.get().connectionLost(partner, detail);
            case NodeEvent.LivenessChanged(Session session, Liveness liveness, Silence silence) ->
                listener.get().livenessChanged(session, liveness, silence);
            case NodeEvent.PartnerDown(Session session, Silence silence) ->
                listener.get().partnerDown(session, silence);
            case NodeEvent.PartnerRestarted(Session session, BootId bootId) ->
                listener.get().partnerRestarted(session, bootId);
            case NodeEvent.PartnerLeft(Session session) -> listener.get().partnerLeft(session);
            case NodeEvent.SessionDropped(Session session) -> listener.get().sessionDropped(session);
            case NodeEvent.TermTried(Partner partner, String ownership, long term, WinOutcome outcome, long tookNs) ->
                listener.get().termTried(partner, ownership, term, outcome);
            case NodeEvent.OwnershipAcquired(Partner partner, String ownership, Acquisition acquisition) ->
                listener.get().ownershipAcquired(partner, ownership, acquisition);
            case NodeEvent.OwnershipLost(Partner partner, String ownership, long term, OwnershipLoss reason) ->
                listener.get().ownershipLost(partner, ownership, term, reason);
        }
    }

    /**
     * Returns the listener if all events reach it by the methods that stand for them.
     *
     * @param listener a listener.
     * @return null if it has an {@code on} of its class, which therefore is what has to be called.
     */
    static SessionListener withoutOwnDispatch(final NodeEventListener listener) {
        if (!(listener instanceof SessionListener methods)) {
            return null;
        }
        try {
            final Class<?> declaring = listener.getClass().getMethod("on", NodeEvent.class).getDeclaringClass();
            return declaring == SessionListener.class ? methods : null;
        } catch (final NoSuchMethodException e) {
            throw new AssertionError(listener + " is a NodeEventListener without its method", e);
        }
    }
}
