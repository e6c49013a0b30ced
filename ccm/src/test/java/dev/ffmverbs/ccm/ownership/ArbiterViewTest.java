// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import org.junit.jupiter.api.Test;

/** What counts as a sign of life of an owner whom this node sees at the arbiter only. */
class ArbiterViewTest {

    private static final OwnershipSettings SETTINGS = OwnershipSettings.of(0, 0, 1_000, 0.01, 5_000, 7);
    private static final OwnershipWord WORD = new OwnershipWord(4, 1);

    private final ArbiterView view = new ArbiterView(SETTINGS, 1);

    private void note(final long nowNs, final long renewals) {
        view.note(nowNs, nowNs, new ArbiterAnswer(WORD, Standing.DECIDED, renewals));
    }

    @Test
    void anOwnerThatRenewsIsThere() {
        final long lastNs = 1 + SETTINGS.staleNs();
        note(1, 7);
        note(lastNs, 8);
        note(lastNs + SETTINGS.staleNs(), 8);
        assertFalse(view.isStale());
        note(lastNs + SETTINGS.staleNs() + 1, 8);
        assertTrue(view.isStale());
    }

    @Test
    void fewerRenewalsThanBeforeAreThoseOfAnotherMajority() {
        note(1, 7);
        note(1 + SETTINGS.staleNs(), 6);
        note(2 + SETTINGS.staleNs(), 7);
        assertTrue(view.isStale());
    }
}
