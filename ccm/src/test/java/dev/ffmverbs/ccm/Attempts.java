// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.value.HandshakeStep;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The trace of a node in real time, attempt by attempt. On a busy machine an operation may end too late, and another
 * attempt follows.
 */
final class Attempts {

    private static final List<HandshakeStep> FOUR_STEPS = List.of(HandshakeStep.values());

    private Attempts() {
    }

    /** Returns the attempts in which all steps succeeded. */
    static List<List<TraceEntry>> whole(final List<TraceEntry> trace) {
        final List<List<TraceEntry>> attempts = new ArrayList<>(
            trace.stream().collect(Collectors.groupingBy(TraceEntry::attempt, TreeMap::new, Collectors.toList()))
                .values());
        attempts.removeIf(attempt -> attempt.size() < FOUR_STEPS.size() || !attempt.getLast().isSuccessful());
        return attempts;
    }

    /**
     * Asserts that every attempt is READ, WRITE, READ, WRITE, each issued after the previous one has succeeded, up to a
     * failed one or to the end. Also asserts that an attempt reached the end.
     */
    static void assertReadWriteReadWrite(final List<TraceEntry> trace) {
        TraceEntry former = null;
        for (final TraceEntry entry : trace) {
            if (former == null || former.attempt() != entry.attempt()) {
                assertEquals(HandshakeStep.R1, entry.step(), () -> "an attempt begins with a READ: " + trace);
            } else {
                assertTrue(former.isSuccessful(), () -> "a step after one that failed: " + trace);
                assertEquals(former.step().ordinal() + 1, entry.step().ordinal(), () -> "out of order: " + trace);
                assertTrue(entry.issuedNs() >= former.issuedNs() + former.durationNs(),
                    () -> "a step begins when the previous one has succeeded: " + trace);
            }
            former = entry;
        }
        assertTrue(!whole(trace).isEmpty(), () -> "no attempt reached its end: " + trace);
    }
}
