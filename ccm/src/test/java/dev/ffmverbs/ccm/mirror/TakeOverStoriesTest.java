// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two nodes own in turns and continue the log, in a simulation without devices. The system property {@code
 * ccm.takeover.seeds} is the number of stories.
 */
@Timeout(600)
class TakeOverStoriesTest {

    private static final long SEEDS = Long.getLong("ccm.takeover.seeds", 3_000);
    private static final long FIRST_SEED = Long.getLong("ccm.takeover.seed", 1);

    @Test
    void everyAcknowledgedEntryIsInEveryLaterOwnersLogInOrderAndNoNumberIsTwice() {
        final TakeOverStory.Figures figures = new TakeOverStory.Figures();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            new TakeOverStory(seed, figures).run();
        }
        System.out.println("take-over stories: " + figures);
        assertTrue(SEEDS < 1_000 || figures.isEveryKindThere(), () -> "not everything happened: " + figures);
    }
}
