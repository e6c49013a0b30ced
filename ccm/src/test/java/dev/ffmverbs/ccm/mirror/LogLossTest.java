// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that has lost its memory continues without its partner, and the partner does come back. */
@Timeout(60)
class LogLossTest {

    private static final int RECORDS_BYTES = 4096;
    private static final int LONGEST = 8;
    private static final List<Long> PARTNERS = List.of(11L, 12L, 13L, 14L, 15L);

    private final Random random = new Random(1);
    private final MemorySegment partnersOwn = memory();
    private final MemorySegment partnersCopy = memory();
    private final MemorySegment own = memory();
    private final MemorySegment copy = memory();

    private static MemorySegment memory() {
        return Arena.ofAuto().allocate(LogHeader.LENGTH_BYTES + RECORDS_BYTES, Long.BYTES);
    }

    private static MirrorStoryNode node(final MemorySegment own, final MemorySegment copy, final long term) {
        final MirrorStoryNode node = new MirrorStoryNode(own, copy, LONGEST);
        node.requireTerm(() -> term);
        return node;
    }

    private SimulatedCopyPort port(final MemorySegment target) {
        return new SimulatedCopyPort(target, RECORDS_BYTES, Integer.MAX_VALUE, random);
    }

    private static long append(final MirrorStoryNode node, final long content) {
        return node.append(MemorySegment.ofArray(new long[] {content}), new int[] {LONGEST});
    }

    private static void awaitMirrored(final MirrorStoryNode node) {
        while (node.state() != MirrorState.MIRRORED || node.lastHeld() < node.lastSequence()) {
            node.poll();
        }
    }

    /** Copies all that a node has. */
    private void mirror(final MirrorStoryNode node, final MemorySegment target) {
        final SimulatedCopyPort port = port(target);
        assertTrue(node.connect(port));
        awaitMirrored(node);
        assertTrue(port.drain());
    }

