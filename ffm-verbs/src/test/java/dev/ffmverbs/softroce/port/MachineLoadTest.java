// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thread looks at a socket only if a processor is idle. */
class MachineLoadTest {

    private static final long SAMPLE_NS = 20_000_000;
    private static final long BUSY_SAMPLE_NS = 2_000_000;
    private static final long SECOND_NS = 1_000_000_000;
    private static final long LONGEST_PAUSE_NS = 512_000_000;
    private static final long SLICE_NS = 8_000_000;

    @TempDir
    private Path folder;

    private Path runnable(final int threads) throws IOException {
        return Files.writeString(folder.resolve("loadavg"), "0.71 0.80 0.94 " + threads + "/412 17237\n");
    }

    @Test
    void aSingleProcessorIsNeverSpared() throws IOException {
        assertFalse(new MachineLoad(runnable(1), () -> 1).beginLook(0));
    }

    @Test
    void halfOfTheProcessorsMayLook() throws IOException {
        final MachineLoad load = new MachineLoad(runnable(1), () -> 4);
        assertTrue(load.beginLook(0));
        assertTrue(load.beginLook(1));
        assertFalse(load.beginLook(2));
        load.endLook();
        assertTrue(load.beginLook(3));
    }

    @Test
    void nobodyLooksWhileMoreThreadsAreRunnableThanThereAreProcessors() throws IOException {
        final MachineLoad load = new MachineLoad(runnable(5), () -> 4);
        assertFalse(load.beginLook(0));
        runnable(4);
        assertFalse(load.beginLook(BUSY_SAMPLE_NS - 1), "read too often");
        assertTrue(load.beginLook(BUSY_SAMPLE_NS));
        load.endLook();
        runnable(17);
        assertTrue(load.beginLook(BUSY_SAMPLE_NS + SAMPLE_NS - 1), "read too often");
        load.endLook();
        assertFalse(load.beginLook(BUSY_SAMPLE_NS + SAMPLE_NS));
    }

    @Test
    void aThreadThatIsSuspendedNowAndThenLooksAgainAfterATimeSlice() throws IOException {
        final MachineLoad load = new MachineLoad(runnable(1), () -> 4);
        for (long suspendedNs = 5; suspendedNs < 10 * SECOND_NS; suspendedNs += SECOND_NS / 5) {
            assertTrue(load.beginLook(suspendedNs - 1));
            load.endLook();
            load.recordSuspension(suspendedNs);
            assertFalse(load.beginLook(suspendedNs + SLICE_NS - 1));
            assertTrue(load.beginLook(suspendedNs + SLICE_NS));
            load.endLook();
        }
    }

    @Test
    void nobodyLooksForHalfASecondAfterLookingThreadsWereSuspendedAgainAndAgain() throws IOException {
        final MachineLoad load = new MachineLoad(runnable(1), () -> 4);
        long nowNs = 5;
        int looks = 0;
        while (nowNs < 100 * SECOND_NS) {
            if (load.beginLook(nowNs)) {
                looks++;
                load.endLook();
                load.recordSuspension(nowNs);
            }
            nowNs += SAMPLE_NS / 20;
        }
        assertTrue(looks >= 190 && looks <= 210, looks + " looks in 100 s");
        load.recordSuspension(nowNs);
        assertFalse(load.beginLook(nowNs + LONGEST_PAUSE_NS - 1));
        assertTrue(load.beginLook(nowNs + LONGEST_PAUSE_NS));
    }

    @Test
    void aCalmTimeEndsTheLongPauses() throws IOException {
        final MachineLoad load = new MachineLoad(runnable(1), () -> 4);
        for (int i = 0; i < 10; i++) {
            load.recordSuspension(i);
        }
        final long calmNs = LONGEST_PAUSE_NS + SECOND_NS / 5;
        assertTrue(load.beginLook(calmNs));
        load.endLook();
        load.recordSuspension(calmNs);
        assertTrue(load.beginLook(calmNs + SLICE_NS));
    }

    @Test
    void aMachineWithUnknownLoadHasProcessorsToSpare() {
        assertTrue(new MachineLoad(folder.resolve("absent"), () -> 2).beginLook(0));
    }
}
