// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.AttemptOutcome;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Logs the events of a node that has no listener, with the text and level of each event.
 *
 * <p>Of attempts that fail for the same reason, only the first is logged. After a partner has left cleanly, nothing is
 * logged about it until it is back, except what somebody has to act on. Used by one thread.
 */
final class SessionLog implements NodeEventListener {

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

    @Override
    public void on(final NodeEvent event) {
        switch (event) {
            case NodeEvent.AttemptFailed failed -> logFirstOfItsKind(failed);
            case NodeEvent.ConnectionLost lost -> logUnlessExpected(lost);
            case NodeEvent.SessionUp up -> {
                failures.remove(up.partner());
                left.remove(up.partner());
                inSession.add(up.partner());
                log(up, up.text());
            }
            case NodeEvent.SessionEnded ended -> {
                failures.remove(ended.partner());
                inSession.remove(ended.partner());
                if (ended instanceof NodeEvent.PartnerLeft) {
                    left.add(ended.partner());
                }
                log(ended, ended.text());
            }
            case NodeEvent.PartnerEvent other -> log(other, other.text());
            case NodeEvent.ConnectionRejected rejected -> log(rejected, rejected.text());
        }
    }

    private void log(final NodeEvent event, final String text) {
        logger.log(event.level(), () -> "node " + node + ", " + event.subject() + ": " + text);
    }

    private void logFirstOfItsKind(final NodeEvent.AttemptFailed event) {
        final boolean first = failures.computeIfAbsent(event.partner(),
            unknown -> EnumSet.noneOf(AttemptOutcome.class)).add(event.outcome());
        if (first && (event.level() == Level.WARNING || !left.contains(event.partner()))) {
            log(event, (inSession.contains(event.partner())
                ? "not connected again yet, the session continues, trying again: "
                : "no session yet, trying again: ") + event.detail());
        }
    }

    private void logUnlessExpected(final NodeEvent.ConnectionLost event) {
        if (!left.contains(event.partner())) {
            failures.remove(event.partner());
            log(event, event.text());
        }
    }
}
