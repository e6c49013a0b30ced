// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairTimesTest {

    @ParameterizedTest
    @ValueSource(longs = {2, 1_000, 20_000, 600_000})
    void aPairHasTimeToLoseAPartnerAndToWaitForALeaseHoweverLongTheyAre(final long deadMs) {
        final Duration dead = Duration.ofMillis(deadMs);
        final Duration start = Duration.ofSeconds(40);

        final PairTimes times = new PairTimes(Duration.ofMillis(1), dead, dead.dividedBy(2));

        assertTrue(times.limit(start).compareTo(start.plus(dead).plus(dead.dividedBy(2))) > 0, times::toString);
    }
}
