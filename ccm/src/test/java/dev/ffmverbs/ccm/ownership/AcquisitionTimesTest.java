// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.ccm.value.Acquisition;
import dev.ffmverbs.ccm.value.OwnershipLoss;
import dev.ffmverbs.ccm.value.WinOutcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcquisitionTimesTest {

    private final List<String> heard = new ArrayList<>();
    private final List<Acquisition> acquired = new ArrayList<>();
    private long nowNs = 1_000;
    private final AcquisitionTimes times = new AcquisitionTimes(() -> nowNs, new OwnershipNews() {
        @Override
        public void tell(final long term, final WinOutcome outcome, final long tookNs) {
            heard.add(outcome + " " + term + " in " + tookNs);
        }

        @Override
        public void acquire(final Acquisition acquisition) {
            acquired.add(acquisition);
        }

        @Override
        public void lose(final long term, final OwnershipLoss reason) {
            heard.add("LOST " + term + " " + reason);
        }
    });

    private void pass(final long ns) {
        nowNs += ns;
    }

    /** Asks for a term, which takes some time. */
    private void win(final long term, final long tookNs, final boolean won) {
        final long begunNs = nowNs;
        pass(tookNs);
        times.noteWin(term, begunNs, won);
    }

    @Test
    void theFirstTermHasNobodyToWaitFor() {
        win(7, 20, true);
        pass(500);
        times.acquire(7);
        times.lose(7, OwnershipLoss.EXPIRED);
        assertEquals(List.of(new Acquisition(7, 0, 0, 20, 500)), acquired);
        assertEquals(List.of("WON 7 in 20", "LOST 7 EXPIRED"), heard);
    }

    @Test
    void aTakeOverBeginsWithTheLastSignOfThePartnerAndIncludesAttemptsThatFailed() {
        times.beginSession();
        pass(10);
        times.noteSign();
        pass(300);
        times.endSession();
        pass(40);
        times.endSession();
        win(8, 5, false);
        times.noteSilence(9);
        pass(15);
        win(10, 20, true);
        pass(500);
        times.acquire(10);
        assertEquals(List.of(new Acquisition(10, 300, 60, 20, 500)), acquired);
        assertEquals(880, acquired.getFirst().totalNs());
        assertEquals(List.of("NOT_WON 8 in 5", "UNANSWERED 9 in 0", "WON 10 in 20"), heard);
    }

    @Test
    void aTermWonInASessionIsNoTakeOver() {
        times.beginSession();
        pass(300);
        times.endSession();
        pass(1_000);
        times.beginSession();
        pass(50);
        win(3, 20, true);
        times.endSession();
        pass(4);
        times.acquire(3);
        assertEquals(List.of(new Acquisition(3, 0, 0, 20, 4)), acquired);
    }

    @Test
    void aPartnerThatIsBackBeforeTheWaitIsOverChangesNothing() {
        times.beginSession();
        pass(300);
        times.endSession();
        pass(30);
        win(3, 20, true);
        pass(100);
        times.beginSession();
        pass(400);
        times.acquire(3);
        assertEquals(List.of(new Acquisition(3, 300, 30, 20, 500)), acquired);
    }
}
