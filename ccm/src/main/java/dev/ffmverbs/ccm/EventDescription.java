// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.OwnershipLoss;
import java.lang.System.Logger.Level;

/** Describes each kind of event for a log: its text and its level. */
final class EventDescription {

    private EventDescription() {
    }

    static String textOf(final NodeEvent event) {
        return switch (event) {
            case NodeEvent.HandshakeStepEnded e ->
                "handshake step " + e.entry().step() + ": " + e.entry().outcome().words();
            case NodeEvent.AttemptFailed e -> "attempt failed, trying again: " + e.detail();
            case NodeEvent.ExchangeStepTaken e ->
                "step " + e.step() + (e.client().isEmpty() ? "" : " for client " + e.client());
            case NodeEvent.ClientReady e ->
                "client " + e.ports().requirements().name() + " has " + e.ports().requirements();
            case NodeEvent.ClientPortsEnded e -> "client " + e.ports().requirements().name() + " no longer has ports";
            case NodeEvent.ClientRefused e ->
                "client " + e.client() + " gets no ports, " + e.reason() + ": " + e.detail();
            case NodeEvent.PathChanged e -> e.path() == 0 ? "session is back on its first path"
                : "session continues over path " + e.path();
            case NodeEvent.ConnectionRejected e -> "rejected, " + e.reason() + ": " + e.detail();
            case NodeEvent.SessionUp e -> "session is up, boot id " + e.session().partnerSide().bootId() + ", epoch "
                + e.session().partnerSide().epoch();
            case NodeEvent.ConnectionLost e -> "connection lost, connecting again: " + e.detail();
            case NodeEvent.LivenessChanged e ->
                e.liveness() == Liveness.ALIVE ? "ALIVE again" : e.liveness() + ", " + e.silence();
            case NodeEvent.PartnerDown _ -> "session is down; the partner no longer has access to memory";
            case NodeEvent.PartnerRestarted e ->
                "restarted, its boot id was " + e.session().partnerSide().bootId() + " and is " + e.bootId();
            case NodeEvent.PartnerLeft _ -> "left cleanly";
            case NodeEvent.SessionDropped _ -> "had declared this node dead; a new handshake follows";
            case NodeEvent.TermTried e -> "tried to win term " + e.term() + ": " + e.outcome().words();
            case NodeEvent.OwnershipAcquired e -> "owns term " + e.term() + ", " + e.acquisition().text();
            case NodeEvent.OwnershipLost e -> "no longer owns term " + e.term() + ": " + e.reason().words();
        };
    }

    static Level levelOf(final NodeEvent event) {
        return switch (event) {
            case NodeEvent.AttemptFailed e -> warnIf(e.outcome().retry() == AttemptOutcome.Retry.SLOWLY);
            case NodeEvent.PathChanged e -> warnIf(e.path() != 0);
            case NodeEvent.LivenessChanged e -> warnIf(e.liveness() != Liveness.ALIVE);
            case NodeEvent.OwnershipLost e ->
                warnIf(e.reason() == OwnershipLoss.EXPIRED || e.reason() == OwnershipLoss.MISMATCH
                    || e.reason() == OwnershipLoss.NAMESAKE_WON);
            case NodeEvent.PartnerDown _, NodeEvent.PartnerRestarted _, NodeEvent.SessionDropped _ -> Level.WARNING;
            case NodeEvent.SessionUp _, NodeEvent.ConnectionLost _, NodeEvent.PartnerLeft _,
                NodeEvent.ClientRefused _, NodeEvent.OwnershipAcquired _ -> Level.INFO;
            case NodeEvent.HandshakeStepEnded _, NodeEvent.ExchangeStepTaken _, NodeEvent.ClientReady _,
                NodeEvent.ClientPortsEnded _, NodeEvent.ConnectionRejected _, NodeEvent.TermTried _ -> Level.DEBUG;
        };
    }

    private static Level warnIf(final boolean hasToAct) {
        return hasToAct ? Level.WARNING : Level.INFO;
    }
}
