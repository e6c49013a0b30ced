// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BootStatusVariableTest {

    private static final BootId BOOT_ID = new BootId(0x0123_4567_89AB_CDEFL, 42);
    private static final int SEQUENCE_OFFSET = 0;
    private static final int VERSION_OFFSET = 12;
    private static final int PHASE_OFFSET = 48;

    private final MemorySegment memory =
        Arena.ofAuto().allocate(BootStatusVariable.LENGTH_BYTES, BootStatusVariable.LENGTH_BYTES);
    private final MemorySegment delivered =
        Arena.ofAuto().allocate(BootStatusVariable.LENGTH_BYTES, BootStatusVariable.LENGTH_BYTES);
    private final BootStatusView view = new BootStatusView(delivered);

    private RecordCondition read() {
        delivered.copyFrom(memory);
        return view.examine();
    }

    @Test
    void isOneCacheLine() {
        assertEquals(64, BootStatusVariable.LENGTH_BYTES);
    }

    @Test
    void deliversWhatWasPublished() {
        final BootStatusVariable block = new BootStatusVariable(memory, BOOT_ID, 7);
        block.publish(BootPhase.BOOTING, 1);
        block.publish(BootPhase.ACTIVE, 2);

        assertEquals(RecordCondition.VALID, read());
        assertEquals(BOOT_ID, view.bootId());
        assertTrue(view.isOf(BOOT_ID, 7));
        assertFalse(view.isOf(BOOT_ID, 8));
        assertFalse(view.isOf(new BootId(BOOT_ID.high(), 43), 7));
        assertEquals(2, view.heartbeat());
        assertEquals(BootPhase.ACTIVE, view.bootPhase());
    }

    @Test
    void isAbsentInZeroedMemory() {
        assertEquals(RecordCondition.ABSENT, read());
    }

    @Test
    void isTornBeforeItIsPublishedForTheFirstTime() {
        new BootStatusVariable(memory, BOOT_ID, 1);

        assertEquals(RecordCondition.TORN, read());
    }

    @Test
    void isTornWhileItIsWritten() {
        new BootStatusVariable(memory, BOOT_ID, 1).publish(BootPhase.ACTIVE, 1);
        memory.set(ValueLayout.JAVA_LONG, SEQUENCE_OFFSET, 3);

        assertEquals(RecordCondition.TORN, read());
    }

    @Test
    void isTornWhenTheTwoSequenceNumbersAreOfDifferentPublications() {
        new BootStatusVariable(memory, BOOT_ID, 1).publish(BootPhase.ACTIVE, 1);
        memory.set(ValueLayout.JAVA_LONG, SEQUENCE_OFFSET, 4);

        assertEquals(RecordCondition.TORN, read());
    }

    @Test
    void isNotValidWithAnyOneBitFlipped() {
        new BootStatusVariable(memory, BOOT_ID, 1).publish(BootPhase.ACTIVE, 99);
        for (int bit = 0; bit < BootStatusVariable.LENGTH_BYTES * 8; bit++) {
            delivered.copyFrom(memory);
            final byte damaged = (byte) (delivered.get(ValueLayout.JAVA_BYTE, bit / 8) ^ 1 << bit % 8);
            delivered.set(ValueLayout.JAVA_BYTE, bit / 8, damaged);

            // Half of a 64-bit sequence number is enough to distinguish publications, because 2^32 of them take years.
            final boolean upperHalfOfSequence = bit >= 32 && bit < 64;
            assertEquals(upperHalfOfSequence, view.examine() == RecordCondition.VALID, "bit " + bit);
        }
    }

    @Test
    void reportsTheVersionOfAnotherLayout() {
        new BootStatusVariable(memory, BOOT_ID, 1).publish(BootPhase.ACTIVE, 1);
        memory.set(ValueLayout.JAVA_INT, VERSION_OFFSET, 9);

        assertEquals(RecordCondition.WRONG_LAYOUT_VERSION, read());
        assertEquals(9, view.layoutVersion());
    }

    @Test
    void knowsNoPhaseOfAnUnknownNumber() {
        new BootStatusVariable(memory, BOOT_ID, 1).publish(BootPhase.ACTIVE, 1);
        delivered.copyFrom(memory);
        delivered.set(ValueLayout.JAVA_INT, PHASE_OFFSET, 77);

        assertNull(view.bootPhase());
    }

    @Test
    void refusesMemoryThatIsNotAligned() {
        final MemorySegment odd = Arena.ofAuto().allocate(128, 64).asSlice(8, BootStatusVariable.LENGTH_BYTES);

        final IllegalArgumentException refused =
            assertThrows(IllegalArgumentException.class, () -> new BootStatusVariable(odd, BOOT_ID, 1));

        assertTrue(refused.getMessage().startsWith("a status block needs 64 bytes of native memory, aligned"),
            refused.getMessage());
    }

    @Test
    void neverDeliversMixedPublicationsToAReaderWhoRacesTheWriter() throws InterruptedException {
        final BootStatusVariable block = new BootStatusVariable(memory, BOOT_ID, 1);
        block.publish(BootPhase.INITIALIZING, 0);
        final AtomicBoolean stop = new AtomicBoolean();
        final Thread writer = new Thread(() -> {
            for (long beat = 1; !stop.get(); beat++) {
                block.publish(beat % 2 == 0 ? BootPhase.INITIALIZING : BootPhase.BOOTING, beat);
            }
        });
        writer.start();
        try {
            long lastBeat = 0;
            for (int i = 0; i < 200_000 || lastBeat == 0; i++) {
                if (read() == RecordCondition.VALID) {
                    assertEquals(view.heartbeat() % 2 == 0 ? BootPhase.INITIALIZING : BootPhase.BOOTING,
                        view.bootPhase());
                    assertTrue(view.heartbeat() >= lastBeat, "the counter went back");
                    lastBeat = view.heartbeat();
                }
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }
}
