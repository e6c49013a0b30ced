// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Kills of either node of a mirrored log at random moments, with and without files, in a simulation without devices.
 * The system property {@code ccm.mirror.seeds} is the number of stories.
 */
@Timeout(600)
class MirrorKillStoriesTest {

    private static final long SEEDS = Long.getLong("ccm.mirror.seeds", 1_500);
    private static final long FIRST_SEED = Long.getLong("ccm.mirror.seed", 1);

    @Test
    void nothingAcknowledgedIsLostSilentlyAndNoNumberHasTwoContents() {
        final MirrorStory.Figures figures = new MirrorStory.Figures();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            new MirrorStory(seed, figures).run();
        }
        assertTrue(SEEDS < 1_000 || figures.isEveryKindThere(), () -> "not everything happened: " + figures);
    }
}
