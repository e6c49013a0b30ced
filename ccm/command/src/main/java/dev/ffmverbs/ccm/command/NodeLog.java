// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.NodeEvent;
import dev.ffmverbs.ccm.NodeEventListener;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
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
 * Turns the events of a node into lines, and remembers what {@code ccm status} shows of each partner.
 *
 * <p>An event that follows from one already printed is not printed: a partner that has left is not mentioned until it
 * is back. Thread-safe.
 */
final class NodeLog implements NodeEventListener {

    /** What a line is about. Programs that read JSON lines find the name in the field {@code event}. */
    enum Kind {
        STARTED,
        STATUS_UNAVAILABLE("yellow"),
        STEP,
        ATTEMPT_FAILED("", "failedAttempts"),
        REJECTED("red"),
        SESSION_UP("green", "sessions"),
        PATH_CHANGED("yellow", "pathChanges"),
        CONNECTION_LOST("yellow", "connectionsLost"),
        LIVENESS("yellow"),
        DOWN("red", "downs"),
        RESTARTED("red", "restarts"),
        LEFT("", "leaves"),
        DROPPED("red", "drops"),
        CLIENT_READY("green"),
        CLIENT_ENDED,
        CLIENT_REFUSED("red", "clientsRefused"),
        MIRRORED("green"),
        OWNERSHIP_ACQUIRED("green"),
        OWNERSHIP_LOST("yellow"),
        OWNERSHIP_KEPT("yellow"),
        HEARTBEATS,
        OWNERSHIP,
        LOG,
        STOPPED,
        RESULTS;

        private final String colour;
        private final String counter;

        Kind() {
            this("");
        }

        Kind(final String colour) {
            this(colour, "");
        }

        Kind(final String colour, final String counter) {
            this.colour = colour;
            this.counter = counter;
        }

        /** Returns the colour of such lines on a terminal; empty for none. */
        String colour() {
            return colour;
        }

        /** Returns the name by which a partner's lines of this kind are counted; empty if they are not. */
        String counter() {
            return counter;
        }

        /** Whether such a line reports how something is now, so that the next one of the same replaces it. */
        boolean isReport() {
            return this == HEARTBEATS || this == OWNERSHIP || this == LOG;
        }

        boolean endsSession() {
            return this == DOWN || this == RESTARTED || this == LEFT || this == DROPPED;
        }
    }

    private static final int SHORT_BOOT_ID = 8;
    private static final int SOURCES_REMEMBERED = 1024;

