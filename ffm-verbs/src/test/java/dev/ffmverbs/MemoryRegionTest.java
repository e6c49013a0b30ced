// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryRegionTest {

    private static final long MORE_THAN_2_GIB = (2L << 30) + 4096;
    private static final long MAGIC = 0x0123_4567_89AB_CDEFL;

    private static void withDomain(final DevicePair devices, final Consumer<ProtectionDomain> test) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain()) {
            test.accept(domain);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void peersReadMemoryAtItsPredeterminedAddress(final DevicePair devices) {
        final long iova = 0x7000_0000_0000L;
        try (ConnectedPair pair = new ConnectedPair(devices); Arena arena = Arena.ofShared();
             MemoryRegion local = pair.left.domain.allocate(8, Access.LOCAL_WRITE)) {
            final MemorySegment memory = arena.allocate(4096, 4096);
            memory.set(ValueLayout.JAVA_LONG, 64, MAGIC);
            try (MemoryRegion remote = Unsupported.orSkip(
                () -> pair.right.domain.registerAt(memory, iova, Access.REMOTE_READ))) {
                assertEquals(iova, remote.iova());

                final WorkCompletionStatus status = pair.left.execute(SendRequest.allocate(1)
                    .read(iova + 64, remote.rkey()).localMemory(local, 0, 8));

                assertEquals(WorkCompletionStatus.SUCCESS, status);
                assertEquals(MAGIC, local.segment().get(ValueLayout.JAVA_LONG, 0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void peersReadTheFarEndOfARegionAboveTwoGibibytes(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices);
             MemoryRegion local = pair.left.domain.allocate(8, Access.LOCAL_WRITE);
             MemoryRegion remote = pair.right.domain.allocate(MORE_THAN_2_GIB, Access.REMOTE_READ)) {
            assertEquals(MORE_THAN_2_GIB, remote.lengthBytes());
            remote.segment().set(ValueLayout.JAVA_LONG, MORE_THAN_2_GIB - 8, MAGIC);

            final WorkCompletionStatus status = pair.left.execute(SendRequest.allocate(1)
                .read(remote.iova() + MORE_THAN_2_GIB - 8, remote.rkey()).localMemory(local, 0, 8));

            assertEquals(WorkCompletionStatus.SUCCESS, status);
            assertEquals(MAGIC, local.segment().get(ValueLayout.JAVA_LONG, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesMemoryOnTheHeap(final DevicePair devices) {
        withDomain(devices, domain -> {
            final IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> domain.register(MemorySegment.ofArray(new byte[64])));
            assertTrue(refused.getMessage().contains("on the heap"), refused.getMessage());
        });
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesMemoryOfAClosedArena(final DevicePair devices) {
        withDomain(devices, domain -> {
            final Arena arena = Arena.ofShared();
            final MemorySegment memory = arena.allocate(64);
            arena.close();
            final IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> domain.register(memory));
            assertTrue(refused.getMessage().contains("arena"), refused.getMessage());
        });
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesEmptyMemory(final DevicePair devices) {
        withDomain(devices, domain -> {
            final MemorySegment empty = Arena.global().allocate(64).asSlice(0, 0);
            assertTrue(assertThrows(IllegalArgumentException.class, () -> domain.register(empty))
                .getMessage().contains("empty"));
            assertTrue(assertThrows(IllegalArgumentException.class, () -> domain.allocate(0))
                .getMessage().contains("lengthBytes is 0"));
        });
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesMemoryConfinedToOneThread(final DevicePair devices) {
        withDomain(devices, domain -> {
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment memory = arena.allocate(64);
                assertTrue(assertThrows(IllegalArgumentException.class, () -> domain.register(memory))
                    .getMessage().contains("confined to one thread"));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void ownedMemoryIsFreedWhenTheRegionIsClosed(final DevicePair devices) {
        withDomain(devices, domain -> {
            final MemoryRegion region = domain.allocate(64, Access.LOCAL_WRITE);
            assertTrue(region.segment().scope().isAlive());

            region.close();
            region.close();

            assertFalse(region.segment().scope().isAlive());
        });
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void borrowedMemoryOutlivesTheRegion(final DevicePair devices) {
        withDomain(devices, domain -> {
            try (Arena arena = Arena.ofShared()) {
                final MemorySegment memory = arena.allocate(64);
                domain.register(memory, Access.LOCAL_WRITE).close();
                assertTrue(memory.scope().isAlive());
            }
        });
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aClosedRegionCannotBeNamedInARequest(final DevicePair devices) {
        withDomain(devices, domain -> {
            final MemoryRegion region = domain.allocate(64, Access.LOCAL_WRITE);
            region.close();
            final IllegalStateException refused = assertThrows(IllegalStateException.class,
                () -> SendRequest.allocate(1).localMemory(region, 0, 8));
            assertTrue(refused.getMessage().contains("is closed"), refused.getMessage());
        });
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void peersWriteAndReadMemoryOfRelaxedOrdering(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion source = TestMemory.region(pair.left, 3000, 71, Access.RELAXED_ORDERING);
            final MemoryRegion result =
                TestMemory.zeros(pair.left, 3000, Access.LOCAL_WRITE, Access.RELAXED_ORDERING);
            final MemoryRegion target = TestMemory.zeros(pair.right, 3000,
                Access.LOCAL_WRITE, Access.REMOTE_WRITE, Access.REMOTE_READ, Access.RELAXED_ORDERING);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .write(target.iova(), target.rkey()).localMemory(source, 0, 3000)));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .read(target.iova(), target.rkey()).localMemory(result, 0, 3000)));

            TestMemory.assertSame(source, 0, target, 0, 3000);
            TestMemory.assertSame(source, 0, result, 0, 3000);
        }
    }
}
