// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/** Prints the status of a node: a table of its partners, with further facts below each row. */
final class StatusText {

    private static final int SHORT_BOOT_ID = 12;
    private static final long MINUTE_S = 60;
    private static final long HOUR_S = 60 * MINUTE_S;
    private static final long DAY_S = 24 * HOUR_S;
    private static final int NAME_WIDTH = 8;

    /** With what is printed around it, a line of this many characters is as wide as the table. */
    private static final int LONGEST_SESSION = 94;
    private static final long LONGEST_TURN_MS = 1_000;

    /** Of longer times, the table has room for whole microseconds only. */
    private static final double LONG_US = 100_000;

    private static final String ROW = "  %%-%ds  %%-9s %%-8s %%-13s%%8s %%10s %%5s %%4s %%7s %%8s %%8s%%n";
    private static final List<String> HEARTBEAT =
        List.of("count", "unanswered", "late", "torn", "p50Us", "p99Us", "maxUs");

    /** Words for counters whose name alone does not say what was counted. */
    private static final Map<String, String> COUNTERS = Map.of("downs", "declared dead", "leaves", "left cleanly",
        "drops", "declared this node dead", "suspicions", "suspect");

    private final PrintWriter out;
    private final Ansi ansi;

    StatusText(final PrintWriter out, final Ansi ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    void print(final Map<String, Object> node) {
        if (!Boolean.TRUE.equals(node.get(StatusQuery.ANSWERS))) {
            out.printf("Node %s, process %s runs but does not answer: it is stopped, or the machine is busy%n",
                node.get("name"), node.get("process"));
            return;
        }
        if (WitnessStatus.isIn(node)) {
            WitnessStatus.print(out, node);
            return;
        }
        out.printf("Node %s at %s, %s, up %s, process %s%n", node.get("name"), join(node.get("listen")),
            node.get("phase"), duration(node.get("uptimeS")), node.get("process"));
        final String provider =
            node.get("socket") == null ? text(node, "provider") : node.get("provider") + ", " + node.get("socket");
        out.printf("  boot id %s, device %s (%s), %s%n", node.get("bootId"), node.get("device"), provider,
            Boolean.TRUE.equals(node.get("secret")) ? "shared secret" : "no shared secret");
        if (!isAtWork(node)) {
            out.println("  it is not working: " + (loopAgeMs(node) > LONGEST_TURN_MS
                ? "it has not served its sessions for " + loopAgeMs(node) + " ms" : node.get("ailment"))
                + "; its partners see it as stalled");
        }
        if (node.get(NodeStatus.OWNERSHIP) instanceof final Map<?, ?> ownership) {
            out.println("  " + describeOwnership(ownership));
        }
        if (node.get(NodeStatus.LOG) instanceof final Map<?, ?> log) {
            out.println("  " + describeLog(log));
        }
        final Map<?, ?> rejections = (Map<?, ?>) node.get("rejections");
        if (!rejections.isEmpty()) {
            final List<String> reasons = new ArrayList<>();
            rejections.forEach((reason, count) -> reasons.add(words(reason) + " " + count));
            out.println("  rejected: " + String.join(", ", reasons));
        }
        final List<Map<String, Object>> partners = partners(node);
        final String row = String.format(ROW, partners.stream().mapToInt(partner -> text(partner, "name").length())
            .reduce(NAME_WIDTH, Math::max));
        out.printf(row, "partner", "state", "phase", "boot id", "beats", "unanswered", "late", "torn",
            "p50 us", "p99 us", "max us");
        partners.forEach(partner -> print(partner, row));
    }

    /** Describes who owns and for how long, in a clause. */
    static String describeOwnership(final Map<?, ?> ownership) {
        final long term = number(ownership, "term");
        final String arbiter = "; witness " + join(ownership.get("witnesses"));
        if (Boolean.TRUE.equals(ownership.get("held"))) {
            return "owns term " + term + ", for " + ownership.get("remainingMs") + " ms without a renewal" + arbiter;
        }
        final long ownersTerm = number(ownership, "ownersTerm");
        if (ownersTerm > 0) {
            return "does not own: " + ownership.get("owner") + " owns term " + ownersTerm + arbiter;
        }
        return "does not own" + (term == 0 ? "" : ", last owned term " + term) + "; no owner is seen" + arbiter;
    }

    /** Describes how many nodes hold a log, in a clause. */
    static String describeLog(final Map<?, ?> log) {
        final long acknowledged = number(log, "acknowledged");
        final long last = number(log, "last");
        return "log " + log.get("name") + ": " + log.get("state") + ", " + (last == 0 ? "no entry"
            : acknowledged == 0 ? "no entry of " + last + " acknowledged"
            : "acknowledged up to entry " + acknowledged + " of " + last);
    }

    private static long number(final Map<?, ?> fields, final String field) {
        return ((Number) fields.get(field)).longValue();
    }

    private static long loopAgeMs(final Map<String, Object> node) {
        return ((Number) node.getOrDefault("loopAgeMs", 0)).longValue();
    }

    /** Returns whether the node has served its sessions within the last second and nothing keeps it from its work. */
    static boolean isAtWork(final Map<String, Object> node) {
        return loopAgeMs(node) <= LONGEST_TURN_MS && node.get("ailment") == null;
    }

    private void print(final Map<String, Object> partner, final String row) {
        final Map<?, ?> session = (Map<?, ?>) partner.get("session");
        final Map<?, ?> heartbeat = (Map<?, ?>) partner.get("heartbeat");
        final List<Object> cells = new ArrayList<>();
        cells.add(partner.get("name"));
        cells.add(state(partner));
        cells.add(partner.get("phase") == null ? "-" : partner.get("phase"));
        cells.add(session == null ? "-" : session.get("bootId").toString().substring(0, SHORT_BOOT_ID));
        final boolean heard = ((Number) heartbeat.get("count")).longValue() > 0;
        HEARTBEAT.forEach(field -> cells.add(heard || !field.endsWith("Us") ? figure(heartbeat.get(field)) : "-"));
        final String line = String.format(Locale.ROOT, row, cells.toArray());
        out.print(style(isAlive(partner) ? "green" : "red", line, text(partner, "name").length(), state(partner)));
        printSession(session == null ? describeSearch(partner) : describeSession(partner, session),
            session == null ? List.of() : (List<?>) partner.get("clients"));
        final String counted = describeCounters((Map<?, ?>) partner.get("counters"));
        if (!counted.isEmpty()) {
            out.println("    so far: " + counted);
        }
    }

    private static Object figure(final Object number) {
        return number instanceof Double us && us >= LONG_US ? (Object) Math.round(us) : number;
    }

    /** Prints a session and its clients, on two lines if they are too long for one. */
    private void printSession(final String session, final List<?> clients) {
        final String all = clients.isEmpty() ? "" : "clients: " + join(clients);
        if (all.isEmpty() || session.length() + all.length() <= LONGEST_SESSION) {
            out.println("    " + session + (all.isEmpty() ? "" : ", " + all));
        } else {
            out.println("    " + session);
            out.println("    " + all);
        }
    }

    /** Colours the state behind the name, after the columns were aligned, so that escapes do not widen them. */
    private String style(final String colour, final String line, final int nameLength, final String state) {
        if (!ansi.enabled()) {
            return line;
        }
        final int start = line.indexOf(state, nameLength + 2);
        return line.substring(0, start) + Ansi.Style.on(Ansi.Style.parse(colour)) + state
            + Ansi.Style.off(Ansi.Style.parse(colour)) + line.substring(start + state.length());
    }

    /** Returns ALIVE or SUSPECT in a session; otherwise DEAD, LEFT or SEARCHING. */
    static String state(final Map<String, Object> partner) {
        if (partner.get("session") != null) {
            return text(partner, "liveness");
        }
        return "down".equals(partner.get("lastEnd")) ? "DEAD" : "left".equals(partner.get("lastEnd")) ? "LEFT"
            : "SEARCHING";
    }

    static boolean isAlive(final Map<String, Object> partner) {
        return "ALIVE".equals(state(partner));
    }

    private static String describeSession(final Map<String, Object> partner, final Map<?, ?> session) {
        final List<?> addresses = (List<?>) partner.get("addresses");
        final Map<?, ?> handshake = (Map<?, ?>) partner.get("handshake");
        return "session for " + duration(session.get("seconds")) + " with "
            + addresses.get(((Number) partner.get("path")).intValue()) + ", handshake in " + handshake.get("totalUs")
            + " us" + ("none".equals(session.get("silence")) ? "" : ", now " + session.get("silence"));
    }

    private static String describeSearch(final Map<String, Object> partner) {
        return join(partner.get("addresses")) + ": "
            + (partner.get("reason") == null ? "connecting" : partner.get("reason"));
    }

    /** Describes the counters that are not zero, apart from the first session. */
    private static String describeCounters(final Map<?, ?> counters) {
        final List<String> counted = new ArrayList<>();
        counters.forEach((name, count) -> {
            final long number = ((Number) count).longValue();
            if (number > ("sessions".equals(name) ? 1 : 0)) {
                counted.add(COUNTERS.getOrDefault(name, words(((String) name).replaceAll("([A-Z])", " $1"))) + " "
                    + number);
            }
        });
        return String.join(", ", counted);
    }

    private static String words(final Object name) {
        return name.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String text(final Map<String, Object> fields, final String field) {
        return (String) fields.get(field);
    }

    private static String join(final Object list) {
        return String.join(", ", ((List<?>) list).stream().map(Object::toString).toList());
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> partners(final Map<String, Object> node) {
        return (List<Map<String, Object>>) node.getOrDefault("partners", List.of());
    }

    /** Returns a time in its two largest units. */
    static String duration(final Object seconds) {
        final long s = ((Number) seconds).longValue();
        if (s >= DAY_S) {
            return s / DAY_S + " d " + s % DAY_S / HOUR_S + " h";
        }
        if (s >= HOUR_S) {
            return s / HOUR_S + " h " + s % HOUR_S / MINUTE_S + " min";
        }
        return s >= MINUTE_S ? s / MINUTE_S + " min " + s % MINUTE_S + " s" : s + " s";
    }
}
