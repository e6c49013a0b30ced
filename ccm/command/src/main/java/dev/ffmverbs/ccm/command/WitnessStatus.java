// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.witness.Witness;
import dev.ffmverbs.ccm.witness.WitnessedPair;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The present state of a witness, as {@code ccm status} shows it.
 *
 * @param witness the witness.
 * @param device  its device.
 * @param secret  whether it has a shared secret.
 * @param startNs when it started, in nanoseconds of {@link System#nanoTime}.
 */
record WitnessStatus(Witness witness, Device device, boolean secret, long startNs) {

    /** Field of an answer that only witnesses have. */
    private static final String PAIRS = "pairs";

    /** Returns the name under which {@code ccm status} finds the witness. */
    String name() {
        return "witness-" + witness.address().getPort();
    }

    String toJson() {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", name());
        fields.put("incarnation", witness.incarnation().toString());
        fields.put("process", ProcessHandle.current().pid());
        fields.put("uptimeS", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs));
        fields.put("device", device.name());
        fields.put("provider", device.provider());
        fields.put("listen", List.of(NodeLog.text(witness.address())));
        fields.put("secret", secret);
        fields.put("refusals", witness.refusals());
        final List<Object> pairs = new ArrayList<>();
        witness.pairs().stream().sorted(Comparator.comparing(WitnessedPair::name))
            .forEach(pair -> pairs.add(fields(pair)));
        fields.put(PAIRS, pairs);
        try {
            return JSON.std.asString(fields);
        } catch (final IOException e) {
            throw new CommandFailedException("cannot write the status as JSON: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> fields(final WitnessedPair pair) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", pair.name());
        fields.put("connectedNodes", pair.connectedNodes());
        fields.put("term", pair.word().term());
        fields.put("owner", pair.word().owner());
        fields.put("ownerName", pair.ownerName());
        return fields;
    }

    /** Returns whether an answer is that of a witness. */
    static boolean isIn(final Map<String, Object> answer) {
        return answer.get(PAIRS) instanceof List;
    }

    /** Prints the answer of a witness for people. */
    static void print(final PrintWriter out, final Map<String, Object> answer) {
        final List<?> pairs = (List<?>) answer.get(PAIRS);
        out.printf("Witness at %s, up %s, process %s%n", ((List<?>) answer.get("listen")).getFirst(),
            StatusText.duration(answer.get("uptimeS")), answer.get("process"));
        out.printf("  incarnation %s, device %s (%s), %s%n", answer.get("incarnation"), answer.get("device"),
            answer.get("provider"), Boolean.TRUE.equals(answer.get("secret")) ? "shared secret" : "no shared secret");
        if (((Number) answer.get("refusals")).longValue() > 0) {
            out.printf("  refused: %s requests%n", answer.get("refusals"));
        }
        for (final Object each : pairs) {
            final Map<?, ?> pair = (Map<?, ?>) each;
            out.printf("  pair %s: %s, nodes connected: %s%n", pair.get("name"),
                describeWord(((Number) pair.get("term")).longValue(), pair.get("ownerName")),
                pair.get("connectedNodes"));
        }
    }

    /** Describes what a pair has decided, in a clause. */
    static String describeWord(final long term, final Object ownerName) {
        return term == 0 ? "no term yet" : "term " + term + " won by " + ownerName;
    }
}
