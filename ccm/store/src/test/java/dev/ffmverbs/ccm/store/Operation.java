// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a client did with a key, and what came of it. An operation in doubt has no end.
 *
 * @param kind     what it did.
 * @param key      the key.
 * @param value    the value written, or the value that a GET returned; null for none.
 * @param expected the value that a compare-and-set expected; null for none.
 * @param positive whether a compare-and-set changed the value.
 * @param startNs  when it began.
 * @param endNs    when it ended; {@link #NEVER} if it is in doubt.
 */
record Operation(
    Kind kind, String key, String value, String expected, boolean positive, long startNs, long endNs) {

    static final long NEVER = Long.MAX_VALUE;

    private static final String NONE = "-";

    enum Kind {
        GET,
        PUT,
        DELETE,
        COMPARE_AND_SET
    }

    boolean isInDoubt() {
        return endNs == NEVER;
    }

    /** Whether this operation could have had its outcome while the key had a value. */
    boolean isPossibleAt(final String state) {
        return switch (kind) {
            case GET -> Objects.equals(state, value);
            case PUT, DELETE -> true;
            case COMPARE_AND_SET -> isInDoubt() || positive == Objects.equals(state, expected);
        };
    }

    /** Returns the value of the key after this operation. */
    String apply(final String state) {
        return switch (kind) {
            case GET -> state;
            case PUT -> value;
            case DELETE -> null;
            case COMPARE_AND_SET -> Objects.equals(state, expected) ? value : state;
        };
    }

    /** Returns this operation as a line of text. */
    String toLine() {
        return String.join(" ", kind.name(), key, text(value), text(expected), Boolean.toString(positive),
            Long.toString(startNs), Long.toString(endNs));
    }

    private static String text(final String value) {
        return value == null ? NONE : value;
    }

    static List<Operation> parse(final List<String> lines) {
        final List<Operation> operations = new ArrayList<>();
        for (final String line : lines) {
            final String[] fields = line.split(" ");
            operations.add(new Operation(Kind.valueOf(fields[0]), fields[1], value(fields[2]), value(fields[3]),
                Boolean.parseBoolean(fields[4]), Long.parseLong(fields[5]), Long.parseLong(fields[6])));
        }
        return operations;
    }

    private static String value(final String text) {
        return NONE.equals(text) ? null : text;
    }
}
