// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TenureTest {

    private static final long LEASE_NS = 100_000_000;
    private static final long TERM = 9;

    private final PretendedJournal journal = new PretendedJournal();
    private final Table table = new Table(Arena.ofAuto().allocate(4 * Bucket.BYTES, 8));
    private long nowNs;
    private long owned;
    private final Tenure tenure = new Tenure("node A", () -> owned, () -> nowNs, journal, table, LEASE_NS);

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
        journal.partners.take(Entry.PUT.item("key", "value"), 8);
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
    void itServesWhatThePartnersLogHasIfThatOneWasWrittenLaterAlsoAlone() {
        journal.own.take(Entry.PUT.item("key", "own"), 7);
        journal.partners.take(Entry.PUT.item("key", "partner's"), 8);
        owned = TERM;
        advanceAfterLeases();
        assertTrue(tenure.isServing());
        assertEquals(Map.of("key", "partner's"), table.items());
        assertFalse(tenure.isOwnLogCounting());
        assertEquals(List.of(), journal.appended);
    }

    @Test
    void itServesItsOwnLogWhenThePartnerHoldsAllOfItAndTheEntryOfTheNewTerm() {
        journal.own.take(Entry.PUT.item("key", "own"), 8);
        journal.partners.take(Entry.PUT.item("key", "partner's"), 7);
        owned = TERM;
        advanceAfterLeases();
        assertFalse(tenure.isServing(), "nobody knows whether the partner holds it");
        assertEquals(List.of(), journal.appended);
        journal.mirrored = true;
        journal.confirming = true;
        nowNs += LEASE_NS;
        tenure.advance();
        assertEquals(List.of(Entry.BEGIN), journal.appended);
        assertFalse(tenure.isServing(), "the partner has not confirmed the entry of the term");
        journal.confirming = false;
        tenure.advance();
        assertFalse(tenure.isServing());
        journal.confirming = true;
        tenure.advance();
        assertTrue(tenure.isServing());
        assertTrue(tenure.isOwnLogCounting());
        assertEquals(Map.of("key", "own"), table.items());
    }

    @Test
    void whatThePartnerHasWrittenLaterArrivesWhileItWaitsAndCounts() {
        journal.own.take(Entry.PUT.item("key", "own"), 7);
        owned = TERM;
        advanceAfterLeases();
        assertFalse(tenure.isServing());
        journal.partners.take(Entry.PUT.item("key", "partner's"), 8);
        nowNs += LEASE_NS;
        tenure.advance();
        assertTrue(tenure.isServing());
        assertEquals(Map.of("key", "partner's"), table.items());
    }

    @Test
    void aTermThatEndsIsToldOnceAndTheNextOneWaitsAgain() {
        journal.partners.take(Entry.PUT.item("key", "value"), 8);
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
