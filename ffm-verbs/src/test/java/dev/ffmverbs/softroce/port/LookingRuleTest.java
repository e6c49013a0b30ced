// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LookingRuleTest {

    private static final long LONG_NS = 10_000_000;
    private static final long SHORT_NS = 60_000;

    private final LookingRule rule = new LookingRule();

    private int looksInVainOf(final int longWaits) {
        int looks = 0;
        for (int i = 0; i < longWaits; i++) {
            looks += rule.pays() ? 1 : 0;
            rule.recordSleep(LONG_NS);
        }
        return looks;
    }

    @Test
    void doesNotLookBeforeWaitsWereShort() {
        assertFalse(rule.pays());
        assertEquals(0, looksInVainOf(100));
    }

    @Test
    void looksAfterShortSleepsAndWhileLooksPay() {
        for (int i = 0; i < 4; i++) {
            rule.recordSleep(SHORT_NS);
        }
        assertTrue(rule.pays());
        for (int i = 0; i < 100; i++) {
            rule.recordPaidLook();
        }
        assertTrue(rule.pays());
    }

    @Test
    void aFewLongWaitsEndLookingHoweverOftenItHasPaid() {
        for (int i = 0; i < 1000; i++) {
            rule.recordPaidLook();
        }
        final int looks = looksInVainOf(100);
        assertTrue(looks <= 3, looks + " looks in vain");
    }

    @Test
    void doesNotLookIfHalfOfTheWaitsAreLong() {
        for (int i = 0; i < 50; i++) {
            rule.recordSleep(SHORT_NS);
            rule.recordSleep(LONG_NS);
        }
        assertFalse(rule.pays());
    }
}
