// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import static dev.ffmverbs.benchmarks.report.HtmlReportTest.report;
import static dev.ffmverbs.benchmarks.report.HtmlReportTest.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SummaryTest {

    @Test
    void comparesACallWithJniAndC() {
        final List<String> sentences = new Summary(report(result("calls", "stub", "empty-poll", "ffm-critical", 4),
            result("calls", "stub", "empty-poll", "jni", 8), result("calls", "stub", "empty-poll", "c", 1.5)))
            .sentences();

        assertEquals(
            "Poll an empty queue: 4.0 ns through ffm-critical, 0.50 × JNI's 8.0 ns and 2.5 ns more than C's 1.5 ns.",
            sentences.getFirst());
    }

    @Test
    void omitsFiguresThatFailed() {
        final List<String> sentences = new Summary(report(
            result("calls", "stub", "empty-poll", "ffm-critical", 4, "lost"),
            result("calls", "stub", "empty-poll", "ffm", 9),
            result("calls", "stub", "empty-poll", "jni", 8, "lost"))).sentences();

        assertEquals("Poll an empty queue: 9.0 ns through ffm.", sentences.getFirst());
        assertEquals("2 of 3 results FAILED their checks: empty-poll of ffm-critical on stub, lost;"
            + " empty-poll of jni on stub, lost.", sentences.getLast());
    }

    @Test
    void statesTransfersWithTheirTail() {
        final List<String> sentences =
            new Summary(report(result("data-path", "soft", "read-8", "ffm", 9000))).sentences();

        assertEquals("RDMA READ, 8 B on soft: median 9.00 µs, 99 % within 18.0 µs.", sentences.getFirst());
        assertTrue(sentences.getLast().startsWith("All 1 results passed"), sentences::toString);
    }

    @Test
    void statesHowLongTwoNodesTakeToFindEachOther() {
        final List<String> sentences = new Summary(report(result("handshake", "soft", "cold-session", "ffm", 4e8),
            result("handshake", "soft", "session", "ffm", 2e7), result("handshake", "soft", "handshake", "ffm", 1.5e6)))
            .sentences();

        assertEquals("Two nodes on soft have a session 20.0 ms after their start, the handshake takes 1.50 ms of it;"
            + " the first time in a JVM 400 ms.", sentences.getFirst());
    }

    @Test
    void comparesTheSoftwareDeviceWithOtherSides() {
        final var measured = report(result("soft", "soft", "write-chain-8-block-4-pairs", "c-trains", 500),
            result("soft", "soft", "write-chain-8-block-4-pairs", "before", 10_000, "lost"),
            result("soft", "soft", "write-chain-8-block-4-pairs", "soft", 1000));

        assertEquals("RDMA WRITE, 16 per post, 8 B, both ends block, 4 queue pairs: 1.00 µs on the software device,"
            + " 1.0000 million a second, 2.00 × c-trains.", new Summary(measured).sentences().getFirst());
        final String markdown = new SummaryTable(measured).markdown();
        assertTrue(markdown.contains("""
            | time of a request between two processes | C, packets in trains | software device |
            |---|---|---|
            | RDMA WRITE, 16 per post, 8 B, both ends block, 4 queue pairs | 500 ns | 1.00 µs |
            """), markdown);
    }

    @Test
    void writesTimesAndSizesForPeople() {
        assertEquals(List.of("0.3 ns", "431 ns", "1.50 µs", "12.3 ms"),
            List.of(Wording.time(0.31), Wording.time(431), Wording.time(1500), Wording.time(12_340_000)));
        assertEquals(List.of("8 B", "4 KiB", "1 MiB", "4 GiB", "1000 B"), List.of(Wording.size(8), Wording.size(4096),
            Wording.size(1 << 20), Wording.size(4L << 30), Wording.size(1000)));
        assertFalse(Wording.title("post-and-poll-16").contains("-"));
    }
}
