// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaitingRequestsTest {

    private final WaitingRequests waiting = new WaitingRequests(2);
    private final AtomicInteger reported = new AtomicInteger();

    @Test
    void noMoreAreReportedThanMayWait() {
        assertTrue(waiting.add(reported::incrementAndGet));
        assertTrue(waiting.add(reported::incrementAndGet));
        assertFalse(waiting.add(reported::incrementAndGet));
        assertTrue(reported.get() == 2, waiting.toString());

        waiting.remove();
        assertTrue(waiting.add(reported::incrementAndGet));
    }

    @Test
    void aRequestThatCannotBeReportedTakesNoPlace() {
        for (int i = 0; i < 5; i++) {
            assertThrows(OutOfMemoryError.class, () -> waiting.add(() -> {
                throw new OutOfMemoryError("injected");
            }));
        }
        assertTrue(waiting.add(reported::incrementAndGet));
        assertTrue(waiting.add(reported::incrementAndGet));
    }
}
