// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.store.Reply.Outcome;
import dev.ffmverbs.ccm.store.Request.Kind;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WritesTest {

    private final PretendedJournal journal = new PretendedJournal();
    private final Table table = new Table(Arena.ofAuto().allocate(Bucket.BYTES, 8));
    private final List<Outcome> outcomes = new ArrayList<>();
    private long owned = 9;
    private boolean gone;
    private final Tenure tenure = new Tenure("node A", () -> owned, System::nanoTime, journal, table, 0);
    private final Writes writes = new Writes(tenure, journal, table);

    @BeforeEach
    void serve() {
        journal.replay.take(Entry.PUT.item("key", "former"));
        journal.heldByBoth = true;
        tenure.advance();
        tenure.advance();
        journal.mirrored = true;
    }

    private void submit(final Kind kind, final String key, final String value, final String expected) {
        writes.submit(new Request(1, kind, key, value, Optional.ofNullable(expected)), outcomes::add, () -> gone);
        writes.advance();
    }

    private void confirm() {
        journal.confirming = true;
        writes.advance();
        journal.confirming = false;
    }

    @Test
    void aWriteIsShownAndAnsweredWhenThePartnerHoldsIt() {
        submit(Kind.PUT, "key", "new", null);
        assertEquals(List.of(Entry.PUT), journal.appended);
        assertEquals(Optional.of("former"), table.get("key"));
        assertEquals(List.of(), outcomes);
        confirm();
        assertEquals(Optional.of("new"), table.get("key"));
        assertEquals(List.of(Outcome.DONE), outcomes);
        assertFalse(writes.isBusy());
    }

    @Test
    void aWriteThatHasNotBegunWhenItsClientIsGoneDoesNotBegin() {
        submit(Kind.PUT, "key", "new", null);
        submit(Kind.PUT, "key", "newer", null);
        gone = true;
        confirm();
        assertEquals(Optional.of("new"), table.get("key"));
        assertEquals(List.of(Entry.PUT), journal.appended);
        assertFalse(writes.isBusy());
    }

    @Test
    void clientsThatConnectAgainAndAgainDoNotMakeTheQueueLonger() {
        submit(Kind.PUT, "key", "new", null);
        gone = true;
        for (int i = 0; i < 10 * Writes.MOST_WAITING; i++) {
            submit(Kind.PUT, "key", "newer", null);
        }
        assertTrue(writes.backlog() <= Writes.MOST_WAITING, writes.backlog() + " writes wait");
    }

    @Test
    void oneWriteWaitsForTheOther() {
        submit(Kind.PUT, "key", "new", null);
        submit(Kind.COMPARE_AND_SET, "key", "newer", "new");
        assertEquals(1, journal.appended.size());
        confirm();
        confirm();
        assertEquals(Optional.of("newer"), table.get("key"));
        assertEquals(List.of(Outcome.DONE, Outcome.DONE), outcomes);
    }

    @Test
    void aWriteThatIsConfirmedAfterTheTermHasEndedIsNeitherShownNorAnswered() {
        submit(Kind.DELETE, "key", "", null);
        owned = 0;
        confirm();
        assertEquals(Optional.of("former"), table.get("key"));
        assertEquals(List.of(), outcomes);
        writes.drop();
        assertFalse(writes.isBusy());
    }

    @Test
    void whatChangesNothingIsAnsweredWithoutAnEntry() {
        submit(Kind.COMPARE_AND_SET, "key", "new", "other");
        submit(Kind.COMPARE_AND_SET, "key", "new", null);
        table.put("second", "");
        table.put("third", "");
        submit(Kind.PUT, "fourth", "", null);
        assertEquals(List.of(Outcome.OTHER_VALUE, Outcome.OTHER_VALUE, Outcome.FULL), outcomes);
        assertEquals(List.of(), journal.appended);
    }

    @Test
    void withoutThePartnerOrTheTermNothingIsAppended() {
        journal.mirrored = false;
        submit(Kind.PUT, "key", "new", null);
        owned = 0;
        submit(Kind.PUT, "key", "new", null);
        assertEquals(List.of(Outcome.NO_PARTNER, Outcome.NOT_SERVING), outcomes);
        assertEquals(List.of(), journal.appended);
    }

    @Test
    void aLongLogGetsASnapshot() {
        journal.isLong = true;
        submit(Kind.PUT, "key", "new", null);
        assertEquals(List.of(Entry.SNAPSHOT), journal.appended);
        assertEquals(0, journal.trimmedBefore);
        confirm();
        assertEquals(List.of(Entry.SNAPSHOT, Entry.PUT), journal.appended);
        assertEquals(1, journal.trimmedBefore);
        confirm();
        assertEquals(Map.of("key", "new"), table.items());
    }
}
