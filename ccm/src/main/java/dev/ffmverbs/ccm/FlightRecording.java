// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.events.AttemptFailedEvent;
import dev.ffmverbs.ccm.internal.events.ExchangeStepEvent;
import dev.ffmverbs.ccm.internal.events.HandshakeStepEvent;
import dev.ffmverbs.ccm.internal.events.LivenessEvent;
import dev.ffmverbs.ccm.internal.events.PortsEvent;
import dev.ffmverbs.ccm.internal.events.RejectionEvent;
import dev.ffmverbs.ccm.internal.events.SessionEvent;
import dev.ffmverbs.ccm.internal.thread.NodeThread;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.Silence;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.net.InetSocketAddress;
import jdk.jfr.FlightRecorder;

/**
 * Records with Flight Recorder what happens, at the time it happens, and then tells the next listener.
 *
 * <p>Without a recorder in this JVM it makes no event: the first one loads the recorder's metadata, and that is a good
 * part of the time a node takes to start.
 */
final class FlightRecording implements SessionListener {

    private final String node;
    private final SessionListener next;

    FlightRecording(final String node, final SessionListener next) {
        this.node = node;
        this.next = next;
    }

    /** Records if there is a recorder; what that throws keeps nobody from being told. */
    private void record(final Runnable event) {
        try {
            if (FlightRecorder.isInitialized()) {
                event.run();
            }
        } catch (final RuntimeException | Error e) {
            NodeThread.report(() -> "an event of node " + node + " could not be recorded by Flight Recorder", e);
        }
    }

    @Override
    public void handshakeStep(final Partner partner, final TraceEntry entry) {
        record(() -> {
            final HandshakeStepEvent event = new HandshakeStepEvent();
            event.node = node;
            event.partner = partner.name();
            event.attempt = entry.attempt();
            event.step = entry.step().name();
            event.operationNs = entry.durationNs();
            event.remote = entry.remote().toString();
            event.outcome = entry.outcome().name();
            event.commit();
        });
        next.handshakeStep(partner, entry);
    }

    @Override
    public void attemptFailed(final Partner partner, final AttemptOutcome outcome, final String detail) {
        record(() -> {
            final AttemptFailedEvent event = new AttemptFailedEvent();
            event.node = node;
            event.partner = partner.name();
            event.outcome = outcome.name();
            event.detail = detail;
            event.commit();
        });
        next.attemptFailed(partner, outcome, detail);
    }

    @Override
    public void exchangeStep(final Partner partner, final ExchangeStep step, final String client) {
        record(() -> {
            final ExchangeStepEvent event = new ExchangeStepEvent();
            event.node = node;
            event.partner = partner.name();
            event.step = step.name();
            event.client = client;
            event.commit();
        });
        next.exchangeStep(partner, step, client);
    }

    @Override
    public void clientReady(final ClientSession ports) {
        ports(ports.session(), ports.requirements(), "OPENED");
        next.clientReady(ports);
    }

    @Override
    public void clientPortsEnded(final ClientSession ports) {
        ports(ports.session(), ports.requirements(), "CLOSED");
        next.clientPortsEnded(ports);
    }

    private void ports(final Session session, final ClientRequirements requirements, final String change) {
        record(() -> {
            final PortsEvent event = new PortsEvent();
            event.node = node;
            event.partner = session.partner().name();
            event.client = requirements.name();
            event.change = change;
            event.ports = requirements.portsRequired();
            event.memoryBytes = requirements.memoryBytes();
            event.detail = "";
            event.commit();
        });
    }

    @Override
    public void clientRefused(
        final Session session, final String client, final ClientRefusal reason, final String detail) {
        record(() -> {
            final PortsEvent event = new PortsEvent();
            event.node = node;
            event.partner = session.partner().name();
            event.client = client;
            event.change = "REFUSED";
            event.detail = reason + ": " + detail;
            event.commit();
        });
        next.clientRefused(session, client, reason, detail);
    }

    @Override
    public void rejected(final InetSocketAddress source, final Rejection reason, final String detail) {
        record(() -> {
            final RejectionEvent event = new RejectionEvent();
            event.node = node;
            event.source = source.toString();
            event.reason = reason.name();
            event.detail = detail;
            event.commit();
        });
        next.rejected(source, reason, detail);
    }

    private void session(final Partner partner, final Session session, final String change, final String detail) {
        record(() -> {
            final SessionEvent event = new SessionEvent();
            event.node = node;
            event.partner = partner.name();
            event.change = change;
            event.bootId = session == null ? "" : session.partnerSide().bootId().toString();
            event.epoch = session == null ? 0 : session.partnerSide().epoch();
            event.detail = detail;
            event.commit();
        });
    }

    @Override
    public void sessionUp(final Session session) {
        session(session.partner(), session, "UP", "");
        next.sessionUp(session);
    }

    @Override
    public void pathChanged(final Session session, final int path) {
        session(session.partner(), session, "PATH_CHANGED", "path " + path);
        next.pathChanged(session, path);
    }

    @Override
    public void connectionLost(final Partner partner, final String detail) {
        session(partner, partner.session().orElse(null), "CONNECTION_LOST", detail);
        next.connectionLost(partner, detail);
    }

    @Override
    public void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
        record(() -> {
            final LivenessEvent event = new LivenessEvent();
            event.node = node;
            event.partner = session.partner().name();
            event.liveness = liveness.name();
            event.silence = silence.name();
            event.commit();
        });
        next.livenessChanged(session, liveness, silence);
    }

    @Override
    public void partnerDown(final Session ended, final Silence silence) {
        session(ended.partner(), ended, "DOWN", silence.name());
        next.partnerDown(ended, silence);
    }

    @Override
    public void partnerRestarted(final Session ended, final BootId bootId) {
        session(ended.partner(), ended, "RESTARTED", "boot id is " + bootId);
        next.partnerRestarted(ended, bootId);
    }

    @Override
    public void partnerLeft(final Session ended) {
        session(ended.partner(), ended, "LEFT", "");
        next.partnerLeft(ended);
    }

    @Override
    public void sessionDropped(final Session ended) {
        session(ended.partner(), ended, "DROPPED", "");
        next.sessionDropped(ended);
    }
}
