// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FLUSH and ATOMIC WRITE: operations that say where the data is when they complete. */
@Timeout(120)
class PlacementTest {

    private static final long SEED = 71;
    private static final int LENGTH = 4096;
    private static final Access[] FLUSHED = {Access.LOCAL_WRITE, Access.REMOTE_WRITE, Access.FLUSH_GLOBAL};

    @TempDir
    private Path directory;

    /** Creates an end that lets the peer flush. It sends nothing, so that an ordinary queue pair is sufficient. */
    private static class GrantingSetup extends ConnectedPair.Setup {

        private final Access[] granted;

        GrantingSetup(final Access... granted) {
            this.granted = granted;
        }

        @Override
        void connect(
            final ConnectedPair.Side side, final QueuePair own, final ConnectedPair.Side peer,
            final QueuePair peers) {
            super.connect(side, own, peer, peers);
            if (granted.length > 0) {
                own.modify(new QueuePairAttributes().access(granted));
            }
        }
    }

    /** Creates an end that sends these operations in batches. */
    private static final class PlacingSetup extends GrantingSetup {

        private final SendOperation[] operations;

        PlacingSetup(final SendOperation operation, final Access... granted) {
            super(granted);
            this.operations = new SendOperation[] {SendOperation.WRITE, operation};
        }

        @Override
        QueuePair queuePair(final ConnectedPair.Side side) {
            return Unsupported.orSkip(() -> side.domain.createExtendedQueuePair(
                configuration(side.queue).withScatterGatherElements(1, 1), operations));
        }
    }

    private static ConnectedPair connect(
        final DevicePair devices, final SendOperation operation, final Access... granted) {
        devices.require();
        Assumptions.assumeFalse(Unsupported.isRxeBefore(devices.right(), 6, 2),
            () -> devices.right() + " is rxe of a Linux before 6.2, which knows no " + operation);
        return new ConnectedPair(devices, new PlacingSetup(operation, granted), new GrantingSetup(granted));
    }

    private static ConnectedPair flushing(final DevicePair devices, final Access... granted) {
        return connect(devices, SendOperation.FLUSH, granted);
    }

    private static ConnectedPair writing(final DevicePair devices) {
        return connect(devices, SendOperation.ATOMIC_WRITE);
    }

    private static SendBatch batch(final ConnectedPair pair) {
        return ((ExtendedQueuePair) pair.left.queuePair).start().signal(true);
    }

    private static WorkCompletionStatus execute(final ConnectedPair pair, final Consumer<SendBatch> request) {
        final SendBatch batch = batch(pair);
        request.accept(batch);
        assertEquals(1, batch.complete());
        return pair.left.awaitCompletion();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aFlushCompletesAfterTheWritesBeforeIt(final DevicePair devices) {
        try (ConnectedPair pair = flushing(devices, FLUSHED)) {
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH, SEED);
            final MemoryRegion target = TestMemory.zeros(pair.right, LENGTH, FLUSHED);

            final SendBatch batch = batch(pair);
            batch.workRequestId(1).write(target.iova(), target.rkey()).localMemory(source, 0, LENGTH);
            batch.workRequestId(2).flush(target.iova(), target.rkey(), LENGTH, FlushPlacement.GLOBAL);
            batch.workRequestId(3).flushRegion(target.rkey(), FlushPlacement.GLOBAL);
            assertEquals(3, batch.complete());

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(1, pair.left.completions.workRequestId(0));
            for (int number = 2; number <= 3; number++) {
                assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
                assertEquals(number, pair.left.completions.workRequestId(0));
                assertEquals(WorkCompletionOpcode.FLUSH, pair.left.completions.opcode(0));
            }
            TestMemory.assertSame(source, 0, target, 0, LENGTH);
        }
    }

