// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.Silence;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Logs what happens with a node's partners, for a node whose user listens to nothing: what somebody may have to act on
 * as warnings, the rest as information, and of attempts that fail alike only the first. Of a partner that has left in
 * order it logs nothing until that is back, unless somebody has to act. One thread calls.
 */
final class SessionLog implements SessionListener {

    private final Logger logger;
    private final String node;
    private final Map<Partner, Set<AttemptOutcome>> failures = new HashMap<>();
    private final Set<Partner> inSession = new HashSet<>();
    private final Set<Partner> left = new HashSet<>();

    SessionLog(final String node) {
        this(node, System.getLogger(SessionLog.class.getName()));
    }

    SessionLog(final String node, final Logger logger) {
        this.node = node;
        this.logger = logger;
    }

    private void log(final Level level, final Partner partner, final String text) {
        logger.log(level, () -> "node " + node + ", partner " + partner.name() + ": " + text);
    }

    @Override
    public void attemptFailed(final Partner partner, final AttemptOutcome outcome, final String detail) {
        final boolean mustAct = outcome.retry() == AttemptOutcome.Retry.SLOWLY;
        final boolean first =
            failures.computeIfAbsent(partner, unknown -> EnumSet.noneOf(AttemptOutcome.class)).add(outcome);
        if (first && (mustAct || !left.contains(partner))) {
            log(mustAct ? Level.WARNING : Level.INFO, partner, (inSession.contains(partner)
                ? "not connected again yet, the session goes on, trying again: "
                : "no session yet, trying again: ") + detail);
        }
    }

    @Override
    public void sessionUp(final Session session) {
        failures.remove(session.partner());
        left.remove(session.partner());
        inSession.add(session.partner());
        log(Level.INFO, session.partner(), "session is up, boot id " + session.partnerSide().bootId() + ", epoch "
            + session.partnerSide().epoch());
    }

    private void ended(final Session session) {
        failures.remove(session.partner());
        inSession.remove(session.partner());
    }

    @Override
    public void pathChanged(final Session session, final int path) {
        if (path == 0) {
            log(Level.INFO, session.partner(), "session is back on its first path");
        } else {
            log(Level.WARNING, session.partner(), "session goes on over path " + path);
        }
    }

    @Override
    public void connectionLost(final Partner partner, final String detail) {
        if (!left.contains(partner)) {
            failures.remove(partner);
            log(Level.INFO, partner, "connection lost, connecting again: " + detail);
        }
    }

    @Override
    public void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
        log(liveness == Liveness.ALIVE ? Level.INFO : Level.WARNING, session.partner(),
            liveness == Liveness.ALIVE ? "ALIVE again" : liveness + ", " + silence);
    }

    @Override
    public void partnerDown(final Session ended, final Silence silence) {
        ended(ended);
        log(Level.WARNING, ended.partner(), "session is down; the partner no longer has access to memory");
    }

    @Override
    public void partnerRestarted(final Session ended, final BootId bootId) {
        ended(ended);
        log(Level.WARNING, ended.partner(), "restarted, its boot id was " + ended.partnerSide().bootId() + " and is "
            + bootId);
    }

    @Override
    public void partnerLeft(final Session ended) {
        ended(ended);
        left.add(ended.partner());
        log(Level.INFO, ended.partner(), "left in order");
    }

    @Override
    public void sessionDropped(final Session ended) {
        ended(ended);
        log(Level.WARNING, ended.partner(), "had declared this node dead; a new handshake follows");
    }

    @Override
    public void clientRefused(
        final Session session, final String client, final ClientRefusal reason, final String detail) {
        log(Level.INFO, session.partner(), "client " + client + " gets no ports, " + reason + ": " + detail);
    }
}
