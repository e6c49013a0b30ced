// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log that is replaced by the partner's, what a kill leaves of that, and what refuses to continue. */
class LogReplacementTest {

    private static final int RECORDS_BYTES = 1024;
    private static final int LONGEST = 8;
    private static final List<Long> OWN = List.of(1L, 2L, 3L, 14L, 15L, 16L);
    private static final List<Long> PARTNERS = List.of(1L, 2L, 3L, 25L, 26L);

    private final MemorySegment own = memory();
    private final MemorySegment copy = memory();

    private static MemorySegment memory() {
        return Arena.ofAuto().allocate(LogHeader.LENGTH_BYTES + RECORDS_BYTES, Long.BYTES);
    }

    private static void append(final LocalLog log, final long term, final long... contents) {
        for (final long content : contents) {
            log.append(term, MemorySegment.ofArray(new long[] {content}), 0, LONGEST);
        }
    }

    private static List<Long> read(final LogEntries entries) {
        final List<Long> contents = new ArrayList<>();
        while (entries.next()) {
            contents.add(entries.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
        }
        return contents;
    }

    private List<Long> readOwn() {
        return read(LogEntries.all(own, LogWaits.ARRIVING_ENTRIES));
    }

    private MirrorStoryNode node(final long term) {
        final MirrorStoryNode node = new MirrorStoryNode(own, copy, LONGEST);
        node.requireTerm(() -> term);
        return node;
    }

    /** Both logs have three entries in common. Then this node appended three in vain, and the partner two in term 2. */
    @BeforeEach
    void fillLogs() {
        final LocalLog partners = new LocalLog("log", copy, LONGEST);
        partners.begin(1, 7);
        append(partners, 1, 1, 2, 3);
        own.copyFrom(copy);
        final LocalLog log = new LocalLog("log", own, LONGEST);
        log.restore();
        append(log, 1, 14, 15, 16);
        partners.appendBeginning(2);
        append(partners, 2, 25, 26);
    }

    @Test
    void theLogGoesOnAfterThePartnersAndWhatIsCutIsTold() {
        assertEquals(OWN, readOwn());
        final LogContinuation begun = node(3).continueInTerm(3);
        assertEquals(new LogContinuation(3, 7, true, 6, 3, 4, 6, 0), begun);
        assertTrue(begun.isHeldByBoth());
        assertEquals(PARTNERS, readOwn());
    }

    @Test
    void theOwnLogGoesOnIfItsLastTermIsLater() {
        final LocalLog log = new LocalLog("log", own, LONGEST);
        log.restore();
        log.appendBeginning(4);
        final LogContinuation begun = node(5).continueInTerm(5);
        assertEquals(new LogContinuation(5, 8, false, 3, 0, 0, 0, 0), begun);
        assertFalse(begun.isHeldByBoth());
        assertEquals(OWN, readOwn());
    }

    @Test
    void aSecondCallInATermChangesNothing() {
        final MirrorStoryNode node = node(3);
        assertEquals(node.continueInTerm(3), node.continueInTerm(3));
        assertEquals(7, node.lastSequence());
    }

    @Test
    void aTermIsContinuedByOneProcessOnly() {
        node(3).continueInTerm(3);
        assertTrue(assertThrows(IllegalStateException.class, () -> node(3).continueInTerm(3)).getMessage()
            .contains("there is an entry of term 3 already"));
        assertTrue(assertThrows(IllegalStateException.class, () -> node(3).continueInTerm(4)).getMessage()
            .contains("this node holds term 3 now"));
    }

    @Test
    void whateverAKillLeavesOfTheRecordsTheNextProcessHasThePartnersLog() {
        final byte[] before = own.toArray(ValueLayout.JAVA_BYTE);
        for (int copied = 0; copied <= RECORDS_BYTES; copied++) {
            own.copyFrom(MemorySegment.ofArray(before));
            final LocalLog log = new LocalLog("log", own, LONGEST);
            log.restore();
            new LogReplacement(log, PartnersLog.examine(copy), null).begin();
            MemorySegment.copy(copy, LogHeader.LENGTH_BYTES, own, LogHeader.LENGTH_BYTES, copied);
            assertFalse(new LocalLog("log", own, LONGEST).restore(), "taken for a log after " + copied + " bytes");
            final MirrorStoryNode next = new MirrorStoryNode(own, copy, LONGEST);
            assertTrue(next.isReady());
            assertEquals(6, next.lastSequence());
            assertEquals(PARTNERS, readOwn());
        }
    }

    @Test
    void whateverAKillLeavesOfTheHeaderTheNextProcessHasOneLogOrTheOther() {
        final LocalLog log = new LocalLog("log", own, LONGEST);
        log.restore();
        final LogReplacement replacement = new LogReplacement(log, PartnersLog.examine(copy), null);
        final byte[] restored = own.toArray(ValueLayout.JAVA_BYTE);
        replacement.begin();
        final byte[] begun = own.toArray(ValueLayout.JAVA_BYTE);
        requireEither(restored, begun, OWN);
        while (replacement.copySome()) {
            assertFalse(new LocalLog("log", own, LONGEST).restore());
        }
        final byte[] copied = own.toArray(ValueLayout.JAVA_BYTE);
        replacement.finish();
        requireEither(copied, own.toArray(ValueLayout.JAVA_BYTE), PARTNERS);
    }

    /** Requires that memory of which the first bytes were written and the others not is one log or the other. */
    private void requireEither(final byte[] before, final byte[] after, final List<Long> otherwise) {
        for (int written = 0; written <= LogHeader.LENGTH_BYTES; written++) {
            own.copyFrom(MemorySegment.ofArray(before));
            MemorySegment.copy(MemorySegment.ofArray(after), 0, own, 0, written);
            assertTrue(new MirrorStoryNode(own, copy, LONGEST).isReady());
            final List<Long> contents = readOwn();
            assertTrue(contents.equals(PARTNERS) || contents.equals(otherwise), contents + " after " + written);
        }
        own.copyFrom(MemorySegment.ofArray(after));
    }

    @Test
    void aCopyThatNoLongerHasWhatWasFoundThereIsNotTaken() {
        final LocalLog log = new LocalLog("log", own, LONGEST);
        log.restore();
        new LogReplacement(log, PartnersLog.examine(copy), null).begin();
        copy.fill((byte) 0);
        assertFalse(new MirrorStoryNode(own, copy, LONGEST).isReady(), "it waits for what the partner holds of it");
    }

    @Test
    void aNodeThatMayLackAcknowledgedEntriesRefuses() {
        final LogHeader header = new LogHeader();
        header.read(copy);
        header.lackUpTo(2, 7);
        header.write(copy);
        final MirrorStoryNode node = node(3);
        assertTrue(assertThrows(IncompleteLogException.class, () -> node.continueInTerm(3)).getMessage()
            .contains("ends with entry 6 of term 2, and entries up to 7 of term 2 may have been acknowledged"));
        assertEquals(OWN, readOwn());
        header.lackUpTo(2, 6);
        header.write(copy);
        node.continueInTerm(3);
        assertEquals(PARTNERS, readOwn());
    }

    @Test
    void theCopyOfAReplacedLogMayLackWhatWasAcknowledgedToThePartner() {
        final MirrorStoryNode node = node(3);
        node.continueInTerm(3);
        final MemorySegment partnersCopy = memory();
        assertTrue(node.connect(new SimulatedCopyPort(partnersCopy, RECORDS_BYTES, Integer.MAX_VALUE, new Random(1))));
        final LogHeader header = new LogHeader();
        header.read(partnersCopy);
        assertEquals(6, header.lackedUpTo());
        assertEquals(2, header.lackedTerm(), "the partner's term");
    }

    @Test
    void whatThePartnerHasTrimmedIsNotCut() {
        final LocalLog partners = new LocalLog("log", copy, LONGEST);
        partners.restore();
        append(partners, 2, 27);
        assertTrue(partners.prepareTrim(7));
        partners.trim();
        append(partners, 2, 28);
        assertEquals(new LogContinuation(3, 9, true, 8, 0, 0, 0, 0), node(3).continueInTerm(3));
        assertEquals(List.of(28L), readOwn());
    }

    @Test
    void theCopyOfALogThatHadNothingInCommonMayLackWhatWasAcknowledgedToThePartner() {
        final LocalLog partners = new LocalLog("log", copy, LONGEST);
        partners.restore();
        append(partners, 2, 27);
        assertTrue(partners.prepareTrim(7));
        partners.trim();
        append(partners, 2, 28);
        final MirrorStoryNode node = node(3);
        node.continueInTerm(3);
        final MemorySegment partnersCopy = memory();
        assertTrue(node.connect(new SimulatedCopyPort(partnersCopy, RECORDS_BYTES, Integer.MAX_VALUE, new Random(1))));
        final LogHeader header = new LogHeader();
        header.read(partnersCopy);
        assertEquals(8, header.lackedUpTo());
    }

    @Test
    void aNodeWithoutACopyRefuses() {
        copy.fill((byte) 0);
        assertThrows(IncompleteLogException.class, () -> node(3).continueInTerm(3));
        assertEquals(OWN, readOwn());
    }

    @Test
    void aReaderGoesOnIfItHasReadNothingThatWasCut() {
        final LogEntries entries = LogEntries.all(own, LogWaits.ARRIVING_ENTRIES);
        for (int number = 1; number <= 3; number++) {
            assertTrue(entries.next());
        }
        node(3).continueInTerm(3);
        assertFalse(entries.isTrimmed());
        assertEquals(PARTNERS.subList(3, 5), read(entries));
    }

    @Test
    void aReaderIsToldIfWhatItHasReadWasCut() {
        final LogEntries entries = LogEntries.all(own, LogWaits.ARRIVING_ENTRIES);
        assertEquals(OWN, read(entries));
        node(3).continueInTerm(3);
        assertThrows(LogReplacedException.class, entries::next);
        assertThrows(LogReplacedException.class, entries::isTrimmed);
        assertThrows(IllegalStateException.class, entries::payload);
    }

    @Test
    void beginningsOfTermsAreNoEntriesAndHaveNumbers() {
        node(3).continueInTerm(3);
        final LogEntries entries = LogEntries.all(own, LogWaits.ARRIVING_ENTRIES);
        long last = 0;
        while (entries.next()) {
            assertEquals(0, entries.lostBefore());
            last = entries.sequence();
        }
        assertEquals(6, last);
        assertEquals(7, entries.sequence());
        assertThrows(IllegalStateException.class, entries::payload);
    }
}
