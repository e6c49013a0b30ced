// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

class TenureTest {

    private static final long LEASE_NS = 100_000_000;
    private static final long TERM = 9;

    private final List<String> warnings = new ArrayList<>();
    private final PretendedJournal journal = new PretendedJournal();
    private final Table table = new Table(Arena.ofAuto().allocate(4 * Bucket.BYTES, 8));
    private long nowNs;
    private long owned;
    private final Tenure tenure = new Tenure("node A", () -> owned, () -> nowNs, journal, table, LEASE_NS,
        new Warnings());

    /** Keeps warnings. */
    private final class Warnings implements System.Logger {

        @Override
        public String getName() {
            return "warnings";
        }

        @Override
        public boolean isLoggable(final Level level) {
            return level == Level.WARNING;
        }

        @Override
        public void log(
            final Level level, final ResourceBundle bundle, final String message, final Throwable failure) {
            log(level, bundle, message);
        }

        @Override
        public void log(
            final Level level, final ResourceBundle bundle, final String format, final Object... parameters) {
            if (isLoggable(level)) {
                warnings.add(format);
            }
        }
    }

    @Test
    void itWarnsThatItDoesNotServeIfTheOtherNodeIsNotThere() {
        owned = TERM;
        advanceAfterLeases();
        assertFalse(tenure.isServing());
        assertEquals(1, warnings.size(), warnings.toString());
    }

    @Test
    void itDoesNotWarnWhileTheOtherNodeCatchesUp() {
        journal.catchingUp = true;
        owned = TERM;
        advanceAfterLeases();
        assertFalse(tenure.isServing());
        assertEquals(List.of(), warnings);
    }

    private void advanceAfterLeases() {
        tenure.advance();
        nowNs += 2 * LEASE_NS;
        tenure.advance();
    }

    @Test
    void aNodeThatDoesNotOwnServesNothing() {
        advanceAfterLeases();
        assertFalse(tenure.isServing());
        assertEquals(0, tenure.heldTerm());
    }

    @Test
    void itShowsNothingBeforeTheLeasesOfAllReadersAreOver() {
        journal.heldByBoth = true;
        owned = TERM;
        tenure.advance();
        nowNs += LEASE_NS;
        tenure.advance();
        assertFalse(tenure.isServing(), "a client whose clock is slower still READs elsewhere");
        nowNs += LEASE_NS / 10;
        tenure.advance();
        assertTrue(tenure.isServing());
    }

    @Test
    void itServesAloneWhatBothNodesAreKnownToHold() {
        journal.replay.take(Entry.PUT.item("key", "value"));
        journal.heldByBoth = true;
        owned = TERM;
        advanceAfterLeases();
        assertTrue(tenure.isServing());
        assertEquals(Map.of("key", "value"), table.items());
        assertEquals(List.of(TERM), journal.terms);
    }

    @Test
    void itServesWhatThisNodeMayHoldAloneWhenThePartnerHoldsTheBeginningOfTheTerm() {
        journal.replay.take(Entry.PUT.item("key", "value"));
        owned = TERM;
        advanceAfterLeases();
        assertFalse(tenure.isServing(), "nobody knows whether the partner holds it");
        assertEquals(List.of(TERM), journal.terms);
        journal.mirrored = true;
        tenure.advance();
        assertFalse(tenure.isServing(), "the partner has not confirmed the beginning of the term");
        journal.confirming = true;
        tenure.advance();
        assertTrue(tenure.isServing());
        assertEquals(Map.of("key", "value"), table.items());
        assertEquals(List.of(TERM), journal.terms);
    }

    /** Serves a term, and wins the next one without the partner. The log then goes on with this number. */
    private void serveAndWinAgain(final long confirmed, final long nextBeginning) {
        journal.heldByBoth = true;
        owned = TERM;
        advanceAfterLeases();
        assertTrue(tenure.isServing());
        if (confirmed > 0) {
            tenure.noteConfirmed(confirmed);
        }
        journal.heldByBoth = false;
        journal.beginning = nextBeginning;
        owned = TERM + 1;
        assertTrue(tenure.advance());
        advanceAfterLeases();
    }

    @Test
    void inTheNextTermItServesAloneWhatItHasServed() {
        serveAndWinAgain(0, journal.beginning + 1);
        assertTrue(tenure.isServing());
    }

    @Test
    void inTheNextTermItServesAloneWhatThePartnerHasConfirmed() {
        serveAndWinAgain(journal.beginning + 5, journal.beginning + 6);
        assertTrue(tenure.isServing());
    }

    @Test
    void inTheNextTermItDoesNotServeAloneWhatIsInDoubt() {
        serveAndWinAgain(journal.beginning + 5, journal.beginning + 7);
        assertFalse(tenure.isServing(), "the partner may not hold the last entry");
        journal.mirrored = true;
        journal.confirming = true;
        tenure.advance();
        assertTrue(tenure.isServing());
    }

    @Test
    void inTheNextTermItDoesNotTakeAnotherLogForTheOneItHasServed() {
        journal.replaced = true;
        serveAndWinAgain(0, journal.beginning + 1);
        assertFalse(tenure.isServing());
    }

    @Test
    void whileTheLogIsIncompleteItDoesNotServeAndTriesAgain() {
        journal.incomplete = true;
        journal.heldByBoth = true;
        owned = TERM;
        advanceAfterLeases();
        assertFalse(tenure.isServing());
        journal.replay.take(Entry.PUT.item("key", "value"));
        journal.incomplete = false;
        nowNs += LEASE_NS;
        tenure.advance();
        assertTrue(tenure.isServing());
        assertEquals(Map.of("key", "value"), table.items());
    }

    @Test
    void aTermThatEndsIsToldOnceAndTheNextOneWaitsAgain() {
        journal.heldByBoth = true;
        owned = TERM;
        advanceAfterLeases();
        assertEquals(TERM, tenure.heldTerm());
        owned = TERM + 1;
        assertFalse(tenure.isServing());
        assertEquals(0, tenure.heldTerm());
        assertTrue(tenure.advance());
        assertFalse(tenure.advance());
        assertFalse(tenure.isServing(), "readers may still READ what the last term has shown");
        nowNs += 2 * LEASE_NS;
        tenure.advance();
        assertEquals(TERM + 1, tenure.heldTerm());
        assertTrue(tenure.isServing());
    }
}
