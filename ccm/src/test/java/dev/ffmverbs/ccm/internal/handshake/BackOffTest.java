// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.value.AttemptOutcome;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackOffTest {

    private static final long SEED = 20260102;

    private final BackOff backOff = new BackOff(new Random(SEED));

    private static void assertBetweenHalfAndWhole(final long wholeNs, final long waitNs) {
        assertTrue(waitNs >= wholeNs / 2 && waitNs <= wholeNs,
            waitNs + " ns is not between half of " + wholeNs + " ns and the whole, seed " + SEED);
    }

    @Test
    void doublesUpToItsLimit() {
        for (long wholeNs = BackOff.FIRST_NS; wholeNs < BackOff.LIMIT_NS; wholeNs *= 2) {
            assertBetweenHalfAndWhole(wholeNs, backOff.nextWaitNs(AttemptOutcome.UNREACHABLE));
        }
        for (int i = 0; i < 100; i++) {
            assertBetweenHalfAndWhole(BackOff.LIMIT_NS, backOff.nextWaitNs(AttemptOutcome.NOT_LISTENING));
        }
    }

    @Test
    void beginsAgainAfterReset() {
        backOff.nextWaitNs(AttemptOutcome.UNREACHABLE);
        backOff.nextWaitNs(AttemptOutcome.UNREACHABLE);
        backOff.reset();

        assertBetweenHalfAndWhole(BackOff.FIRST_NS, backOff.nextWaitNs(AttemptOutcome.UNREACHABLE));
    }

    @Test
    void isSlowWhereSomebodyHasToChangeSomething() {
        assertBetweenHalfAndWhole(BackOff.SLOW_NS, backOff.nextWaitNs(AttemptOutcome.WRONG_LAYOUT_VERSION));
        assertBetweenHalfAndWhole(BackOff.FIRST_NS, backOff.nextWaitNs(AttemptOutcome.UNREACHABLE));
    }

    @Test
    void spreadsNodesThatFailedTogether() {
        final long distinct = new Random(SEED).longs(100).mapToObj(seed -> new BackOff(new Random(seed)))
            .map(each -> each.nextWaitNs(AttemptOutcome.UNREACHABLE)).distinct().count();

        assertEquals(100, distinct, "seed " + SEED);
    }
}
