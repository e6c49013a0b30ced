// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two nodes whose clocks differ by as much as they may, and an arbiter of one or three voices that lose their memory:
 * whatever is cut, paused, restarted or late, never two own, no term is acquired twice, and no term that has ended is
 * held again. When all of that has stopped, and the last message sent before has arrived, one of them owns after ten
 * intervals and the wait of a take-over, and goes on to own whatever single thing is lost next. Property {@code
 * ccm.ownership.seeds} is the number of stories.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class OwnershipSimulationTest {

    private static final long SEEDS = Long.getLong("ccm.ownership.seeds", 10_000);

    @Test
    void neverTwoOwnAndSomebodyOwnsWhenNothingIsWrong() {
        long acquisitions = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            final OwnershipStory story = new OwnershipStory(seed, SimulatedRules::create);
            story.tell();
            acquisitions += story.acquisitions();
        }
        assertTrue(acquisitions > 2 * SEEDS, acquisitions + " terms acquired in " + SEEDS + " stories");
    }
}
