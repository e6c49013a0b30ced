// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests how many messages each budget admits. */
@Timeout(10)
class SourceBudgetsTest {

    private static final long SEED = 1;
    private static final long START_NS = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);
    private static final int FLOOD = 10_000;

    private final InetAddress source = VirtualDevice.ipv4("10.0.0.66");
    private final SourceBudgets budgets = new SourceBudgets(SEED, START_NS);
    private long nowNs = START_NS;
    private int peerId;

    private static int count(final BooleanSupplier message) {
        int allowed = 0;
        for (int i = 0; i < FLOOD; i++) {
            allowed += message.getAsBoolean() ? 1 : 0;
        }
        return allowed;
    }

    private int countRequests() {
        return count(() -> budgets.takeRequest(source, peerId++, nowNs));
    }

    private int countRequestsOfEverybody() {
        return count(() -> budgets.takeRequest(
            VirtualDevice.ipv4("172.16." + (peerId >> 8 & 0xFF) + "." + (peerId & 0xFF)), peerId++, nowNs));
    }

    private int countAnswers() {
        return count(() -> budgets.takeAnswer(source, nowNs));
    }

    @Test
    void answersLeaveTheBudgetForRequestsAsItIs() {
        assertEquals(StrangerBudgets.BURST, countAnswers());
        assertEquals(StrangerBudgets.BURST, countRequests());
        budgets.makeKnown(source, nowNs);
        assertEquals(SourceBudgets.KNOWN_BURST, countAnswers());
        assertEquals(SourceBudgets.KNOWN_BURST, countRequests());
    }

    @Test
    void letsInAsManyRequestsAtOnceAsListenersArePreparedFor() {
        budgets.expectAtOnce(1_000);
        assertEquals(500, countRequests(), "of one stranger");
        assertEquals(500, countRequestsOfEverybody(), "of other strangers");
        budgets.makeKnown(source, nowNs);
        assertEquals(1_000, countRequests(), "of a known address");
    }

    @Test
    void aSmallBacklogLetsInNoFewerAndALargeOneBoundedlyMany() {
        budgets.expectAtOnce(1);
        assertEquals(StrangerBudgets.BURST, countRequests());
        budgets.expectAtOnce(Long.MAX_VALUE);
        assertEquals(SourceBudgets.MOST_AT_ONCE / 2 - StrangerBudgets.BURST, countRequests());
        assertEquals(SourceBudgets.MOST_AT_ONCE / 2, countRequestsOfEverybody());
    }

    @Test
    void aLargeBacklogLetsInNoMorePerSecond() {
        budgets.expectAtOnce(1_000);
        countRequests();
        nowNs += TimeUnit.SECONDS.toNanos(1);
        assertEquals(StrangerBudgets.PER_SECOND, countRequests());
    }

    @Test
    void aKnownAddressIsToldOfAListenerThatComesLater() {
        budgets.makeKnown(source, nowNs);
        assertEquals(SourceBudgets.KNOWN_BURST, countRequests());
        budgets.expectAtOnce(1_000);
        assertEquals(1_000 - SourceBudgets.KNOWN_BURST, countRequests());
    }
}