    private static List<Long> read(final MemorySegment log) {
        final List<Long> contents = new ArrayList<>();
        final LogEntries entries = LogEntries.all(log, LogWaits.ARRIVING_ENTRIES);
        while (entries.next()) {
            contents.add(entries.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
        }
        return contents;
    }

    private static long lostBeforeFirst(final MemorySegment log) {
        final LogEntries entries = LogEntries.all(log, LogWaits.ARRIVING_ENTRIES);
        assertTrue(entries.next());
        return entries.lostBefore();
    }

    /** The partner owns and has entries 2 to 6 acknowledged. Then this node loses its memory and gets nothing back. */
    private MirrorStoryNode loseMemoryAndPartner() {
        final MirrorStoryNode partner = node(partnersOwn, partnersCopy, 1);
        final MirrorStoryNode former = node(memory(), copy, 0);
        assertTrue(former.connect(port(partnersCopy)));
        awaitMirrored(former);
        final SimulatedCopyPort toFormer = port(copy);
        assertTrue(partner.connect(toFormer));
        partner.continueInTerm(1);
        PARTNERS.forEach(content -> append(partner, content));
        awaitMirrored(partner);
        assertEquals(6, partner.poll());

        copy.fill((byte) 0);
        toFormer.breakNow();
        partner.check();
        final MirrorStoryNode node = node(own, copy, 2);
        final SimulatedCopyPort toPartner = port(partnersCopy);
        assertTrue(node.connect(toPartner));
        final SimulatedCopyPort toNode = port(copy);
        assertTrue(partner.connect(toNode));
        toNode.breakNow();
        toPartner.breakNow();
        node.check();
        return node;
    }

    @Test
    void aNodeThatLacksEntriesContinuesWhenItIsToldToAndSaysWhatMayBeLost() {
        final MirrorStoryNode node = loseMemoryAndPartner();
        assertTrue(assertThrows(IncompleteLogException.class, () -> node.continueInTerm(2)).getMessage()
            .endsWith("or call continueDespiteLoss() if it never comes back"));
        final LogContinuation begun = node.continueDespiteLoss(2);
        assertEquals(new LogContinuation(2, 7, false, 0, 0, 0, 0, 6), begun);
        assertFalse(begun.isHeldByBoth());
        assertEquals(begun, node.continueDespiteLoss(2), "a second time");
        assertEquals(1, node.warnings.size());
        assertTrue(node.warnings.getFirst().contains("entries up to 6 of term 1 may have been acknowledged, which only"
            + " the partner holds. It continues after number 6"), node.warnings.getFirst());
        assertEquals(8, append(node, 21));
        assertEquals(6, lostBeforeFirst(own));
        assertEquals(9, node(own, copy, 3).continueInTerm(3).sequence(), "the loss is accepted once");
    }

    @Test
    void aPartnerThatComesBackKeepsItsLogUntilItContinuesAndIsToldWhatIsCut() {
        final MirrorStoryNode node = loseMemoryAndPartner();
        node.continueDespiteLoss(2);
        append(node, 21);
        final MirrorStoryNode partner = node(partnersOwn, partnersCopy, 3);
        assertTrue(partner.connect(port(copy)));
        awaitMirrored(partner);
        assertTrue(node.connect(port(partnersCopy)));
        awaitMirrored(node);
        assertEquals(8, node.poll());
        assertEquals(PARTNERS, read(partnersOwn));
        assertEquals(PARTNERS, read(copy), "where the node can read what it lacks");

        assertEquals(new LogContinuation(3, 9, true, 8, 5, 2, 6, 6), partner.continueInTerm(3));
        assertTrue(partner.warnings.getFirst().contains("without 5 entries, from 2 to 6, that this node has appended"
            + " and that may have been acknowledged up to number 6"), partner.warnings.getFirst());
        assertEquals(List.of(21L), read(partnersOwn));
        assertEquals(6, lostBeforeFirst(partnersOwn));
    }

    @Test
    void aNodeThatHasNothingAndHasNotMetItsPartnerBeginsWhenItIsToldTo() {
        final MirrorStoryNode node = node(own, copy, 2);
        assertTrue(assertThrows(IllegalStateException.class, () -> node.continueInTerm(2)).getMessage()
            .contains("has not met its partner yet"));
        assertFalse(node.isReady());
        assertEquals(new LogContinuation(2, 2, false, 0, 0, 0, 0, 1), node.continueDespiteLoss(2));
        assertTrue(node.warnings.getFirst().contains("it has not met its partner"), node.warnings.getFirst());
        append(node, 21);
        assertTrue(node(own, copy, 0).isReady(), "after a restart");
        assertEquals(1, lostBeforeFirst(own));
    }

    @Test
    void aNodeThatHasBegunWithNothingOverwritesNothingOfAPartnerThatComesBack() {
        loseMemoryAndPartner();
        final byte[] before = partnersCopy.toArray(ValueLayout.JAVA_BYTE);
        final MirrorStoryNode node = node(memory(), memory(), 3);
        node.continueDespiteLoss(3);
        append(node, 31);
        assertFalse(node.connect(port(partnersCopy)));
        assertTrue(node.warnings.getLast().contains("B holds the copy of another log"), node.warnings.getLast());
        assertEquals(-1, MemorySegment.ofArray(before).mismatch(partnersCopy));
    }

    @Test
    void aNodeThatIsJustRecoveringDoesNotBegin() {
        loseMemoryAndPartner();
        final MirrorStoryNode node = node(memory(), memory(), 3);
        final SimulatedCopyPort port = port(partnersCopy);
        final List<String> refusals = new ArrayList<>();
        assertTrue(node.connect((CopyPort) Proxy.newProxyInstance(CopyPort.class.getClassLoader(),
            new Class<?>[] {CopyPort.class}, (proxy, method, arguments) -> {
                if ("read".equals(method.getName())) {
                    refusals.add(assertThrows(IllegalStateException.class, () -> node.continueDespiteLoss(3))
                        .getMessage());
                }
                return method.invoke(port, arguments);
            })));
        assertEquals(1, refusals.size());
        assertTrue(refusals.getFirst().contains("is about to recover what the partner holds"), refusals.getFirst());
        assertTrue(node.isReady());
    }

    /** A log that has never met its partner and has no room for the mark of the loss loses nothing of what it has. */
    @Test
    void aFullLogThatHasNotMetItsPartnerKeepsItsEntriesAndContinuesWhenItIsTrimmed() {
        final MirrorStoryNode former = new MirrorStoryNode(own, copy, LONGEST);
        assertTrue(former.connect(port(partnersCopy)));
        long last = 0;
        while (last == 0 || last == former.lastSequence()) {
            last = tryToAppend(former, last + 1);
        }
        final List<Long> contents = read(own);
        assertEquals(RECORDS_BYTES / EntryFormat.entryBytes(LONGEST), contents.size());
        final LogHeader header = new LogHeader();
        header.read(own);
        header.lackUpTo(9, 1000);
        header.write(own);

        final MirrorStoryNode node = node(own, memory(), 2);
        assertFalse(node.isReady(), "it was killed while the partner's log took its place");
        assertTrue(assertThrows(IllegalStateException.class, () -> node.continueDespiteLoss(2)).getMessage()
            .contains("is full"));
        assertEquals(contents, read(own));
        assertFalse(node.isReady());

        node.trim(2);
        final LogContinuation begun = node.continueDespiteLoss(2);
        assertEquals(contents.size() + 1, begun.lostUpTo());
        assertEquals(contents.subList(2, contents.size()), read(own));
    }

    private static long tryToAppend(final MirrorStoryNode node, final long content) {
        try {
            return append(node, content);
        } catch (final IllegalStateException full) {
            return -1;
        }
    }

    /** The partner's log takes the place of this node's, and there is no room for the mark of the loss behind it. */
    private MirrorStoryNode replaceLogThatHasNoRoomForTheMark() {
        final MirrorStoryNode partner = node(partnersOwn, partnersCopy, 1);
        final MirrorStoryNode former = node(memory(), copy, 0);
        assertTrue(former.connect(port(partnersCopy)));
        awaitMirrored(former);
        assertTrue(partner.connect(port(copy)));
        partner.continueInTerm(1);
        long last = 1;
        while (last > 0) {
            last = tryToAppend(partner, last + 1);
        }
        awaitMirrored(partner);

        final MirrorStoryNode node = node(own, copy, 2);
        assertThrows(IllegalStateException.class, () -> node.continueDespiteLoss(2));
        return node;
    }

    @Test
    void aLossThatCouldNotBeMarkedBecauseTheLogWasFullIsToldWhenTheLogContinues() {
        final MirrorStoryNode node = replaceLogThatHasNoRoomForTheMark();
        node.trim(3);
        assertTrue(assertThrows(IncompleteLogException.class, () -> node.continueInTerm(2)).getMessage()
            .contains("it has not met its partner"));
        final LogContinuation begun = node.continueDespiteLoss(2);
        assertEquals(begun.sequence() - 1, begun.lostUpTo());
        assertTrue(node.warnings.getLast().contains("it has not met its partner"), node.warnings.getLast());
    }

    @Test
    void aLossThatCouldNotBeMarkedIsToldByTheNextProcess() {
        replaceLogThatHasNoRoomForTheMark();
        final MirrorStoryNode next = node(own, copy, 3);
        assertTrue(next.isReady());
        next.trim(5);
        assertTrue(assertThrows(IncompleteLogException.class, () -> next.continueInTerm(3)).getMessage()
            .contains("it has not met its partner"));
        final LogContinuation begun = next.continueDespiteLoss(3);
        assertEquals(begun.sequence() - 1, begun.lostUpTo());
        assertEquals(begun.sequence() + 1, append(next, 31));
        assertEquals(1, countLost(own));
        assertEquals(0, node(own, copy, 4).continueInTerm(4).lostUpTo(), "the loss is accepted once");
    }

    /** Returns how many entries are lost, as a reader is told. */
    private static long countLost(final MemorySegment log) {
        final LogEntries entries = LogEntries.all(log, LogWaits.ARRIVING_ENTRIES);
        long lost = 0;
        while (entries.next()) {
            lost += entries.lostBefore();
        }
        return lost;
    }

    /** The partner has appended nothing, so the mark of the loss remains in the log. */
    @Test
    void aNodeThatWasKilledBeforeItContinuedDespiteALossLeavesTheLossToTheNextProcess() {
        mirror(node(partnersOwn, partnersCopy, 0), copy);
        final MirrorStoryNode killed = node(own, copy, 2);
        killed.beginWithoutPartner(2);
        final MirrorStoryNode next = node(own, copy, 3);
        assertTrue(next.isReady());
        assertThrows(IncompleteLogException.class, () -> next.continueInTerm(3));
        assertEquals(new LogContinuation(3, 2, false, 0, 0, 0, 0, 1), next.continueDespiteLoss(3));
    }

    /** The partner has kept its memory, continues with what this node lacks, and is then gone again. */
    @Test
    void aNodeThatBeganWithoutItsPartnerLacksNothingOnceItHasThePartnersLaterLog() {
        replaceLogThatHasNoRoomForTheMark();
        final MirrorStoryNode partner = node(partnersOwn, partnersCopy, 3);
        assertTrue(partner.connect(port(copy)));
        partner.trim(3);
        partner.continueInTerm(3);
        append(partner, 31);
        awaitMirrored(partner);

        final LogContinuation begun = node(own, copy, 4).continueInTerm(4);
        assertEquals(0, begun.lostUpTo());
        assertEquals(read(partnersOwn), read(own));
    }

    /** Both nodes have lost their memory: the partner has no other copy than that of what this node has begun. */
    @Test
    void aPartnerThatHasLostItsMemoryTellsTheLossOfTheNodeThatBeganWithoutIt() {
        node(own, copy, 2).beginWithoutPartner(2);
        final MirrorStoryNode node = node(own, copy, 0);
        mirror(node, partnersCopy);

        final MirrorStoryNode partner = node(partnersOwn, partnersCopy, 3);
        assertTrue(partner.connect(port(copy)));
        assertTrue(assertThrows(IncompleteLogException.class, () -> partner.continueInTerm(3)).getMessage()
            .contains("the partner has begun its log in term 2 without"));
        assertEquals(1, partner.continueDespiteLoss(3).lostUpTo());
        assertEquals(3, node(partnersOwn, partnersCopy, 4).continueInTerm(4).sequence(), "the loss is accepted once");
    }

    @Test
    void aNodeThatLacksNothingContinuesAsUsual() {
        final MirrorStoryNode partner = node(partnersOwn, partnersCopy, 1);
        final MirrorStoryNode node = node(own, copy, 2);
        assertTrue(node.connect(port(partnersCopy)));
        assertTrue(partner.connect(port(copy)));
        partner.continueInTerm(1);
        append(partner, 11);
        awaitMirrored(partner);
        assertEquals(new LogContinuation(2, 3, true, 2, 0, 0, 0, 0), node.continueDespiteLoss(2));
        assertEquals(List.of(), node.warnings);
        assertEquals(List.of(11L), read(own));
    }

    @Test
    void aCopyThatWasWholeLacksNothingOfWhatAKilledNodeHasAppendedInVain() {
        final MirrorStoryNode killed = new MirrorStoryNode(own, LONGEST);
        final SimulatedCopyPort toPartner = port(partnersCopy);
        assertTrue(killed.connect(toPartner));
        append(killed, 11);
        awaitMirrored(killed);
        assertTrue(toPartner.drain());
        toPartner.breakNow();
        killed.check();
        append(killed, 12);

        assertTrue(new MirrorStoryNode(own, LONGEST).connect(port(partnersCopy)));
        final LogHeader header = new LogHeader();
        header.read(partnersCopy);
        assertTrue(header.isWhole(), "the copy has all that was acknowledged: " + header);
    }
}
