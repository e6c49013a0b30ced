// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.handshake.AttemptOutcome;
import dev.ffmverbs.ccm.handshake.HandshakeTimes;
import dev.ffmverbs.ccm.handshake.TraceEntry;
import dev.ffmverbs.ccm.liveness.HeartbeatSummary;
import dev.ffmverbs.ccm.liveness.Liveness;
import dev.ffmverbs.ccm.liveness.Silence;
import dev.ffmverbs.ccm.memory.BootId;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Says in plain lines what happens with a node's partners, and remembers how sessions ended. Thread-safe. */
final class NodeLog implements SessionListener {

    /** What the line of a session that came up can be known by. */
    static final String SESSION_UP = "SESSION UP";

    private static final double NS_PER_SECOND = 1e9;

    private final PrintWriter out;
    private final long startNs = System.nanoTime();
    private final Map<Partner, AttemptOutcome> lastOutcomes = new HashMap<>();
    private final Map<Partner, String> ends = new HashMap<>();
    private final Map<Partner, HandshakeTimes> sessions = new HashMap<>();

    NodeLog(final PrintWriter out) {
        this.out = out;
    }

    synchronized void say(final String line) {
        out.printf(Locale.ROOT, "%9.3f s  %s%n", (System.nanoTime() - startNs) / NS_PER_SECOND, line);
        out.flush();
    }

    /** How the last session with a partner ended; null when there was none or it is up. */
    synchronized String end(final Partner partner) {
        return ends.get(partner);
    }

    /** The handshake of the last session with a partner; null when there was none. */
    synchronized HandshakeTimes handshake(final Partner partner) {
        return sessions.get(partner);
    }

    private synchronized void ended(final Session session, final String how, final String line) {
        ends.put(session.partner(), how);
        lastOutcomes.remove(session.partner());
        say(session.partner().name() + ": " + line);
    }

    @Override
    public void handshakeStep(final Partner partner, final TraceEntry entry) {
        say(String.format(Locale.ROOT, "%s: %s %-5s %3d bytes at 0x%x of %s  %12s  %s", partner.name(), entry.step(),
            entry.step().isRead() ? "READ" : "WRITE", entry.lengthBytes(), entry.memoryAddress(),
            text(entry.remote()), Microseconds.text(entry.durationNs()),
            entry.succeeded() ? "ok" : entry.outcome().words()));
    }

    static String text(final java.net.InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public synchronized void attemptFailed(
        final Partner partner, final AttemptOutcome outcome, final String detail) {
        if (lastOutcomes.put(partner, outcome) != outcome) {
            say(partner.name() + ": no session yet, trying again: " + detail);
        }
    }

    @Override
    public synchronized void sessionUp(final Session session) {
        final Partner partner = session.partner();
        ends.remove(partner);
        lastOutcomes.remove(partner);
        sessions.put(partner, session.handshake());
        say(partner.name() + ": " + SESSION_UP + " with boot id " + session.partnerSide().bootId() + ", handshake "
            + Microseconds.text(session.handshake().totalNs()) + ", attempt " + session.handshake().attempts());
    }

    @Override
    public void connectionLost(final Partner partner, final String detail) {
        say(partner.name() + ": connecting again: " + detail);
    }

    @Override
    public void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
        say(session.partner().name() + ": " + liveness
            + (silence == Silence.NONE ? "" : ", " + silence.name().toLowerCase(Locale.ROOT)));
    }

    @Override
    public void partnerDown(final Session ended, final Silence silence) {
        ended(ended, "down", "SESSION DOWN, its access to this node's memory is revoked");
    }

    @Override
    public void partnerRestarted(final Session ended, final BootId bootId) {
        ended(ended, "restarted", "RESTARTED, boot id was " + ended.partnerSide().bootId() + " and is " + bootId);
    }

    @Override
    public void partnerLeft(final Session ended) {
        ended(ended, "left", "LEFT in order");
    }

    @Override
    public void sessionDropped(final Session ended) {
        ended(ended, "dropped", "has declared this node dead; a new handshake follows");
    }

    /** One line on the heartbeats of a partner. */
    void heartbeats(final Partner partner) {
        final HeartbeatSummary beats = partner.heartbeats();
        if (beats.count() == 0) {
            say(partner.name() + ": " + partner.liveness() + "  no heartbeat yet");
            return;
        }
        say(String.format(Locale.ROOT,
            "%s: %s  heartbeats %d, missed %d, torn %d  READ p50 %s  p99 %s  p99.9 %s  max %s", partner.name(),
            partner.liveness(), beats.count(), beats.missed(),
            beats.torn(), Microseconds.text(beats.p50Ns()), Microseconds.text(beats.p99Ns()),
            Microseconds.text(beats.p999Ns()), Microseconds.text(beats.maxNs())));
    }
}
