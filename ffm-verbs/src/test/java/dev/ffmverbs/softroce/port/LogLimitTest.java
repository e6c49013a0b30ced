// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogLimitTest {

    private final LogLimit limit = new LogLimit();
    private long nowNs = Long.MAX_VALUE - 5;

    @Test
    void aRepeatedTextIsLoggedOnce() {
        assertTrue(limit.tryAdmit("no route to a", nowNs));
        assertFalse(limit.tryAdmit("no route to a", nowNs));
        assertTrue(limit.tryAdmit("no route to b", nowNs));
    }

    @Test
    void differentTextsAreLoggedAFewTimesAndThenOncePerMinute() {
        int logged = 0;
        for (int second = 0; second < 600; second++) {
            for (int i = 0; i < 100; i++) {
                logged += limit.tryAdmit("no route to " + second + "/" + i, nowNs) ? 1 : 0;
            }
            nowNs += TimeUnit.SECONDS.toNanos(1);
        }
        assertEquals(LogLimit.AT_ONCE + 9, logged);
    }
}
