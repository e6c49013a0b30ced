// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.coverage;

import java.util.List;

/**
 * What becomes of one function of the C headers, a line of {@code verbs.txt} or {@code rdma_cma.txt}.
 *
 * @param name   the function's name in C.
 * @param state  whether it has a Java method.
 * @param runsOn the devices of the lab that execute it, {@code any} when no device is involved, or {@code -}.
 * @param ways   the Java methods or types, or the generated function or function pointer; empty when there is none.
 * @param test   the test, or a remark when there is no way; {@code -} when there is neither.
 */
record FunctionRow(String name, State state, String runsOn, List<String> ways, String test) {

    /** Whether a function has a Java method. */
    enum State {
        /** It has a method or type, on all devices. */
        TYPED("typed"),
        /** It has a method, which software devices do not support. */
        NATIVE("native"),
        /** It is called through {@code nativeAddress()} and the generated package. */
        WAY_OUT("way out"),
        /** The headers that the generated package was made from do not have it. */
        NEWER("newer");

        private final String word;

        State(final String word) {
            this.word = word;
        }

        static State of(final String word) {
            for (final State state : values()) {
                if (state.word.equals(word)) {
                    return state;
                }
            }
            throw new IllegalArgumentException("unknown state " + word);
        }
    }

    static final String NONE = "-";

    static FunctionRow of(final String line) {
        final String[] fields = line.split(" \\| ");
        if (fields.length != 5) {
            throw new IllegalArgumentException("a row has five fields, name | state | runs on | Java | test: " + line);
        }
        return new FunctionRow(fields[0], State.of(fields[1]), fields[2],
            NONE.equals(fields[3]) ? List.of() : List.of(fields[3].split(", ")), fields[4]);
    }

    boolean isTyped() {
        return state == State.TYPED || state == State.NATIVE;
    }

    /** Whether no function pointer and no symbol is called, as for an inline computation. */
    boolean hasRemark() {
        return state == State.WAY_OUT && ways.isEmpty();
    }
}
