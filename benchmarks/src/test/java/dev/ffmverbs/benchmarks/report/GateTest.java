// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.Status;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GateTest {

    private static OperationResult poll(final String binding, final String family, final double ns) {
        return new OperationResult(
            "calls", "stub", "empty-poll", binding, family, Status.OK, List.of(), ns, ns, ns, 1, List.of(), List.of());
    }

    private static OperationResult failedResult(final String problem) {
        return new OperationResult("calls", "stub", "post-1", "ffm", "FFM", Status.FAILED, List.of(problem), 1, 1, 1, 1,
            List.of(), List.of());
    }

    private static Report report(final OperationResult... results) {
        return new Report("", false, Map.of(), Map.of(), List.of(results), List.of(), List.of(), List.of(),
            List.of());
    }

    private static List<Boolean> areMet(final Report report) {
        return Gate.judge(report).stream().map(Gate.Verdict::isMet).toList();
    }

    @Test
    void isGreenWhenFfmKeepsUpWithJni() {
        assertEquals(List.of(true), areMet(report(poll("ffm", "FFM", 8), poll("jni", "JNI", 9))));
    }

    @Test
    void isRedWhenFfmFallsBehindJni() {
        final Report report = report(poll("ffm", "FFM", 20), poll("jni", "JNI", 9));

        assertEquals(List.of(false), areMet(report));
        assertTrue(Gate.judge(report).getFirst().text().startsWith("ffm empty-poll 2.22 x jni, at most 2.00"),
            () -> Gate.judge(report).toString());
    }

    @Test
    void isRedWhenAResultFailed() {
        assertEquals(List.of(false, true), areMet(report(
            poll("ffm", "FFM", 8), poll("jni", "JNI", 9), failedResult("run 1 lost operations: 1 of 2 completed"))));
    }

    @Test
    void isRedWhenThereIsNothingToJudge() {
        assertEquals(List.of(false), areMet(report(poll("jni", "JNI", 9))));
        assertEquals(List.of(false), areMet(report(poll("ffm", "FFM", 9))));
    }

    @Test
    void judgesNeitherJniNorQueuesThatAnyThreadMayUse() {
        assertEquals(List.of(true), areMet(report(poll("ffm", "FFM", 8), poll("ffm-shared", "FFM_SHARED", 90),
            poll("jni", "JNI", 9), poll("jni-disni", "JNI", 90))));
    }
}
