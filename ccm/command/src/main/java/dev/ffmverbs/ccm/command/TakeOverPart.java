// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.value.Acquisition;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The parts of a take-over, which follow each other, and the time that they take together. */
enum TakeOverPart {

    /** From the last sign of the partner to the end of the session. */
    DETECTION,

    /** From then to the question for the witness. */
    DECISION,

    /** From the question to the answer. */
    SWAP,

    /** From the answer to ownership. */
    WAIT,

    /** All of them. */
    TOTAL;

    private static final double NS_PER_MS = 1e6;

    private long ofNs(final Acquisition acquisition) {
        return switch (this) {
            case DETECTION -> acquisition.detectionNs();
            case DECISION -> acquisition.decisionNs();
            case SWAP -> acquisition.swapNs();
            case WAIT -> acquisition.waitNs();
            case TOTAL -> acquisition.totalNs();
        };
    }

    /** Returns the name of this part for people. */
    String words() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the name of this part in the facts of a line. */
    String fact() {
        return words() + "Ms";
    }

    /** Returns how long this part took, from the facts of a line. */
    long ofNs(final NodeLine line) {
        return Math.round(((Number) line.facts().get(fact())).doubleValue() * NS_PER_MS);
    }

    /** Returns the figures of a line that reports an acquisition: its term and the milliseconds of each part. */
    static Map<String, Object> facts(final Acquisition acquisition) {
        final Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("term", acquisition.term());
        for (final TakeOverPart part : values()) {
            facts.put(part.fact(), Milliseconds.of(part.ofNs(acquisition)));
        }
        return facts;
    }

    /** Describes the parts that took time, in words. */
    static String describe(final Acquisition acquisition) {
        return Stream.of(values()).filter(part -> part != TOTAL && part.ofNs(acquisition) > 0)
            .map(part -> part.words() + " " + Milliseconds.text(part.ofNs(acquisition)))
            .collect(Collectors.joining(", "));
    }
}
