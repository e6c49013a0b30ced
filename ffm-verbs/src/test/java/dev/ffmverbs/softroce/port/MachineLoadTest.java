// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thread looks at a socket only if a processor has nothing else to do. */
class MachineLoadTest {

    private static final long SAMPLE_NS = 20_000_000;
    private static final long SECOND_NS = 1_000_000_000;

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
        assertFalse(load.beginLook(SAMPLE_NS - 1), "read too often");
        assertTrue(load.beginLook(SAMPLE_NS));
        load.endLook();
        runnable(17);
        assertFalse(load.beginLook(3 * SAMPLE_NS));
    }

    @Test
    void nobodyLooksForASecondAfterALookingThreadWasSuspended() throws IOException {
        final MachineLoad load = new MachineLoad(runnable(1), () -> 4);
        assertTrue(load.beginLook(0));
        load.endLook();
        load.recordSuspension(5);
        assertFalse(load.beginLook(SECOND_NS));
        assertTrue(load.beginLook(SECOND_NS + 5));
    }

    @Test
    void aMachineWithUnknownLoadHasProcessorsToSpare() {
        assertTrue(new MachineLoad(folder.resolve("absent"), () -> 2).beginLook(0));
    }
}
