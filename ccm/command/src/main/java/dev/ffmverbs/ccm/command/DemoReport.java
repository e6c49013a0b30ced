// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the two nodes of a demonstration reported, each about its partner.
 *
 * @param a results of node A, which left first.
 * @param b results of node B.
 */
record DemoReport(Map<String, Object> a, Map<String, Object> b) {

    private static final List<String> HANDSHAKE = List.of("r1Us", "w1Us", "r2Us", "w2Us", "totalUs", "attempts");
    private static final List<String> HEARTBEAT =
        List.of("count", "unanswered", "late", "p50Us", "p99Us", "p999Us", "maxUs");

    /** Returns what went wrong; empty if both sessions came up, had heartbeats and closed cleanly. */
    List<String> failures() {
        final List<String> failures = new ArrayList<>();
        for (final Map<String, Object> node : List.of(a, b)) {
            final String name = "node " + node.get("name");
            if (part(node, "handshake").isEmpty()) {
                failures.add(name + " had no session");
            }
            if (beats(node, "count") == 0) {
                failures.add(name + " heard no heartbeat");
            } else if (beats(node, "unanswered") > beats(node, "count") + totalLate()) {
                failures.add(describeAnswers(node));
            }
            if (!Boolean.TRUE.equals(node.get("leftInOrder"))) {
                failures.add(name + " was not seen to leave");
            }
        }
        if (partner(a).get("end") != null) {
            failures.add("the session of node A ended before node A left: " + partner(a).get("end"));
        }
        if (!"left".equals(partner(b).get("end"))) {
            failures.add("node B did not see node A leave, but: " + partner(b).get("end"));
        }
        return failures;
    }

    /** Returns the disturbances of sessions that succeeded, each attributed to this machine or to a partner. */
    List<String> remarks() {
        final List<String> remarks = new ArrayList<>();
        if (totalLate() > 0) {
            remarks.add("this machine was late: node A skipped " + beats(a, "late") + " beats, node B "
                + beats(b, "late") + ", because it lacked processor time");
        }
        for (final Map<String, Object> node : List.of(a, b)) {
            if (beats(node, "unanswered") > 0) {
                remarks.add(describeAnswers(node) + (totalLate() > 0 ? ", on the same machine" : ""));
            }
            final long suspicions = number((Map<?, ?>) partner(node).get("counters"), "suspicions");
            if (suspicions > 0) {
                remarks.add("node " + node.get("name") + " suspected its partner " + suspicions
                    + (suspicions == 1 ? " time" : " times") + ", and heard it again");
            }
        }
        return remarks;
    }

    /** Returns for how many beats a node did not run in time, which may also leave beats of its partner unanswered. */
    private long totalLate() {
        return beats(a, "late") + beats(b, "late");
    }

    private static String describeAnswers(final Map<String, Object> node) {
        final long heard = beats(node, "count");
        return "node " + partner(node).get("name") + " answered " + heard + " of the "
            + (heard + beats(node, "unanswered")) + " heartbeat READs of node " + node.get("name") + " in time";
    }

    private static long beats(final Map<String, Object> node, final String field) {
        return number(part(node, "heartbeat"), field);
    }

    void print(final PrintWriter out) {
        out.printf("%n%-16s%10s%10s%10s%10s%10s%10s%n", "handshake [us]", "R1", "W1", "R2", "W2", "total", "attempts");
        printRows(out, "handshake", HANDSHAKE);
        out.printf("%-16s%10s%12s%10s%10s%10s%10s%10s%n", "READ [us]", "count", "unanswered", "late here", "p50", "p99",
            "p99.9", "max");
        printRows(out, "heartbeat", HEARTBEAT);
        out.println();
        out.flush();
    }

    private void printRows(final PrintWriter out, final String part, final List<String> columns) {
        for (final Map<String, Object> node : List.of(a, b)) {
            out.printf("  %-14s", node.get("name") + " to " + partner(node).get("name"));
            for (final String column : columns) {
                final Object value = part(node, part).get(column);
                out.printf(Locale.ROOT, column.equals("unanswered") ? "%12s" : "%10s", value == null ? "-" : value);
            }
            out.println();
        }
    }

    Map<String, Object> toFields() {
        final List<Object> nodes = new ArrayList<>();
        for (final Map<String, Object> node : List.of(a, b)) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", node.get("name"));
            fields.put("device", node.get("device"));
            fields.put("handshake", part(node, "handshake"));
            fields.put("heartbeat", part(node, "heartbeat"));
            nodes.add(fields);
        }
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("device", a.get("device"));
        fields.put("provider", a.get("provider"));
        fields.put("nodes", nodes);
        fields.put("failures", failures());
        fields.put("remarks", remarks());
        return fields;
    }

    private static Map<?, ?> partner(final Map<String, Object> node) {
        return (Map<?, ?>) ((List<?>) node.get("partners")).getFirst();
    }

    private static Map<?, ?> part(final Map<String, Object> node, final String part) {
        return (Map<?, ?>) partner(node).get(part);
    }

    private static long number(final Map<?, ?> fields, final String name) {
        return ((Number) fields.get(name)).longValue();
    }
}
