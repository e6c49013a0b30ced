// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RequirementTest {

    private static final Map<String, Map<String, List<Figures>>> MEASURED = Map.of("read-8-poll",
        Map.of("soft", List.of(figures(12_000)), "c", List.of(figures(10_000))));

    private static Figures figures(final long p50Ns) {
        return new Figures(1000, 1000 * p50Ns, p50Ns, 2 * p50Ns, new Figures.Range(p50Ns, p50Ns),
            new Figures.Range(1000, 1000), 0, 1);
    }

    @Test
    void readsABoundOnARatio() {
        assertEquals(new Requirement("read-8-poll", Figure.P50, "soft", Optional.of("c-trains"), true, 1.15),
            Requirement.parse("read-8-poll:p50:soft/c-trains<=1.15"));
    }

    @Test
    void readsALowerBoundOnAFigureOfOneSide() {
        assertEquals(new Requirement("write-chain-8-block", Figure.RATE, "soft", Optional.empty(), false, 1e6),
            Requirement.parse("write-chain-8-block:rate:soft >= 1000000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "read-8-poll:p50:soft/c", "read-8-poll:p50<=1", "read-8-poll:p50:soft/c<1",
        "read-8-poll:p50:soft/c==1", "read-8-poll:p50:soft/c/b<=1"})
    void refusesAMalformedRequirement(final String text) {
        assertThrows(IllegalArgumentException.class, () -> Requirement.parse(text));
    }

    @Test
    void refusesAnUnknownFigureWithThoseThatExist() {
        final NoSuchElementException refused =
            assertThrows(NoSuchElementException.class, () -> Requirement.parse("read-8-poll:p5:soft<=1"));

        assertTrue(refused.getMessage().contains("p50, p99, rate, processor"), refused.getMessage());
    }

    @Test
    void aRatioOfMediansMeetsItsBoundOrMissesIt() {
        final Requirement met = Requirement.parse("read-8-poll:p50:soft/c<=1.2");
        final Requirement missed = Requirement.parse("read-8-poll:p50:soft/c<=1.19");

        assertEquals(Optional.of(1.2), met.value(MEASURED));
        assertTrue(met.isMetBy(met.value(MEASURED)));
        assertFalse(missed.isMetBy(missed.value(MEASURED)));
        assertTrue(missed.describe(missed.value(MEASURED)).startsWith("MISSED"));
    }

    @Test
    void aLowerBoundIsMissedFromBelow() {
        final Requirement rate = Requirement.parse("read-8-poll:rate:soft/c>=0.9");

        assertFalse(rate.isMetBy(rate.value(MEASURED)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"read-8-block:p50:soft<=99", "read-8-poll:p50:before<=99",
        "read-8-poll:p50:soft/before<=99"})
    void whatWasNotMeasuredMeetsNoBound(final String text) {
        final Requirement requirement = Requirement.parse(text);

        assertFalse(requirement.isMetBy(requirement.value(MEASURED)));
        assertTrue(requirement.describe(requirement.value(MEASURED)).contains("not measured"));
    }
}
