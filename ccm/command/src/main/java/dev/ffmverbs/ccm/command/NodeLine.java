// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.ffmverbs.ccm.command.NodeLog.Kind;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A line that a node prints about itself: text for people, or a line of JSON for programs.
 *
 * @param node    name of the node.
 * @param kind    what the line is about.
 * @param atNs    when it happened, in nanoseconds of {@link System#nanoTime}, which all processes of a Linux machine
 *                have in common.
 * @param partner name of the partner it concerns; empty if it concerns none.
 * @param text    what happened, in words that fit a line of a terminal.
 * @param detail  further facts, in words; may be empty.
 * @param facts   figures, by name.
 */
record NodeLine(
    String node, Kind kind, long atNs, String partner, String text, String detail, Map<String, Object> facts) {

    /** Writes JSON without line breaks. */
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
            throw new CommandFailedException("cannot write " + this + " as JSON: " + e.getMessage(), e);
        }
    }

    /** Parses a line of JSON; returns empty for anything else that a process may print. */
    static Optional<NodeLine> parse(final String line) {
        if (!line.startsWith("{")) {
            return Optional.empty();
        }
        try {
            final Map<String, Object> fields = LINE.mapFrom(line);
            @SuppressWarnings("unchecked")
            final Map<String, Object> facts = (Map<String, Object>) fields.get("facts");
            return Optional.of(new NodeLine((String) fields.get("node"), Kind.valueOf((String) fields.get("event")),
                ((Number) fields.get("atNs")).longValue(), (String) fields.get("partner"), (String) fields.get("text"),
                (String) fields.get("detail"), facts));
        } catch (final IOException | IllegalArgumentException | NullPointerException | ClassCastException e) {
            return Optional.empty();
        }
    }

    /** Returns whether the line reports this liveness of a partner. */
    boolean isLiveness(final String liveness) {
        return kind == Kind.LIVENESS && liveness.equals(facts.get("liveness"));
    }
}
