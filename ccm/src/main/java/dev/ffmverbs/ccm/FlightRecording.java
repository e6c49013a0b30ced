// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.events.AttemptFailedEvent;
import dev.ffmverbs.ccm.internal.events.ExchangeStepEvent;
import dev.ffmverbs.ccm.internal.events.HandshakeStepEvent;
import dev.ffmverbs.ccm.internal.events.LivenessEvent;
import dev.ffmverbs.ccm.internal.events.OwnershipEvent;
import dev.ffmverbs.ccm.internal.events.PortsEvent;
import dev.ffmverbs.ccm.internal.events.RejectionEvent;
import dev.ffmverbs.ccm.internal.events.SessionEvent;
import dev.ffmverbs.ccm.internal.thread.NodeThread;
import dev.ffmverbs.ccm.value.Acquisition;
import dev.ffmverbs.ccm.value.TraceEntry;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;

/**
 * Records events with JDK Flight Recorder at the time they happen, and then passes them on.
 *
 * <p>It creates no Flight Recorder event unless this JVM has a recorder: the first one loads the recorder's metadata,
 * which takes a large part of a node's start-up time.
 */
final class FlightRecording implements NodeEventListener {

    private final String node;
    private final NodeEventListener next;

    FlightRecording(final String node, final NodeEventListener next) {
        this.node = node;
        this.next = next;
    }

    /** Records the event if there is a recorder, and passes it on even if that fails. */
    @Override
    public void on(final NodeEvent event) {
        try {
            if (FlightRecorder.isInitialized()) {
                recordingOf(event).commit();
            }
        } catch (final RuntimeException | Error e) {
            NodeThread.report(() -> "an event of node " + node + " could not be recorded by Flight Recorder", e);
        }
        next.on(event);
    }

    private Event recordingOf(final NodeEvent event) {
        return switch (event) {
            case NodeEvent.HandshakeStepEnded step -> handshakeStep(step.partner(), step.entry());
            case NodeEvent.AttemptFailed failed -> attemptFailed(failed);
            case NodeEvent.ExchangeStepTaken step -> exchangeStep(step);
            case NodeEvent.ClientReady ready -> ports(ready.ports(), "OPENED");
            case NodeEvent.ClientPortsEnded ended -> ports(ended.ports(), "CLOSED");
            case NodeEvent.ClientRefused refused -> refusal(refused);
            case NodeEvent.ConnectionRejected rejected -> rejection(rejected);
            case NodeEvent.SessionUp up -> session(up.session(), "UP", "");
            case NodeEvent.PathChanged changed -> session(changed.session(), "PATH_CHANGED", "path " + changed.path());
            case NodeEvent.ConnectionLost lost -> connectionLost(lost.partner(), lost.detail());
            case NodeEvent.LivenessChanged changed -> liveness(changed);
            case NodeEvent.PartnerDown down -> session(down.session(), "DOWN", down.silence().name());
            case NodeEvent.PartnerRestarted restarted ->
                session(restarted.session(), "RESTARTED", "boot id is " + restarted.bootId());
            case NodeEvent.PartnerLeft left -> session(left.session(), "LEFT", "");
            case NodeEvent.SessionDropped dropped -> session(dropped.session(), "DROPPED", "");
            case NodeEvent.TermTried tried -> attemptToWin(tried);
            case NodeEvent.OwnershipAcquired acquired -> acquisition(acquired);
            case NodeEvent.OwnershipLost lost -> ownership(lost, "LOST", lost.reason().name());
        };
    }

    private Event handshakeStep(final Partner partner, final TraceEntry entry) {
        final HandshakeStepEvent recording = new HandshakeStepEvent();
        recording.node = node;
        recording.partner = partner.name();
        recording.attempt = entry.attempt();
        recording.step = entry.step().name();
        recording.operationNs = entry.durationNs();
        recording.remote = entry.remote().toString();
        recording.outcome = entry.outcome().name();
        return recording;
    }

    private Event attemptFailed(final NodeEvent.AttemptFailed event) {
        final AttemptFailedEvent recording = new AttemptFailedEvent();
        recording.node = node;
        recording.partner = event.partner().name();
        recording.outcome = event.outcome().name();
        recording.detail = event.detail();
        return recording;
    }

    private Event exchangeStep(final NodeEvent.ExchangeStepTaken event) {
        final ExchangeStepEvent recording = new ExchangeStepEvent();
        recording.node = node;
        recording.partner = event.partner().name();
        recording.step = event.step().name();
        recording.client = event.client();
        return recording;
    }

    private Event ports(final ClientSession ports, final String change) {
        final PortsEvent recording = new PortsEvent();
        recording.node = node;
        recording.partner = ports.partner().name();
        recording.client = ports.requirements().name();
        recording.change = change;
        recording.ports = ports.requirements().portsRequired();
        recording.memoryBytes = ports.requirements().memoryBytes();
        recording.detail = "";
        return recording;
    }

    private Event refusal(final NodeEvent.ClientRefused event) {
        final PortsEvent recording = new PortsEvent();
        recording.node = node;
        recording.partner = event.partner().name();
        recording.client = event.client();
        recording.change = "REFUSED";
        recording.detail = event.reason() + ": " + event.detail();
        return recording;
    }

    private Event rejection(final NodeEvent.ConnectionRejected event) {
        final RejectionEvent recording = new RejectionEvent();
        recording.node = node;
        recording.source = event.source().toString();
        recording.reason = event.reason().name();
        recording.detail = event.detail();
        return recording;
    }

    private Event liveness(final NodeEvent.LivenessChanged event) {
        final LivenessEvent recording = new LivenessEvent();
        recording.node = node;
        recording.partner = event.partner().name();
        recording.liveness = event.liveness().name();
        recording.silence = event.silence().name();
        return recording;
    }

    private Event attemptToWin(final NodeEvent.TermTried event) {
        final OwnershipEvent recording = ownership(event, event.outcome().name(), "");
        recording.swapNs = event.tookNs();
        return recording;
    }

    private Event acquisition(final NodeEvent.OwnershipAcquired event) {
        final OwnershipEvent recording = ownership(event, "ACQUIRED", "");
        final Acquisition acquisition = event.acquisition();
        recording.detectionNs = acquisition.detectionNs();
        recording.decisionNs = acquisition.decisionNs();
        recording.swapNs = acquisition.swapNs();
        recording.waitNs = acquisition.waitNs();
        return recording;
    }

    private OwnershipEvent ownership(
        final NodeEvent.OwnershipEvent event, final String change, final String reason) {
        final OwnershipEvent recording = new OwnershipEvent();
        recording.node = node;
        recording.partner = event.partner().name();
        recording.ownership = event.ownership();
        recording.change = change;
        recording.term = event.term();
        recording.reason = reason;
        return recording;
    }

    private Event session(final Session session, final String change, final String detail) {
        final SessionEvent recording = new SessionEvent();
        recording.node = node;
        recording.partner = session.partner().name();
        recording.change = change;
        recording.bootId = session.partnerSide().bootId().toString();
        recording.epoch = session.partnerSide().epoch();
        recording.detail = detail;
        return recording;
    }

    private Event connectionLost(final Partner partner, final String detail) {
        final Session session = partner.session().orElse(null);
        if (session != null) {
            return session(session, "CONNECTION_LOST", detail);
        }
        final SessionEvent recording = new SessionEvent();
        recording.node = node;
        recording.partner = partner.name();
        recording.change = "CONNECTION_LOST";
        recording.bootId = "";
        recording.detail = detail;
        return recording;
    }
}
