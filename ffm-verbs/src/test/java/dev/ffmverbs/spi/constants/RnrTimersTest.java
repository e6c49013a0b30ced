// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RnrTimersTest {

    private static final int CODES = 32;

    @Test
    void everyDelayGivesItsCode() {
        for (int code = 0; code < CODES; code++) {
            assertEquals(code, RnrTimers.code(RnrTimers.delayNs(code)));
        }
        assertThrows(ArrayIndexOutOfBoundsException.class, () -> RnrTimers.delayNs(CODES));
    }

    @Test
    void delaysGrowWithTheirCodesUpToCodeZeroTheLongest() {
        for (int code = 1; code < CODES - 1; code++) {
            assertTrue(RnrTimers.delayNs(code) < RnrTimers.delayNs(code + 1), "code " + code);
        }
        assertEquals(655_360_000, RnrTimers.delayNs(0));
        assertEquals(RnrTimers.LONGEST_DELAY_NS, RnrTimers.delayNs(0));
        assertTrue(RnrTimers.delayNs(CODES - 1) < RnrTimers.LONGEST_DELAY_NS);
    }

    @Test
    void delaysBetweenTwoCodesAreRoundedUp() {
        assertEquals(1, RnrTimers.code(1));
        assertEquals(2, RnrTimers.code(10_001));
        assertEquals(0, RnrTimers.code(491_520_001));
    }
}
