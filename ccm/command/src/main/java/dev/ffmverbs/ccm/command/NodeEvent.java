// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Something that a node says of itself: for people as text, for programs as a line of JSON.
 *
 * @param node    the node's name.
 * @param kind    what has happened.
 * @param atNs    when, in nanoseconds of {@link System#nanoTime}; processes of one Linux machine have that in common.
 * @param partner with which partner; empty when it concerns none.
 * @param text    what has happened, in words that fit a line of a terminal.
 * @param detail  further facts, in words; may be empty.
 * @param facts   figures, by name.
 */
record NodeEvent(
    String node, Kind kind, long atNs, String partner, String text, String detail, Map<String, Object> facts) {

    /** What may happen with a node. */
    enum Kind {
        STARTED, STATUS_UNAVAILABLE, STEP, ATTEMPT_FAILED, REJECTED, SESSION_UP, PATH_CHANGED, CONNECTION_LOST,
        LIVENESS, DOWN, RESTARTED, LEFT, DROPPED, CLIENT_READY, CLIENT_ENDED, CLIENT_REFUSED, MIRRORED, HEARTBEATS,
        STOPPED, RESULTS
    }

    /** For lines: JSON without line breaks. */
    private static final JSON LINE = JSON.std;

    String toJson() {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("node", node);
        fields.put("event", kind.name());
        fields.put("atNs", atNs);
        fields.put("partner", partner);
        fields.put("text", text);
        fields.put("detail", detail);
        fields.put("facts", facts);
        try {
            return LINE.asString(fields);
        } catch (final IOException e) {
            throw new CommandFailedException("an event cannot be written as JSON: " + this + ": " + e.getMessage(), e);
        }
    }

    /** Reads a line; empty when it is not an event but something else that a process printed. */
    static Optional<NodeEvent> parse(final String line) {
        if (!line.startsWith("{")) {
            return Optional.empty();
        }
        try {
            final Map<String, Object> fields = LINE.mapFrom(line);
            @SuppressWarnings("unchecked")
            final Map<String, Object> facts = (Map<String, Object>) fields.get("facts");
            return Optional.of(new NodeEvent((String) fields.get("node"), Kind.valueOf((String) fields.get("event")),
                ((Number) fields.get("atNs")).longValue(), (String) fields.get("partner"), (String) fields.get("text"),
                (String) fields.get("detail"), facts));
        } catch (final IOException | IllegalArgumentException | NullPointerException | ClassCastException e) {
            return Optional.empty();
        }
    }

    /** Whether it is about a partner that is thought of so, silent in whichever way. */
    boolean isLiveness(final String liveness) {
        return kind == Kind.LIVENESS && liveness.equals(facts.get("liveness"));
    }
}
