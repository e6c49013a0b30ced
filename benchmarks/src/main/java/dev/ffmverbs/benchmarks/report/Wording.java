// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times, sizes and operations as people read them. */
final class Wording {

    private static final double NS_PER_US = 1e3;
    private static final double NS_PER_MS = 1e6;
    private static final long KIB = 1024;

    /** Prefix of what was measured for the first time in a JVM. */
    private static final String COLD = "cold-";

    private static final Pattern NUMBERED = Pattern.compile("(.+)-(\\d+)");
    private static final Map<String, String> TITLES = Map.ofEntries(
        Map.entry("nothing", "The loop alone"), Map.entry("empty-poll", "Poll an empty queue"),
        Map.entry("session", "From start to session"), Map.entry("handshake", "Handshake, four steps"),
        Map.entry("handshake-r1", "R1: READ boot status"), Map.entry("handshake-w1", "W1: WRITE hello"),
        Map.entry("handshake-r2", "R2: READ again"), Map.entry("handshake-w2", "W2: WRITE established"),
        Map.entry("handshake-on-connection", "Handshake repeated on one connection"),
        Map.entry("two-reads-two-writes", "The handshake's two READs and two WRITEs alone"),
        Map.entry("publish", "Publish a heartbeat"), Map.entry("read-status", "READ a heartbeat and examine it"),
        Map.entry("age-of-1-ms-beat", "Age of a heartbeat when read, one each ms"),
        Map.entry("silence-to-suspect", "From cut link to suspect, set to 100 ms"),
        Map.entry("silence-to-down", "From cut link to dead, set to 500 ms"),
        Map.entry("write-88", "RDMA WRITE of what an append of 64 B writes, in turns with it"),
        Map.entry("append-at-2000-per-s", "Append 64 B 2000 times a second, from due time to acknowledgement"));
    private static final Map<String, String> TRANSFERS = Map.of(
        "read", "RDMA READ", "write", "RDMA WRITE", "send", "SEND and receive", "fetch-and-add", "Fetch and add",
        "compare-and-swap", "Compare and swap", "read-batch", "16 RDMA READs", "write-batch", "16 RDMA WRITEs",
        "send-batch", "16 SENDs and receives");

    private static final Pattern OF_SIDES = Pattern.compile("(read|write-chain|read-stream|write-stream|message)-(\\d+)"
        + "-(poll|block|mixed)(?:-(\\d+)-pairs)?(?:-(\\d+)-threads)?(-processor-time)?");
    private static final Map<String, String> TRANSFERS_OF_SIDES = Map.of("read", "RDMA READ", "write-chain",
        "RDMA WRITE, 16 per post", "read-stream", "RDMA READ, several at a time", "write-stream",
        "RDMA WRITE, several at a time", "message", "Message there and back");
    private static final Map<String, String> MODES = Map.of(
        "poll", "both ends poll", "block", "both ends block", "mixed", "one end polls and its peer blocks");

    private Wording() {
    }

    /** Formats a time with its unit and about three digits. */
    static String time(final double ns) {
        if (ns < NS_PER_US) {
            return String.format(Locale.ROOT, ns < 100 ? "%.1f ns" : "%.0f ns", ns);
        }
        if (ns < NS_PER_MS) {
            return digits(ns / NS_PER_US) + " µs";
        }
        return digits(ns / NS_PER_MS) + " ms";
    }

    private static String digits(final double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }

    /** Formats a ratio. */
    static String ratio(final double ratio) {
        return String.format(Locale.ROOT, ratio < 10 ? "%.2f ×" : "%.0f ×", ratio);
    }

    /** Formats a length with its unit. */
    static String size(final long bytes) {
        long value = bytes;
        for (final String unit : new String[] {"B", "KiB", "MiB"}) {
            if (value < KIB || value % KIB != 0) {
                return value + " " + unit;
            }
            value /= KIB;
        }
        return value + " GiB";
    }

    /** Returns the title of an operation; its name if it has none. */
    static String title(final String operation) {
        final Matcher numbered = NUMBERED.matcher(operation);
        final Matcher ofSides = OF_SIDES.matcher(operation);
        if (ofSides.matches()) {
            return titleOfSides(ofSides);
        }
        if (operation.startsWith(COLD)) {
            return title(operation.substring(COLD.length())) + ", cold";
        }
        if (TITLES.containsKey(operation) || !numbered.matches()) {
            return TITLES.getOrDefault(operation, operation);
        }
        final long number = Long.parseLong(numbered.group(2));
        final String requests = number == 1 ? "1 request" : number + " requests";
        return switch (numbered.group(1)) {
            case "post" -> "Post " + requests;
            case "post-and-poll" -> "Post and poll " + requests;
            case "decode" -> "Read " + number + " completions";
            case "append" -> "Append " + size(number) + ", until acknowledged";
            case "allocate" -> "Allocate, register and free " + size(number);
            case "register" -> "Register and deregister " + size(number);
            default -> TRANSFERS.getOrDefault(numbered.group(1), numbered.group(1)) + ", " + size(number);
        };
    }

    private static String titleOfSides(final Matcher operation) {
        return TRANSFERS_OF_SIDES.get(operation.group(1)) + ", " + size(Long.parseLong(operation.group(2))) + ", "
            + MODES.get(operation.group(3))
            + (operation.group(4) == null ? "" : ", " + operation.group(4) + " queue pairs")
            + (operation.group(5) == null ? "" : ", " + operation.group(5) + " threads")
            + (operation.group(6) == null ? "" : ", processor time");
    }

    /** Escapes text for HTML. */
    static String html(final String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
