// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a copy has in common with a log that is longer than the distance of the records that are compared first. */
class PartnerCopyTest {

    private static final int RECORD_BYTES = 4096;
    private static final int RECORDS = 2048;
    private static final int TRIMMED = 1280;
    private static final int OVERWRITTEN = 768;
    private static final int LONGEST = RECORD_BYTES - EntryFormat.HEADER_BYTES;

    private final MemorySegment own = memory();
    private final MemorySegment copy = memory();
    private long comparedBytes;
    private final LocalLog longer = new LocalLog("log", copy, LONGEST);

    private static MemorySegment memory() {
        return Arena.ofAuto().allocate(LogHeader.LENGTH_BYTES + RECORDS * RECORD_BYTES, Long.BYTES);
    }

    private void append(final int entries) {
        final MemorySegment payload = Arena.ofAuto().allocate(LONGEST);
        for (int i = 0; i < entries; i++) {
            payload.set(ValueLayout.JAVA_LONG, 0, i);
            longer.append(1, payload, 0, LONGEST);
        }
    }

    /** Counts the bytes that are compared with the copy. */
    private CopyPort countingPort() {
        final CopyPort port = new SimulatedCopyPort(copy, RECORD_BYTES, Integer.MAX_VALUE, new Random(1));
        return (CopyPort) Proxy.newProxyInstance(CopyPort.class.getClassLoader(), new Class<?>[] {CopyPort.class},
            (proxy, method, arguments) -> {
                if ("findMismatch".equals(method.getName())) {
                    comparedBytes += (long) arguments[2];
                }
                return method.invoke(port, arguments);
            });
    }

    /** Compares the log with the copy, and returns the last record that the copy is found to have. */
    private long compare() {
        final LocalLog log = new LocalLog("log", own, LONGEST);
        assertTrue(log.restore());
        assertEquals(RECORDS, log.lastSequence());
        final PartnerCopy compared = new PartnerCopy(countingPort(), log);
        assertTrue(compared.readHeader());
        final LogHeader begin = new LogHeader();
        begin.follow(log.header());
        assertTrue(compared.compare(begin, LogPosition.NONE));
        return compared.heldPosition().sequence();
    }

    @Test
    void aCopyWithTheSameRecordsHasThemAll() {
        longer.begin(1, 7);
        append(RECORDS);
        own.copyFrom(copy);
        assertEquals(RECORDS, compare());
        assertTrue(comparedBytes < (long) RECORDS * RECORD_BYTES / 2 + PartnerCopy.CHUNK_BYTES,
            comparedBytes + " bytes are compared, and most of them follow from later records");
    }

    @Test
    void aCopyThatBeginsLaterLacksTheBeginningWhateverItHasOfTheRest() {
        longer.begin(1, 7);
        append(RECORDS);
        own.copyFrom(copy);
        assertTrue(longer.prepareTrim(TRIMMED));
        longer.trim();
        append(OVERWRITTEN);
        assertEquals(0, compare());
    }
}
