// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.command.NodeEvent.Kind;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.Silence;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What a node remembers of a partner. Thread-safe, and never held while something is printed: whoever asks gets an
 * answer although the node's terminal is stopped.
 */
final class PartnerHistory {

    /** What is counted, by the names people and programs see. */
    private static final Map<Kind, String> COUNTED = new EnumMap<>(Map.of(Kind.SESSION_UP, "sessions",
        Kind.CONNECTION_LOST, "connectionsLost", Kind.PATH_CHANGED, "pathChanges", Kind.DOWN, "downs",
        Kind.RESTARTED, "restarts", Kind.LEFT, "leaves", Kind.DROPPED, "drops", Kind.ATTEMPT_FAILED, "failedAttempts",
        Kind.CLIENT_REFUSED, "clientsRefused"));

    /** How a session has ended when the partner has shut down in order. */
    static final String LEFT = "left";

    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final Set<AttemptOutcome> outcomes = EnumSet.noneOf(AttemptOutcome.class);
    private AttemptOutcome lastOutcome;
    private String lastDetail;
    private Silence silence = Silence.NONE;
    private String end;
    private Session session;
    private long upNs;
    private long suspicions;

    /** Nothing has happened yet. */
    PartnerHistory() {
        COUNTED.keySet().forEach(kind -> counts.put(kind, 0L));
    }

    synchronized void count(final Kind kind) {
        counts.computeIfPresent(kind, (key, count) -> count + 1);
    }

    /** Remembers a failed attempt; returns whether it is the first to end so since a session came up or ended. */
    synchronized boolean attemptFailed(final AttemptOutcome outcome, final String detail) {
        lastOutcome = outcome;
        lastDetail = detail;
        count(Kind.ATTEMPT_FAILED);
        return outcomes.add(outcome);
    }

    synchronized void sessionUp(final Session newSession) {
        end = null;
        lastOutcome = null;
        lastDetail = null;
        outcomes.clear();
        silence = Silence.NONE;
        session = newSession;
        upNs = System.nanoTime();
    }

    synchronized void sessionEnded(final String how) {
        end = how;
        lastOutcome = null;
        lastDetail = null;
        outcomes.clear();
    }

    synchronized void liveness(final Liveness liveness, final Silence how) {
        silence = how;
        if (liveness == Liveness.SUSPECT) {
            suspicions++;
        }
    }

    /** How often the partner was suspect. */
    synchronized long suspicions() {
        return suspicions;
    }

    /** Whether a session is up, as far as was told. */
    synchronized boolean isUp() {
        return session != null && end == null;
    }

    /** A connection has ended; returns whether that is news: that of a partner that has left in order had to. */
    synchronized boolean connectionLost() {
        outcomes.clear();
        return !LEFT.equals(end);
    }

    /** Whether an attempt that fails so is no news: a partner that has left in order is not there until it is back. */
    synchronized boolean isExplained(final AttemptOutcome outcome) {
        return LEFT.equals(end) && outcome.retry() != AttemptOutcome.Retry.SLOWLY;
    }

    /** How the last session ended; null when there was none or it is up. */
    synchronized String end() {
        return end;
    }

    /** The handshake of the last session; null when there was none. */
    synchronized HandshakeTimes handshake() {
        return session == null ? null : session.handshake();
    }

    /** For how many seconds a session has been up; 0 for one that nobody has told of yet. */
    synchronized long secondsUp(final Session present) {
        return present == session ? TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - upNs) : 0;
    }

    /** In which way the partner is silent while there is a session, in lower case. */
    synchronized String silence() {
        return silence.name().toLowerCase(Locale.ROOT);
    }

    /** Why there is no session, as far as known: the last failed attempt since the last session in a clause. */
    synchronized String reason() {
        return lastOutcome == null ? null : lastOutcome.words();
    }

    /** All facts of that attempt. */
    synchronized String reasonDetail() {
        return lastDetail;
    }

    /** How often what has happened. */
    synchronized Map<String, Object> counters() {
        final Map<String, Object> fields = new LinkedHashMap<>();
        for (final Kind kind : List.copyOf(counts.keySet())) {
            fields.put(COUNTED.get(kind), counts.get(kind));
        }
        fields.put("suspicions", suspicions);
        return fields;
    }
}
