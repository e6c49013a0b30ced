// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FiguresTest {

    private static final Figures FIGURES = new Figures(
        2000, 1_000_000, 10_000, 30_000, new Figures.Range(8000, 12_000), new Figures.Range(400, 600), 1000, 0);

    @Test
    void aLineIsReadAsItWasWritten() {
        assertEquals(Optional.of(FIGURES), Figures.parse(FIGURES.line()));
    }

    @Test
    void otherLinesAreNoFigures() {
        assertEquals(Optional.empty(), Figures.parse("WARNING: something else"));
    }

    @Test
    void aLineWithoutOneOfTheFiguresIsRefusedWithItsName() {
        final String line = FIGURES.line().replace("p99Ns=30000 ", "");
        final IllegalArgumentException refused =
            assertThrows(IllegalArgumentException.class, () -> Figures.parse(line));

        assertTrue(refused.getMessage().contains("lacks p99Ns"), refused.getMessage());
    }

    @Test
    void ratesAndCostsFollowFromTheNumberOfRequests() {
        final Figures figures = FIGURES.withProcessorNs(3_000_000);

        assertEquals(500, figures.nsPerOperation());
        assertEquals(2_000_000, figures.operationsPerSecond());
        assertEquals(1500, figures.processorNsPerOperation());
        assertEquals(0.5, figures.allocatedBytesPerOperation());
        assertEquals(1.5, figures.quartilesNs().ratio());
        assertEquals(1.5, figures.shares().ratio());
    }

    @Test
    void aQueuePairThatHadNothingMakesSharesInfinite() {
        assertEquals(Double.POSITIVE_INFINITY, new Figures.Range(0, 5).ratio());
        assertEquals(1, new Figures.Range(0, 0).ratio());
    }

    @Test
    void aFigureIsTheMedianOfTheRuns() {
        final List<Figures> runs = List.of(FIGURES.withProcessorNs(9_000_000), FIGURES.withProcessorNs(2_000_000),
            FIGURES.withProcessorNs(4_000_000));

        assertEquals(2, Figure.PROCESSOR.median(runs));
        assertEquals(10, Figure.P50.median(runs));
        assertThrows(NoSuchElementException.class, () -> Figure.find("speed"));
    }
}
