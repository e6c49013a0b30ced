// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.ClientRefusal;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.command.NodeEvent.Kind;
import dev.ffmverbs.ccm.handshake.AttemptOutcome;
import dev.ffmverbs.ccm.handshake.TraceEntry;
import dev.ffmverbs.ccm.link.Rejection;
import dev.ffmverbs.ccm.liveness.HeartbeatSummary;
import dev.ffmverbs.ccm.liveness.Liveness;
import dev.ffmverbs.ccm.liveness.Silence;
import dev.ffmverbs.ccm.memory.BootId;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Puts into words what happens with a node's partners, and remembers how sessions ended. Thread-safe. */
final class NodeLog implements SessionListener {

    private static final int SHORT_BOOT_ID = 8;

    private final Consumer<NodeEvent> output;
    private final Set<List<Object>> rejected = new HashSet<>();
    private final Map<Partner, PartnerHistory> histories = new ConcurrentHashMap<>();

    /**
     * A log of nothing yet.
     *
     * @param output gets every event, one after the other.
     */
    NodeLog(final Consumer<NodeEvent> output) {
        this.output = output;
    }

    synchronized void say(final NodeEvent event) {
        output.accept(event);
    }

    private void say(final Kind kind, final Partner partner, final String text) {
        say(partner, NodeEvent.now(kind, partner.name(), text));
    }

    private void say(final Partner partner, final NodeEvent event) {
        history(partner).count(event.kind());
        say(event);
    }

    /** What this node remembers of a partner. */
    PartnerHistory history(final Partner partner) {
        return histories.computeIfAbsent(partner, unknown -> new PartnerHistory());
    }

    private void ended(final Session session, final String how, final Kind kind, final String text) {
        history(session.partner()).sessionEnded(how);
        say(kind, session.partner(), text);
    }

    @Override
    public void handshakeStep(final Partner partner, final TraceEntry entry) {
        say(NodeEvent.now(Kind.STEP, partner.name(), String.format(Locale.ROOT,
            "%s  %-5s %3d bytes at 0x%x of %s  %10s  %s", entry.step(), entry.step().isRead() ? "READ" : "WRITE",
            entry.lengthBytes(), entry.memoryAddress(), partner.name(), Microseconds.text(entry.durationNs()),
            entry.succeeded() ? "ok" : entry.outcome().words()), "", Map.of("step", entry.step().name(),
            "us", Microseconds.of(entry.durationNs()), "outcome", entry.outcome().name())));
    }

    static String text(final InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public void attemptFailed(final Partner partner, final AttemptOutcome outcome, final String detail) {
        if (history(partner).attemptFailed(outcome, detail)) {
            say(NodeEvent.now(Kind.ATTEMPT_FAILED, partner.name(),
                "no session with " + partner.name() + ": " + outcome.words() + "; trying again", detail,
                Map.of("outcome", outcome.name())));
        }
    }

    /** Says the first of each source and reason: a stranger who tries for ever fills no screen. */
    @Override
    public synchronized void rejected(
        final InetSocketAddress source, final Rejection reason, final String detail) {
        if (rejected.add(List.of(source.getAddress(), reason))) {
            say(NodeEvent.now(Kind.REJECTED, "", "REJECTED " + source.getAddress().getHostAddress() + ": "
                + reason.name().toLowerCase(Locale.ROOT).replace('_', ' '), detail, Map.of("reason", reason.name())));
        }
    }

    @Override
    public void sessionUp(final Session session) {
        final Partner partner = session.partner();
        history(partner).sessionUp(session);
        final Map<String, Object> facts = NodeReport.handshake(session.handshake());
        facts.put("bootId", session.partnerSide().bootId().toString());
        facts.put("epoch", session.partnerSide().epoch());
        say(partner, NodeEvent.now(Kind.SESSION_UP, partner.name(), "session with " + partner.name()
            + " is UP, boot id " + session.partnerSide().bootId() + ", in "
            + Microseconds.text(session.handshake().totalNs()), "", facts));
    }

    @Override
    public void pathChanged(final Session session, final int path) {
        say(Kind.PATH_CHANGED, session.partner(),
            "session with " + session.partner().name() + " goes on over path " + path);
    }

    @Override
    public void connectionLost(final Partner partner, final String detail) {
        say(partner, NodeEvent.now(Kind.CONNECTION_LOST, partner.name(),
            "connection to " + partner.name() + " lost, connecting again", detail, Map.of()));
    }

    @Override
    public void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
        history(session.partner()).silence(silence);
        say(NodeEvent.now(Kind.LIVENESS, session.partner().name(), session.partner().name() + " is " + liveness
            + (silence == Silence.NONE ? " again" : ": " + silence.name().toLowerCase(Locale.ROOT)), "",
            Map.of("liveness", liveness.name(), "silence", silence.name())));
    }

    @Override
    public void partnerDown(final Session ended, final Silence silence) {
        final String name = ended.partner().name();
        ended(ended, "down", Kind.DOWN,
            "session with " + name + " is DOWN; this node's memory was fenced from " + name + " before");
    }

    @Override
    public void partnerRestarted(final Session ended, final BootId bootId) {
        ended(ended, "restarted", Kind.RESTARTED, ended.partner().name() + " has RESTARTED: its boot id was "
            + shortened(ended.partnerSide().bootId()) + " and is " + shortened(bootId));
    }

    private static String shortened(final BootId bootId) {
        return bootId.toString().substring(0, SHORT_BOOT_ID) + "...";
    }

    @Override
    public void partnerLeft(final Session ended) {
        ended(ended, "left", Kind.LEFT, ended.partner().name() + " has LEFT in order");
    }

    @Override
    public void sessionDropped(final Session ended) {
        ended(ended, "dropped", Kind.DROPPED,
            ended.partner().name() + " had declared this node dead; a new handshake follows");
    }

    @Override
    public void clientReady(final ClientSession ports) {
        say(Kind.CLIENT_READY, ports.partner(),
            "client " + ports.requirements().name() + " has " + ports.requirements() + " with "
                + ports.partner().name());
    }

    @Override
    public void clientPortsEnded(final ClientSession ports) {
        say(Kind.CLIENT_ENDED, ports.partner(),
            "client " + ports.requirements().name() + " has no ports with " + ports.partner().name() + " any more");
    }

    @Override
    public void clientRefused(
        final Session session, final String client, final ClientRefusal reason, final String detail) {
        final Partner partner = session.partner();
        say(partner, NodeEvent.now(Kind.CLIENT_REFUSED, partner.name(), "client " + client + " gets no ports with "
            + partner.name() + ": " + reason.name().toLowerCase(Locale.ROOT).replace('_', ' '), detail,
            Map.of("client", client, "reason", reason.name())));
    }

    /** What the heartbeats of a partner look like now. */
    void heartbeats(final Partner partner) {
        final HeartbeatSummary beats = partner.heartbeats();
        final Map<String, Object> facts = NodeReport.heartbeat(beats);
        facts.put("liveness", partner.liveness().name());
        say(NodeEvent.now(Kind.HEARTBEATS, partner.name(), beats.count() == 0
            ? partner.name() + " is " + partner.liveness() + ", no heartbeat yet"
            : String.format(Locale.ROOT, "%s is %s  beats %d  unanswered %d  late here %d  READ p50 %s  p99 %s  max %s",
                partner.name(), partner.liveness(), beats.count(), beats.unanswered(), beats.late(),
                Microseconds.text(beats.p50Ns()), Microseconds.text(beats.p99Ns()),
                Microseconds.text(beats.maxNs())), "", facts));
    }
}
