// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.RunResult;
import dev.ffmverbs.benchmarks.result.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PeerTableTest {

    private static OperationResult result(
        final String binding, final String family, final double ns, final double bytes, final String... problems) {
        final RunResult run = new RunResult(1, ns, 100, 100, 100, 100, bytes, 1, List.of(), List.of());
        return new OperationResult("data-path", "soft", "read-8", binding, family,
            problems.length == 0 ? Status.OK : Status.FAILED, List.of(problems), ns, ns, ns, 1, List.of(),
            List.of(run));
    }

    private static List<String> lines(final OperationResult... results) {
        return new PeerTable(HtmlReportTest.report(results)).lines();
    }

    @Test
    void showsTimesRatioAndWhatIsAllocated() {
        final List<String> lines =
            lines(result("ffm", "FFM", 8000, 0), result("jucx-tcp", "PEER", 16_000, 104));

        assertEquals("beside what others use, both ends in one process, device soft:", lines.getFirst());
        assertEquals("RDMA READ, 8 B 8.00 µs 16.0 µs 0.50 × 0 104", lines.getLast().strip().replaceAll(" +", " "));
    }

    @Test
    void showsNoRatioToAFigureThatFailed() {
        final List<String> lines =
            lines(result("ffm", "FFM", 8000, 0), result("jucx-tcp", "PEER", 16_000, 104, "run 1 lost operations"));

        assertEquals("RDMA READ, 8 B 8.00 µs FAILED – 0 104", lines.getLast().strip().replaceAll(" +", " "));
    }

    @Test
    void prefersCriticalCallsWhereTheyWereMeasured() {
        final List<String> lines = lines(result("ffm", "FFM", 8000, 0), result("ffm-critical", "FFM", 7000, 0),
            result("jucx-tcp", "PEER", 14_000, 104));

        assertTrue(lines.get(1).contains("ffm-critical / jucx-tcp"), lines.get(1));
    }

    @Test
    void isEmptyIfNothingOfOthersWasMeasured() {
        assertEquals(List.of(), lines(result("ffm", "FFM", 8000, 0), result("jni", "JNI", 8000, 0)));
    }
}
