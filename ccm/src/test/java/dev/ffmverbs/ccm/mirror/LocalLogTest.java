// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The ring of records in memory, against a queue that cannot be wrong. */
class LocalLogTest {

    private static final int LONGEST = 100;
    private static final int SEEDS = 300;
    private static final int STEPS = 500;

    private static MemorySegment memory(final int recordsBytes) {
        return Arena.ofAuto().allocate(LogHeader.LENGTH_BYTES + recordsBytes, Long.BYTES);
    }

    private static LocalLog begun(final MemorySegment memory) {
        final LocalLog log = new LocalLog("log", memory, LONGEST);
        log.begin(1, 7);
        return log;
    }

    private static boolean append(final LocalLog log, final byte[] payload, final long term) {
        final long end = log.offsetAfter(log.lastRecord().endOffset(), payload.length);
        try {
            log.requireRoomUpTo(end, 1);
        } catch (final IllegalStateException e) {
            return false;
        }
        log.append(term, MemorySegment.ofArray(payload), 0, payload.length);
        assertEquals(end, log.lastRecord().endOffset());
        return true;
    }

    private static void trim(final LocalLog log, final long upTo) {
        if (log.prepareTrim(upTo)) {
            log.trim();
        }
    }

    private static void assertHolds(
        final Deque<byte[]> payloads, final long first, final MemorySegment memory, final String story) {
        final LogEntries entries = LogEntries.all(memory, LogWaits.ARRIVING_ENTRIES);
        assertEquals(first - 1, entries.sequence(), story);
        long number = first;
        for (final byte[] payload : payloads) {
            assertTrue(entries.next(), story + ": entry " + number);
            assertEquals(number, entries.sequence(), story);
            assertEquals(-1, entries.payload().mismatch(MemorySegment.ofArray(payload)), story + ": entry " + number);
            number++;
        }
        assertFalse(entries.next(), story);
    }

    @Test
    void holdsWhatWasAppendedAndNotTrimmedThroughManyRoundsOfItsMemoryAndProcesses() {
        for (int seed = 0; seed < SEEDS; seed++) {
            final Random random = new Random(seed);
            final MemorySegment memory = memory(2 * EntryFormat.entryBytes(LONGEST) + 8 * random.nextInt(100));
            final Deque<byte[]> payloads = new ArrayDeque<>();
            LocalLog log = begun(memory);
            long first = 1;
            for (int step = 0; step < STEPS; step++) {
                final byte[] payload = new byte[random.nextInt(LONGEST + 1)];
                random.nextBytes(payload);
                if (append(log, payload, 1)) {
                    payloads.add(payload);
                } else {
                    assertFalse(payloads.isEmpty(), "seed " + seed + ": an empty log is full");
                }
                if (random.nextInt(3) == 0) {
                    final int count = random.nextInt(payloads.size() + 1);
                    trim(log, first - 1 + count);
                    first += count;
                    for (int i = 0; i < count; i++) {
                        payloads.remove();
                    }
                }
                if (random.nextInt(20) == 0) {
                    log = new LocalLog("log", memory, LONGEST);
                    assertTrue(log.restore(), "seed " + seed);
                }
                assertHolds(payloads, first, memory, "seed " + seed + ", step " + step);
                assertEquals(first + payloads.size() - 1, log.lastSequence());
            }
        }
    }

    @Test
    void refusesALowerTermAlsoWhenItsEntriesAreTrimmedAndItsProcessHasEnded() {
        final MemorySegment memory = memory(1024);
        final LocalLog log = begun(memory);
        assertTrue(append(log, new byte[1], 3));
        trim(log, 1);
        final LocalLog again = new LocalLog("log", memory, LONGEST);
        assertTrue(again.restore());

        again.requireTerm(3);
        assertEquals("log log has entries of term 3, and this node appends in term 2: a later owner has appended since,"
            + " so this node must acquire ownership again",
            assertThrows(IllegalStateException.class, () -> again.requireTerm(2)).getMessage());
    }

    @Test
    void refusesToTrimWhatItDoesNotHave() {
        final LocalLog log = begun(memory(1024));
        append(log, new byte[1], 0);
        assertEquals("log log cannot be trimmed up to entry 2; it has entries up to 1",
            assertThrows(IllegalArgumentException.class, () -> log.prepareTrim(2)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> log.prepareTrim(-1));
        assertTrue(log.prepareTrim(1));
        log.trim();
        assertFalse(log.prepareTrim(1), "it is trimmed already");
    }

    @Test
    void theMemoryOfALogThatHasNeverMetItsPartnerIsNotRestored() {
        assertFalse(new LocalLog("log", memory(1024), LONGEST).restore());
    }
}
