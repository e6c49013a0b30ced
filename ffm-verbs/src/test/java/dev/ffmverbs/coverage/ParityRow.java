// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.coverage;

import java.util.List;

/**
 * A test of pyverbs that passes on Linux rxe, and its counterparts here: a line of {@code pyverbs.txt}.
 *
 * @param name   the test of pyverbs.
 * @param tests  the tests with the same subject; empty when there is none.
 * @param reason why the subject cannot be expressed here; empty when it can.
 */
record ParityRow(String name, List<String> tests, String reason) {

    private static final String BY_DESIGN = "by design";
    private static final String MISSING = "missing";

    static ParityRow of(final String line) {
        final String[] fields = line.split(" \\| ");
        if (fields.length == 3 && BY_DESIGN.equals(fields[1])) {
            return new ParityRow(fields[0], List.of(), fields[2]);
        }
        if (fields.length != 2) {
            throw new IllegalArgumentException("a row is name | tests, name | " + MISSING + ", or name | " + BY_DESIGN
                + " | reason: " + line);
        }
        return new ParityRow(fields[0], MISSING.equals(fields[1]) ? List.of() : List.of(fields[1].split(", ")), "");
    }

    boolean isExpressible() {
        return reason.isEmpty();
    }
}