    /** More than may be outstanding at a time, so that some wait for others. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void manyFlushesCompleteInOrder(final DevicePair devices) {
        try (ConnectedPair pair = flushing(devices, FLUSHED)) {
            final MemoryRegion target = TestMemory.zeros(pair.right, LENGTH, FLUSHED);
            final SendBatch batch = batch(pair);
            for (int number = 0; number < 20; number++) {
                batch.workRequestId(number).flush(target.iova() + number, target.rkey(), 1, FlushPlacement.GLOBAL);
            }
            assertEquals(20, batch.complete());
            for (int number = 0; number < 20; number++) {
                assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
                assertEquals(number, pair.left.completions.workRequestId(0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aRegionWithoutTheRightIsNotFlushed(final DevicePair devices) {
        try (ConnectedPair pair = flushing(devices, FLUSHED)) {
            final MemoryRegion target = TestMemory.zeros(pair.right, 64, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR, execute(pair,
                batch -> batch.flush(target.iova(), target.rkey(), 8, FlushPlacement.GLOBAL)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void nothingBeyondTheRegionIsFlushed(final DevicePair devices) {
        try (ConnectedPair pair = flushing(devices, FLUSHED)) {
            final MemoryRegion target = TestMemory.zeros(pair.right, 64, FLUSHED);
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR, execute(pair,
                batch -> batch.flush(target.iova() + 60, target.rkey(), 8, FlushPlacement.GLOBAL)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aQueuePairWithoutTheRightIsNotFlushedThrough(final DevicePair devices) {
        try (ConnectedPair pair = flushing(devices, Access.REMOTE_WRITE)) {
            final MemoryRegion target = TestMemory.zeros(pair.right, 64, FLUSHED);
            assertEquals(WorkCompletionStatus.REMOTE_INVALID_REQUEST, execute(pair,
                batch -> batch.flush(target.iova(), target.rkey(), 8, FlushPlacement.GLOBAL)));
        }
    }

    /** A file, mapped and registered, has the data when the FLUSH completes. Devices of real memory may refuse it. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aFlushToPersistentMemoryIsWrittenToTheFile(final DevicePair devices) throws IOException {
        final Path file = directory.resolve("log");
        try (ConnectedPair pair = flushing(devices, Access.REMOTE_WRITE, Access.FLUSH_PERSISTENT);
             Arena arena = Arena.ofShared();
             FileChannel channel = FileChannel.open(
                 file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH, arena);
            final MemoryRegion target = persistent(pair.right, mapped);
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH, SEED);

            final SendBatch batch = batch(pair);
            batch.write(target.iova(), target.rkey()).localMemory(source, 0, LENGTH);
            batch.flush(target.iova(), target.rkey(), LENGTH, FlushPlacement.PERSISTENT);
            assertEquals(2, batch.complete());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());

            assertEquals(-1, MemorySegment.ofArray(Files.readAllBytes(file))
                .mismatch(source.segment()));
            target.close();
        }
    }

    private static MemoryRegion persistent(final ConnectedPair.Side side, final MemorySegment mapped) {
        try {
            return side.opens(side.domain.register(
                mapped, Access.LOCAL_WRITE, Access.REMOTE_WRITE, Access.FLUSH_PERSISTENT));
        } catch (final VerbsException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void memoryThatIsNotPersistentIsNotRegisteredAsSuch(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain()) {
            final VerbsException refused = assertThrows(VerbsException.class,
                () -> domain.allocate(64, Access.LOCAL_WRITE, Access.FLUSH_PERSISTENT));
            assertEquals("ibv_reg_mr", refused.verb());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anAtomicWriteStoresEightBytes(final DevicePair devices) {
        try (ConnectedPair pair = writing(devices)) {
            final MemoryRegion target = TestMemory.zeros(pair.right, 24, Access.LOCAL_WRITE, Access.REMOTE_WRITE);

            assertEquals(WorkCompletionStatus.SUCCESS, execute(pair, batch -> batch.workRequestId(9)
                .atomicWrite(target.iova() + 8, target.rkey(), 0x0102_0304_0506_0708L)));

            assertEquals(9, pair.left.completions.workRequestId(0));
            assertEquals(WorkCompletionOpcode.ATOMIC_WRITE, pair.left.completions.opcode(0));
            assertEquals(0x0102_0304_0506_0708L, target.segment().get(ValueLayout.JAVA_LONG, 8));
            TestMemory.assertZero(target, 0, 8);
            TestMemory.assertZero(target, 16, 8);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anAtomicWriteIsNeverSeenHalf(final DevicePair devices) throws Exception {
        try (ConnectedPair pair = writing(devices)) {
            final MemoryRegion target = TestMemory.zeros(pair.right, 8, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            final AtomicBoolean stop = new AtomicBoolean();
            final long[] seen = new long[1];
            final Thread reader = Thread.ofPlatform().start(() -> {
                final VarHandle word = ValueLayout.JAVA_LONG.varHandle();
                while (!stop.get()) {
                    final long value = (long) word.getVolatile(target.segment(), 0L);
                    if (value != 0 && value != -1) {
                        seen[0] = value;
                    }
                }
            });
            for (int number = 0; number < 200; number++) {
                final long value = number % 2 == 0 ? -1 : 0;
                assertEquals(WorkCompletionStatus.SUCCESS,
                    execute(pair, batch -> batch.atomicWrite(target.iova(), target.rkey(), value)));
            }
            stop.set(true);
            reader.join();
            assertEquals(0, seen[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anAtomicWriteToAMisalignedAddressIsRefused(final DevicePair devices) {
        try (ConnectedPair pair = writing(devices)) {
            final MemoryRegion target = TestMemory.zeros(pair.right, 24, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            assertEquals(WorkCompletionStatus.REMOTE_INVALID_REQUEST,
                execute(pair, batch -> batch.atomicWrite(target.iova() + 4, target.rkey(), -1)));
            TestMemory.assertZero(target, 0, 24);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anAtomicWriteNeedsTheRightToWrite(final DevicePair devices) {
        try (ConnectedPair pair = writing(devices)) {
            final MemoryRegion target = TestMemory.zeros(pair.right, 8, Access.LOCAL_WRITE, Access.REMOTE_READ);
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR,
                execute(pair, batch -> batch.atomicWrite(target.iova(), target.rkey(), -1)));
            TestMemory.assertZero(target, 0, 8);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void operationsThatTheDeviceLacksAreRefusedByName(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(4)) {
            for (final SendOperation operation : new SendOperation[] {
                SendOperation.FLUSH, SendOperation.ATOMIC_WRITE}) {
                try {
                    domain.createExtendedQueuePair(
                        QueuePairConfiguration.reliableConnection(queue), operation).close();
                } catch (final UnsupportedVerbException refused) {
                    assertTrue(refused.verb().equals(operation.verb()) || refused.verb().equals("ibv_create_qp_ex"),
                        refused.getMessage());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aLengthThatNoFlushHasIsRefused(final DevicePair devices) {
        try (ConnectedPair pair = flushing(devices, FLUSHED)) {
            final SendBatch batch = batch(pair);
            assertThrows(IllegalArgumentException.class, () -> batch.flush(0, 0, -1, FlushPlacement.GLOBAL));
            assertThrows(IllegalArgumentException.class,
                () -> batch.flush(0, 0, (1L << 31) + 1, FlushPlacement.GLOBAL));
            assertThrows(UnsupportedVerbException.class, () -> batch.atomicWrite(0, 0, 0));
            batch.abort();
            assertThrows(IllegalStateException.class, () -> batch.flushRegion(0, FlushPlacement.GLOBAL));
        }
    }
}
