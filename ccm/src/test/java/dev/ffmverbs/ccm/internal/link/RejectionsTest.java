// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.value.Rejection;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RejectionsTest {

    private static final InetSocketAddress STRANGER = new InetSocketAddress("10.0.0.9", 7471);

    private final List<String> observed = new ArrayList<>();
    private long nowNs = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5);
    private final Rejections rejections =
        new Rejections("A", (source, reason, detail) -> observed.add(detail), () -> nowNs);

    private void pass(final long seconds) {
        nowNs += TimeUnit.SECONDS.toNanos(seconds);
    }

    private static InetSocketAddress source(final int number) {
        return new InetSocketAddress("10.1." + (number >> 8 & 0xFF) + "." + (number & 0xFF), 7471);
    }

    @Test
    void everyRejectionIsCountedAndTheFirstOfEachReasonIsReportedImmediately() {
        for (int i = 0; i < 3; i++) {
            rejections.add(STRANGER, Rejection.WRONG_SECRET, "wrong " + i);
        }
        rejections.add(STRANGER, Rejection.UNKNOWN_NODE, "unknown");

        assertEquals(Map.of(Rejection.WRONG_SECRET, 3L, Rejection.UNKNOWN_NODE, 1L), rejections.counts());
        assertEquals(List.of("wrong 0", "unknown"), observed);
    }

    @Test
    void persistentStrangersAreReportedPeriodicallyWithTheNumberInBetween() {
        for (int i = 0; i <= 100; i++) {
            rejections.add(STRANGER, Rejection.WRONG_SECRET, "wrong");
        }
        pass(Rejections.TOLD_AGAIN_SECONDS);
        rejections.add(STRANGER, Rejection.WRONG_SECRET, "wrong");

        assertEquals(List.of("wrong", "wrong; 100 more from there for this reason since the last report"), observed);
    }

    @Test
    void anyNumberOfSourcesCostsABoundedNumberOfReportsAndBoundedMemory() {
        final int seconds = 100;
        final int perSecond = 500;
        for (int i = 0; i < seconds * perSecond; i++) {
            rejections.add(source(i), Rejection.NOT_A_NODE, "stranger");
            nowNs += TimeUnit.SECONDS.toNanos(1) / perSecond;
        }

        assertEquals(Map.of(Rejection.NOT_A_NODE, (long) seconds * perSecond), rejections.counts());
        assertTrue(observed.size() <= Rejections.TOLD_AT_ONCE + seconds + 1, () -> observed.size() + " reported");
        assertTrue(rejections.sourceCount() <= Rejections.SOURCES_REMEMBERED);
        pass(60);
        rejections.add(STRANGER, Rejection.WRONG_SECRET, "a partner");
        assertEquals("a partner", observed.getLast(), "a new rejection is reported when the flood is over");
    }
}
