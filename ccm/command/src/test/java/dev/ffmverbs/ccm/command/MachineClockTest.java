// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.command.OwnershipUses.Use;
import java.rmi.RemoteException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MachineClockTest {

    private static final long AHEAD_NS = TimeUnit.HOURS.toNanos(5);
    private static final long DRIFT_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private long aheadNs = AHEAD_NS;

    private long readNs() {
        return System.nanoTime() + aheadNs;
    }

    /** The use of one moment of this machine's time, as the other machine records it. */
    private Use convert(final MachineClock clock, final long ns) {
        return clock.convert("A", new long[] {7, ns + aheadNs, ns + aheadNs});
    }

    @Test
    void aUseOnThisMachineKeepsItsTimes() {
        assertEquals(new Use("A", 7, 100, 200), MachineClock.ofThisMachine().convert("A", new long[] {7, 100, 200}));
        assertEquals(0, MachineClock.ofThisMachine().uncertaintyNs());
    }

    @Test
    void aUseIsAsShortAsItCanHaveBeen() throws RemoteException {
        final MachineClock clock = MachineClock.of(this::readNs);
        final long nowNs = System.nanoTime();

        final Use use = convert(clock, nowNs);

        assertTrue(use.firstNs() >= nowNs && use.lastNs() <= nowNs, () -> use + " at " + nowNs);
        assertTrue(use.firstNs() - use.lastNs() <= clock.uncertaintyNs(), () -> use + " at " + nowNs);
    }

    @Test
    void aUseBetweenTwoMeasurementsMayHaveTheOffsetOfEither() throws RemoteException {
        final MachineClock clock = MachineClock.of(this::readNs);
        final long nowNs = System.nanoTime();
        final Use recorded = convert(clock, nowNs);
        aheadNs += DRIFT_NS;
        clock.measure();

        final Use use = clock.convert("A", new long[] {7, nowNs + AHEAD_NS, nowNs + AHEAD_NS});

        assertEquals(recorded.firstNs(), use.firstNs());
        assertTrue(use.lastNs() <= nowNs - DRIFT_NS, () -> use + " at " + nowNs);
    }
}