    private final String node;
    private final Map<String, PartnerAddress> addresses = new HashMap<>();
    private final Consumer<NodeLine> output;
    private final Set<List<Object>> rejectedSources = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<List<Object>, Boolean> eldest) {
            return size() > SOURCES_REMEMBERED;
        }
    });
    private final Map<Partner, PartnerHistory> histories = new ConcurrentHashMap<>();

    /**
     * Creates an empty log.
     *
     * @param node     name of the node.
     * @param partners its partners.
     * @param output   gets every line, one after the other.
     */
    NodeLog(final String node, final List<PartnerAddress> partners, final Consumer<NodeLine> output) {
        this.node = node;
        partners.forEach(partner -> addresses.put(partner.name(), partner));
        this.output = output;
    }

    /** Returns what this node remembers of a partner. */
    PartnerHistory history(final Partner partner) {
        return histories.computeIfAbsent(partner, unknown -> new PartnerHistory());
    }

    @Override
    public void on(final NodeEvent event) {
        switch (event) {
            case NodeEvent.HandshakeStepEnded step -> printStep(step.partner(), step.entry());
            case NodeEvent.AttemptFailed failed -> printFailure(failed);
            case NodeEvent.ExchangeStepTaken _ -> {
                // SESSION_UP and CLIENT_READY report what these steps lead to.
            }
            case NodeEvent.ClientReady ready -> countAndPrint(Kind.CLIENT_READY, ready.partner(), "client "
                + name(ready.ports()) + " has " + ready.ports().requirements() + " with " + ready.partner().name());
            case NodeEvent.ClientPortsEnded ended -> countAndPrint(Kind.CLIENT_ENDED, ended.partner(), "client "
                + name(ended.ports()) + " no longer has ports with " + ended.partner().name());
            case NodeEvent.ClientRefused refused -> countAndPrint(Kind.CLIENT_REFUSED, refused.partner(), "client "
                + refused.client() + " gets no ports with " + refused.partner().name() + ": " + words(refused.reason()),
                refused.detail(), Map.of("client", refused.client(), "reason", refused.reason().name()));
            case NodeEvent.PathChanged changed -> printPath(changed.session(), changed.path());
            case NodeEvent.ConnectionRejected rejected -> printRejection(rejected);
            case NodeEvent.SessionUp up -> printSession(up.session());
            case NodeEvent.ConnectionLost lost -> printLoss(lost);
            case NodeEvent.LivenessChanged changed -> printLiveness(changed);
            case NodeEvent.PartnerDown down -> printEnd(down, "down", Kind.DOWN, "session with "
                + down.partner().name() + " is DOWN; before that, " + down.partner().name()
                + " was fenced off from the memory of " + node);
            case NodeEvent.PartnerRestarted restarted -> printEnd(restarted, "restarted", Kind.RESTARTED,
                restarted.partner().name() + " has RESTARTED: its boot id was "
                + shorten(restarted.session().partnerSide().bootId()) + " and is " + shorten(restarted.bootId()));
            case NodeEvent.PartnerLeft left ->
                printEnd(left, PartnerHistory.LEFT, Kind.LEFT, left.partner().name() + " has LEFT cleanly");
            case NodeEvent.SessionDropped dropped -> printEnd(dropped, "dropped", Kind.DROPPED,
                dropped.partner().name() + " had declared " + node + " dead; a new handshake follows");
            case NodeEvent.TermTried _ -> {
                // OWNERSHIP_ACQUIRED reports what a won term leads to.
            }
            case NodeEvent.OwnershipAcquired acquired -> print(Kind.OWNERSHIP_ACQUIRED, "owns term " + acquired.term(),
                TakeOverPart.describe(acquired.acquisition()), TakeOverPart.facts(acquired.acquisition()));
            case NodeEvent.OwnershipLost lost -> print(Kind.OWNERSHIP_LOST, "no longer owns term " + lost.term(),
                lost.reason().words(), Map.of("term", lost.term(), "reason", lost.reason().name()));
        }
    }

    /** Prints a line that concerns no partner. */
    void print(final Kind kind, final String text, final String detail, final Map<String, Object> facts) {
        print(new NodeLine(node, kind, System.nanoTime(), "", text, detail, facts));
    }

    /** Prints how the heartbeats of a partner are now. */
    void printHeartbeats(final Partner partner) {
        final HeartbeatSummary beats = partner.heartbeats();
        final Map<String, Object> facts = NodeReport.heartbeat(beats);
        facts.put("liveness", partner.liveness().name());
        print(Kind.HEARTBEATS, System.nanoTime(), partner, beats.count() == 0
            ? partner.name() + " is " + partner.liveness() + ", no heartbeat yet"
            : String.format(Locale.ROOT, "%s is %s: %d beats, %d unanswered, %d late here; READ p50 %s, p99 %s",
                partner.name(), partner.liveness(), beats.count(), beats.unanswered(), beats.late(),
                Microseconds.text(beats.p50Ns()), Microseconds.text(beats.p99Ns())), "", facts);
    }

    private synchronized void print(final NodeLine line) {
        output.accept(line);
    }

    private void print(final Kind kind, final long atNs, final Partner partner, final String text, final String detail,
        final Map<String, Object> facts) {
        print(new NodeLine(node, kind, atNs, partner.name(), text, detail, facts));
    }

    /** Counts and prints a line without detail and facts. */
    private void countAndPrint(final Kind kind, final Partner partner, final String text) {
        countAndPrint(kind, partner, text, "", Map.of());
    }

    /** Counts a line and prints it. */
    private void countAndPrint(final Kind kind, final Partner partner, final String text, final String detail,
        final Map<String, Object> facts) {
        history(partner).count(kind);
        print(kind, System.nanoTime(), partner, text, detail, facts);
    }

    private void printStep(final Partner partner, final TraceEntry entry) {
        print(Kind.STEP, entry.issuedNs() + entry.durationNs(), partner, String.format(Locale.ROOT,
            "%s  %-5s %3d bytes at 0x%x of %s  %10s  %s", entry.step(), entry.step().isRead() ? "READ" : "WRITE",
            entry.lengthBytes(), entry.memoryAddress(), partner.name(), Microseconds.text(entry.durationNs()),
            entry.isSuccessful() ? "ok" : entry.outcome().words()), "", Map.of("step", entry.step().name(),
            "us", Microseconds.of(entry.durationNs()), "outcome", entry.outcome().name()));
    }

    private void printFailure(final NodeEvent.AttemptFailed event) {
        final PartnerHistory history = history(event.partner());
        history.count(Kind.ATTEMPT_FAILED);
        if (history.rememberFailure(event.outcome(), event.detail()) && !history.isExplained(event.outcome())) {
            print(Kind.ATTEMPT_FAILED, System.nanoTime(), event.partner(), (history.isUp() ? "cannot reconnect to "
                : "no session with ") + event.partner().name() + ": " + event.outcome().words() + "; trying again",
                event.detail(), Map.of("outcome", event.outcome().name()));
        }
    }

    /** Prints only the first rejection of each source and reason, and none for the reason that this node leaves. */
    private synchronized void printRejection(final NodeEvent.ConnectionRejected event) {
        final Rejection reason = event.reason();
        if (reason != Rejection.LEAVING && rejectedSources.add(List.of(event.source().getAddress(), reason))) {
            print(Kind.REJECTED, "REJECTED " + event.source().getAddress().getHostAddress() + ": " + words(reason),
                event.detail(), Map.of("reason", reason.name()));
        }
    }

    private void printSession(final Session session) {
        history(session.partner()).beginSession(session);
        final Map<String, Object> facts = NodeReport.handshake(session.handshake());
        facts.put("bootId", session.partnerSide().bootId().toString());
        facts.put("epoch", session.partnerSide().epoch());
        countAndPrint(Kind.SESSION_UP, session.partner(), "session with " + session.partner().name()
            + " is UP, boot id " + session.partnerSide().bootId() + ", in "
            + Microseconds.text(session.handshake().totalNs()), "", facts);
    }

    private void printPath(final Session session, final int path) {
        final String name = session.partner().name();
        final PartnerAddress partner = addresses.get(name);
        final String address = partner == null || path >= partner.addresses().size() ? ""
            : ", " + text(partner.addresses().get(path));
        countAndPrint(Kind.PATH_CHANGED, session.partner(), "session with " + name
            + (path == 0 ? " is back on its first path" : " continues over path " + path) + address);
    }

    private void printLoss(final NodeEvent.ConnectionLost event) {
        final PartnerHistory history = history(event.partner());
        history.forgetFailures();
        if (!history.hasLeft()) {
            countAndPrint(Kind.CONNECTION_LOST, event.partner(), "connection to " + event.partner().name()
                + " lost; connecting again", event.detail(), Map.of());
        }
    }

    private void printLiveness(final NodeEvent.LivenessChanged event) {
        history(event.partner()).rememberLiveness(event.liveness(), event.silence());
        print(Kind.LIVENESS, System.nanoTime(), event.partner(), event.partner().name() + " is " + event.liveness()
            + (event.silence() == Silence.NONE ? " again" : ": " + words(event.silence())), "",
            Map.of("liveness", event.liveness().name(), "silence", event.silence().name()));
    }

    private void printEnd(final NodeEvent.SessionEnded event, final String how, final Kind kind, final String text) {
        history(event.partner()).endSession(how);
        countAndPrint(kind, event.partner(), text);
    }

    private static String name(final ClientSession ports) {
        return ports.requirements().name();
    }

    private static String words(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String shorten(final BootId bootId) {
        return bootId.toString().substring(0, SHORT_BOOT_ID) + "...";
    }

    static String text(final InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
