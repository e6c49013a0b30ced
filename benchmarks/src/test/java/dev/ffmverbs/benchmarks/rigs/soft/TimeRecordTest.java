// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimeRecordTest {

    private static Figures summary(final TimeRecord... records) {
        return TimeRecord.summarize(List.of(records), new long[] {30, 10}, 1000, 7);
    }

    @Test
    void percentilesAreThoseOfAllThreads() {
        final TimeRecord fast = new TimeRecord();
        final TimeRecord slow = new TimeRecord();
        for (int i = 0; i < 100; i++) {
            fast.add(10);
            slow.add(1000);
        }

        final Figures figures = summary(fast, slow);

        assertEquals(1000, figures.p50Ns());
        assertEquals(1000, figures.p99Ns());
        assertEquals(new Figures.Range(10, 1000), figures.quartilesNs());
    }

    @Test
    void aFewSlowPostsInEveryWindowDoNotWidenTheQuartiles() {
        final TimeRecord record = new TimeRecord();
        for (int i = 0; i < 40_000; i++) {
            record.add(i % 10 == 0 ? 100_000 : 10);
        }

        assertEquals(new Figures.Range(10, 10), summary(record).quartilesNs());
        assertEquals(100_000, summary(record).p99Ns());
    }

    @Test
    void twoSpeedsThatTakeTurnsWidenTheQuartiles() {
        final TimeRecord record = new TimeRecord();
        for (int i = 0; i < 40_000; i++) {
            record.add(i / 4000 % 2 == 0 ? 10 : 25);
        }

        assertEquals(new Figures.Range(10, 25), summary(record).quartilesNs());
    }

    @Test
    void requestsAreCountedByQueuePair() {
        final TimeRecord record = new TimeRecord();
        record.add(5);

        assertEquals(40, summary(record).operations());
        assertEquals(3, summary(record).shares().ratio());
    }

    @Test
    void nothingMeasuredIsNoFailure() {
        assertEquals(0, TimeRecord.summarize(List.of(new TimeRecord()), new long[1], 1, 0).operations());
    }
}
