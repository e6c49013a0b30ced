// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.command.NodeLog.Kind;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.Silence;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What a node remembers of a partner. Thread-safe; no lock is held while a line is printed, so that a status query is
 * answered even if the terminal of the node is stopped.
 */
final class PartnerHistory {

    /** How a session ended if the partner shut down cleanly. */
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

    /** Creates an empty history. */
    PartnerHistory() {
        for (final Kind kind : Kind.values()) {
            if (!kind.counter().isEmpty()) {
                counts.put(kind, 0L);
            }
        }
    }

    /** Counts a line of this kind, unless the kind has no counter. */
    synchronized void count(final Kind kind) {
        counts.computeIfPresent(kind, (key, count) -> count + 1);
    }

    /** Remembers a failed attempt; returns whether it is the first with this outcome since a session began or ended. */
    synchronized boolean rememberFailure(final AttemptOutcome outcome, final String detail) {
        lastOutcome = outcome;
        lastDetail = detail;
        return outcomes.add(outcome);
    }

    /** Lets the next failed attempt be the first with its outcome. */
    synchronized void forgetFailures() {
        outcomes.clear();
    }

    synchronized void beginSession(final Session newSession) {
        end = null;
        lastOutcome = null;
        lastDetail = null;
        outcomes.clear();
        silence = Silence.NONE;
        session = newSession;
        upNs = System.nanoTime();
    }

    synchronized void endSession(final String how) {
        end = how;
        lastOutcome = null;
        lastDetail = null;
        outcomes.clear();
    }

    synchronized void rememberLiveness(final Liveness liveness, final Silence how) {
        silence = how;
        if (liveness == Liveness.SUSPECT) {
            suspicions++;
        }
    }

    /** Returns how often the partner was suspect. */
    synchronized long suspicions() {
        return suspicions;
    }

    /** Returns whether a session is up, according to this history. */
    synchronized boolean isUp() {
        return session != null && end == null;
    }

    /** Returns whether the partner left cleanly and has not been back since. */
    synchronized boolean hasLeft() {
        return LEFT.equals(end);
    }

    /** Returns whether a failed attempt follows from the partner's leaving, so that nobody has to act on it. */
    synchronized boolean isExplained(final AttemptOutcome outcome) {
        return hasLeft() && outcome.retry() != AttemptOutcome.Retry.SLOWLY;
    }

    /** Returns how the last session ended; null if there was none or if it is up. */
    synchronized String end() {
        return end;
    }

    /** Returns the handshake of the last session; null if there was none. */
    synchronized HandshakeTimes handshake() {
        return session == null ? null : session.handshake();
    }

    /** Returns for how many seconds a session has been up; 0 for a session that is not in this history yet. */
    synchronized long secondsUp(final Session present) {
        return present.equals(session) ? TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - upNs) : 0;
    }

    /** Returns in which way the partner is silent during a session, in lower case. */
    synchronized String silence() {
        return silence.name().toLowerCase(Locale.ROOT);
    }

    /** Returns why there is no session, as a clause: the outcome of the last failed attempt; null if there was none. */
    synchronized String reason() {
        return lastOutcome == null ? null : lastOutcome.words();
    }

    /** Returns all facts of the last failed attempt, in words; null if there was none. */
    synchronized String reasonDetail() {
        return lastDetail;
    }

    /** Returns the counters, by the names that people and programs see. */
    synchronized Map<String, Object> counters() {
        final Map<String, Object> fields = new LinkedHashMap<>();
        counts.forEach((kind, count) -> fields.put(kind.counter(), count));
        fields.put("suspicions", suspicions);
        return fields;
    }
}
