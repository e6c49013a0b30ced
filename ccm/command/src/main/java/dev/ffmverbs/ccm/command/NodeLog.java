// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.ClientRefusal;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.command.NodeEvent.Kind;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.Silence;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Puts into words what happens with a node's partners, and remembers how sessions ended. What follows from something
 * that was told already is not told again: a partner that has left is silent until it is back. Thread-safe.
 */
final class NodeLog implements SessionListener {

    private static final int SHORT_BOOT_ID = 8;
    private static final int SOURCES_REMEMBERED = 1024;

    private final String node;
    private final Map<String, PartnerAddress> addresses = new HashMap<>();
    private final Consumer<NodeEvent> output;
    private final Set<List<Object>> rejected = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<List<Object>, Boolean> eldest) {
            return size() > SOURCES_REMEMBERED;
        }
    });
    private final Map<Partner, PartnerHistory> histories = new ConcurrentHashMap<>();

    /**
     * A log of nothing yet.
     *
     * @param node     name of the node.
     * @param partners its partners.
     * @param output   gets every event, one after the other.
     */
    NodeLog(final String node, final List<PartnerAddress> partners, final Consumer<NodeEvent> output) {
        this.node = node;
        partners.forEach(partner -> addresses.put(partner.name(), partner));
        this.output = output;
    }

    /** Says something that concerns no partner. */
    void say(final Kind kind, final String text, final String detail, final Map<String, Object> facts) {
        say(new NodeEvent(node, kind, System.nanoTime(), "", text, detail, facts));
    }

    private synchronized void say(final NodeEvent event) {
        output.accept(event);
    }

    private void say(final Kind kind, final Partner partner, final String text) {
        say(kind, partner, text, "", Map.of());
    }

    private void say(final Kind kind, final Partner partner, final String text, final String detail,
        final Map<String, Object> facts) {
        history(partner).count(kind);
        tell(kind, System.nanoTime(), partner, text, detail, facts);
    }

    /** Says something that is not counted, or was counted already. */
    private void tell(final Kind kind, final long atNs, final Partner partner, final String text, final String detail,
        final Map<String, Object> facts) {
        say(new NodeEvent(node, kind, atNs, partner.name(), text, detail, facts));
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
        tell(Kind.STEP, entry.issuedNs() + entry.durationNs(), partner, String.format(Locale.ROOT,
            "%s  %-5s %3d bytes at 0x%x of %s  %10s  %s", entry.step(), entry.step().isRead() ? "READ" : "WRITE",
            entry.lengthBytes(), entry.memoryAddress(), partner.name(), Microseconds.text(entry.durationNs()),
            entry.succeeded() ? "ok" : entry.outcome().words()), "", Map.of("step", entry.step().name(),
            "us", Microseconds.of(entry.durationNs()), "outcome", entry.outcome().name()));
    }

    static String text(final InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public void attemptFailed(final Partner partner, final AttemptOutcome outcome, final String detail) {
        final PartnerHistory history = history(partner);
        if (history.attemptFailed(outcome, detail) && !history.isExplained(outcome)) {
            tell(Kind.ATTEMPT_FAILED, System.nanoTime(), partner, (history.isUp() ? "cannot reconnect to "
                : "no session with ") + partner.name() + ": " + outcome.words() + "; trying again", detail,
                Map.of("outcome", outcome.name()));
        }
    }

    /**
     * Says the first of each source and reason: a stranger who keeps trying fills no screen. That this node leaves is
     * said anyway.
     */
    @Override
    public synchronized void rejected(
        final InetSocketAddress source, final Rejection reason, final String detail) {
        if (reason != Rejection.LEAVING && rejected.add(List.of(source.getAddress(), reason))) {
            say(Kind.REJECTED, "REJECTED " + source.getAddress().getHostAddress() + ": "
                + reason.name().toLowerCase(Locale.ROOT).replace('_', ' '), detail, Map.of("reason", reason.name()));
        }
    }

    @Override
    public void sessionUp(final Session session) {
        final Partner partner = session.partner();
        history(partner).sessionUp(session);
        final Map<String, Object> facts = NodeReport.handshake(session.handshake());
        facts.put("bootId", session.partnerSide().bootId().toString());
        facts.put("epoch", session.partnerSide().epoch());
        say(Kind.SESSION_UP, partner, "session with " + partner.name()
            + " is UP, boot id " + session.partnerSide().bootId() + ", in "
            + Microseconds.text(session.handshake().totalNs()), "", facts);
    }

    @Override
    public void pathChanged(final Session session, final int path) {
        final String name = session.partner().name();
        final PartnerAddress partner = addresses.get(name);
        final String address = partner == null || path >= partner.addresses().size() ? ""
            : ", " + text(partner.addresses().get(path));
        say(Kind.PATH_CHANGED, session.partner(), "session with " + name + (path == 0 ? " is back on its first path"
            : " goes on over path " + path) + address);
    }

    @Override
    public void connectionLost(final Partner partner, final String detail) {
        if (history(partner).connectionLost()) {
            say(Kind.CONNECTION_LOST, partner, "connection to " + partner.name() + " lost; connecting again", detail,
                Map.of());
        }
    }

    @Override
    public void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
        final Partner partner = session.partner();
        history(partner).liveness(liveness, silence);
        tell(Kind.LIVENESS, System.nanoTime(), partner, partner.name() + " is " + liveness
            + (silence == Silence.NONE ? " again" : ": " + silence.name().toLowerCase(Locale.ROOT)), "",
            Map.of("liveness", liveness.name(), "silence", silence.name()));
    }

    @Override
    public void partnerDown(final Session ended, final Silence silence) {
        final String name = ended.partner().name();
        ended(ended, "down", Kind.DOWN,
            "session with " + name + " is DOWN; before that, " + name + " was fenced off from the memory of " + node);
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
        ended(ended, PartnerHistory.LEFT, Kind.LEFT, ended.partner().name() + " has LEFT in order");
    }

    @Override
    public void sessionDropped(final Session ended) {
        ended(ended, "dropped", Kind.DROPPED,
            ended.partner().name() + " had declared " + node + " dead; a new handshake follows");
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
            "client " + ports.requirements().name() + " no longer has ports with " + ports.partner().name());
    }

    @Override
    public void clientRefused(
        final Session session, final String client, final ClientRefusal reason, final String detail) {
        final Partner partner = session.partner();
        say(Kind.CLIENT_REFUSED, partner, "client " + client + " gets no ports with "
            + partner.name() + ": " + reason.name().toLowerCase(Locale.ROOT).replace('_', ' '), detail,
            Map.of("client", client, "reason", reason.name()));
    }

    /** What the heartbeats of a partner look like now. */
    void heartbeats(final Partner partner) {
        final HeartbeatSummary beats = partner.heartbeats();
        final Map<String, Object> facts = NodeReport.heartbeat(beats);
        facts.put("liveness", partner.liveness().name());
        tell(Kind.HEARTBEATS, System.nanoTime(), partner, beats.count() == 0
            ? partner.name() + " is " + partner.liveness() + ", no heartbeat yet"
            : String.format(Locale.ROOT, "%s is %s: %d beats, %d unanswered, %d late here; READ p50 %s, p99 %s",
                partner.name(), partner.liveness(), beats.count(), beats.unanswered(), beats.late(),
                Microseconds.text(beats.p50Ns()), Microseconds.text(beats.p99Ns())), "", facts);
    }
}
