// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.faults.FaultSettings.Partition;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the effect of injected faults between open devices over real sockets. Connections survive them. */
class InjectedFaultsTest {

    private static final int ROUNDS = 40;
    private static final int MESSAGE_BYTES = 8000;

    @AfterEach
    void heal() {
        SoftDevices.heal();
    }

    private static void complete(final SoftEndpoint from, final SendRequest request) {
        from.post(request.signal(true));
        from.poll(1);
        assertEquals(WorkCompletionStatus.SUCCESS, from.completions.status(0), from.completions.describe(0));
    }

    /** Performs WRITEs, READs and atomics. The data must be complete, and each atomic must execute once. */
    private static void exerciseBothWays(final SoftEndpoint from, final SoftEndpoint to) {
        final byte[] content = new byte[MESSAGE_BYTES];
        final long counter = to.memory.iova() + SoftEndpoint.MEMORY_BYTES - Long.BYTES;
        for (int round = 0; round < ROUNDS; round++) {
            new Random(round).nextBytes(content);
            MemorySegment.copy(content, 0, from.memory.segment(), ValueLayout.JAVA_BYTE, 0, MESSAGE_BYTES);
            complete(from, SendRequest.allocate(1).localMemory(from.memory, 0, MESSAGE_BYTES)
                .write(to.memory.iova(), to.memory.rkey()));
            assertEquals(-1, MemorySegment.mismatch(MemorySegment.ofArray(content), 0, MESSAGE_BYTES,
                to.memory.segment(), 0, MESSAGE_BYTES), "WRITE of round " + round);
            complete(from, SendRequest.allocate(1).localMemory(from.memory, MESSAGE_BYTES, MESSAGE_BYTES)
                .read(to.memory.iova(), to.memory.rkey()));
            assertEquals(-1, MemorySegment.mismatch(MemorySegment.ofArray(content), 0, MESSAGE_BYTES,
                from.memory.segment(), MESSAGE_BYTES, 2 * MESSAGE_BYTES), "READ of round " + round);
            complete(from, SendRequest.allocate(1).localMemory(from.memory, 0, Long.BYTES)
                .fetchAndAdd(counter, to.memory.rkey(), 1));
        }
        assertEquals(ROUNDS, to.memory.segment().get(ValueLayout.JAVA_LONG, SoftEndpoint.MEMORY_BYTES - Long.BYTES),
            "each atomic was executed once");
    }

    @ParameterizedTest
    @CsvSource({"drop, FAULTS_DROPPED", "duplicate, FAULTS_DUPLICATED", "reorder, FAULTS_REORDERED",
        "corrupt, FAULTS_CORRUPTED", "delay, FAULTS_DELAYED"})
    void everyKindIsCountedAndRepaired(final String kind, final String counter) {
        SoftRoceDevices.injectFaults(SoftDevices.LEFT, FaultSettings.parse("seed=11," + kind + "=0.2"));
        SoftRoceDevices.injectFaults(SoftDevices.RIGHT, FaultSettings.parse("seed=12," + kind + "=0.2"));
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
            from.connect(to);
            to.connect(from);
            exerciseBothWays(from, to);
            for (final SoftEndpoint end : new SoftEndpoint[] {from, to}) {
                final Map<String, Long> counted = end.context.portStatistics(1);
                assertTrue(counted.get(counter) >= 10, counted.toString());
            }
        }
    }

    @Test
    void aSystemPropertyInjectsFaultsIntoOneDevice() {
        final String name = SoftDevices.nextName();
        System.setProperty(SoftRoceDevices.FAULTS_PROPERTY + "." + name, "seed=5,drop=0.3,reorder=0.1");
        try {
            assertEquals(name, SoftDevices.add(
                PrivateLoopbackAddresses.address(1), SoftRoceSettings.DEFAULT.withUdpPort(41_791)));
        } finally {
            System.clearProperty(SoftRoceDevices.FAULTS_PROPERTY + "." + name);
        }
        try (SoftEndpoint from = new SoftEndpoint(name); SoftEndpoint to = new SoftEndpoint(name)) {
            from.connect(to);
            to.connect(from);
            exerciseBothWays(from, to);
            final Map<String, Long> counted = from.context.portStatistics(1);
            assertTrue(counted.get("FAULTS_DROPPED") >= 10 && counted.get("FAULTS_REORDERED") >= 5,
                counted.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Partition.class, names = {"OUTGOING", "INCOMING"})
    void aCutInOneDirectionIsReportedInTime(final Partition partition) {
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
            // 4.096 us * 2^12 is 17 ms, and four tries.
            from.connect(to, from.context.portAttributes(1).activeMtu(), 12, 3);
            to.connect(from);
            SoftRoceDevices.injectFaults(SoftDevices.LEFT, FaultSettings.NONE.withPartition(partition));
            final long startNs = System.nanoTime();
            from.post(SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 8)
                .read(to.memory.iova(), to.memory.rkey()));
            from.await();
            final long elapsedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            assertEquals(WorkCompletionStatus.RETRY_EXCEEDED, from.completions.status(0));
            assertTrue(elapsedMs >= 60, "all tries were made: " + elapsedMs + " ms");
            // A slow peer may answer the last tries after the request has ended.
            final Map<String, Long> counted = from.context.portStatistics(1);
            assertTrue(counted.get("FAULTS_DROPPED") >= (partition.cutsOutgoing() ? 4 : 1), counted.toString());
        }
    }

    @Test
    void unknownDevicesAreNamed() {
        final NoSuchElementException thrown = assertThrows(NoSuchElementException.class,
            () -> SoftRoceDevices.injectFaults("soft99", FaultSettings.NONE));
        assertTrue(thrown.getMessage().contains("soft99") && thrown.getMessage().contains(SoftDevices.LEFT),
            thrown.getMessage());
    }
}
