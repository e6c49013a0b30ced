// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ring.MessageHandler;
import dev.ffmverbs.ring.MessageRingReader;
import dev.ffmverbs.ring.MessageRingWriter;
import dev.ffmverbs.softroce.AllocatedBytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that one end writes into the memory of the other. */
@Timeout(120)
class MessageRingTest {

    static final int CAPACITY = 1024;
    private static final int LONGEST = CAPACITY / 4 - 16;

    /** A ring in which the left end writes and the right end reads. */
    static final class Ring implements AutoCloseable {
        final ConnectedPair pair;
        final MessageRingWriter writer;
        final MessageRingReader reader;
        final MemorySegment message = Arena.ofAuto().allocate(1 << 20);

        Ring(final DevicePair devices, final int capacity, final int sendRequests) {
            pair = new ConnectedPair(devices, new ConnectedPair.Setup() {
                @Override
                QueuePairConfiguration configuration(final CompletionQueue queue) {
                    return super.configuration(queue).withSendRequests(sendRequests);
                }
            });
            writer = pair.left.opens(MessageRingWriter.allocate(pair.left.domain, capacity));
            reader = pair.right.opens(MessageRingReader.allocate(pair.right.domain, capacity));
            writer.connect(pair.left.queuePair, RemoteMemory.ofBytes(reader.remoteMemory().toBytes()));
            reader.connect(pair.right.queuePair, RemoteMemory.ofBytes(writer.remoteMemory().toBytes()));
        }

        Ring(final DevicePair devices) {
            this(devices, CAPACITY, 16);
        }

        /** Fills a message with what a number says, so that every byte can be checked. */
        boolean write(final int number, final int length) {
            for (int i = 0; i < length; i++) {
                message.set(ValueLayout.JAVA_BYTE, i, expected(number, i));
            }
            return writer.write(message, 0, length);
        }

        static byte expected(final int number, final int index) {
            return (byte) (31 * number + 7 * index + 1);
        }

        /** Reads until there are as many messages, and returns their lengths. */
        List<Integer> read(final int first, final int count) {
            final List<Integer> lengths = new ArrayList<>();
            final long startNs = System.nanoTime();
            while (lengths.size() < count) {
                reader.read((memory, offset, length) -> {
                    for (int i = 0; i < length; i++) {
                        if (memory.get(ValueLayout.JAVA_BYTE, offset + i) != expected(first + lengths.size(), i)) {
                            throw new AssertionError(
                                "byte " + i + " of message " + (first + lengths.size()) + " of " + length + " bytes");
                        }
                    }
                    lengths.add(length);
                }, count - lengths.size());
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20), lengths.size() + " arrived");
                Thread.yield();
            }
            return lengths;
        }

        void writeSurely(final int number, final int length) {
            final long startNs = System.nanoTime();
            while (!write(number, length)) {
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20), "no room");
                Thread.yield();
            }
        }

        @Override
        public void close() {
            pair.left.queuePair.close();
            pair.right.queuePair.close();
            pair.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void messagesArriveWholeAndInOrder(final DevicePair devices) {
        try (Ring ring = new Ring(devices)) {
            assertEquals(0, ring.reader.read((memory, offset, length) -> {
                throw new AssertionError("nothing was written");
            }, 1));
            ring.writeSurely(0, 5);
            ring.writeSurely(1, 0);
            ring.writeSurely(2, LONGEST);
            assertEquals(List.of(5, 0, LONGEST), ring.read(0, 3));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void messagesOfAllLengthsGoRoundTheRingManyTimes(final DevicePair devices) throws Exception {
        for (final int sendRequests : new int[] {8, 64}) {
            try (Ring ring = new Ring(devices, CAPACITY, sendRequests)) {
                final int count = 400;
                final long seed = 11;
                final Thread reading = Thread.currentThread();
                final CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
                    final Random lengths = new Random(seed);
                    for (int number = 0; number < count && reading.isAlive(); number++) {
                        ring.writeSurely(number, lengths.nextInt(LONGEST + 1));
                    }
                });
                final Random lengths = new Random(seed);
                for (int number = 0; number < count; number++) {
                    assertEquals(List.of(lengths.nextInt(LONGEST + 1)), ring.read(number, 1));
                }
                written.get(20, TimeUnit.SECONDS);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aFullRingTakesNothingUntilTheReaderReads(final DevicePair devices) {
        try (Ring ring = new Ring(devices, CAPACITY, 64)) {
            int written = 0;
            while (ring.write(written, 48)) {
                written++;
            }
            assertEquals(CAPACITY / 64, written);
            assertFalse(ring.write(written, 48));

            ring.read(0, 4);
            ring.writeSurely(written, 48);
            ring.read(4, written - 3);
        }
    }

    /** Whatever the offset, the longest message fits once the reader has read everything. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theLongestMessageFitsWhereverTheRingIs(final DevicePair devices) {
        try (Ring ring = new Ring(devices)) {
            int number = 0;
            for (int offset = 0; offset < CAPACITY / 16; offset++) {
                ring.writeSurely(number, LONGEST);
                ring.read(number++, 1);
                ring.writeSurely(number, 0);
                ring.read(number++, 1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesWhatCannotWork(final DevicePair devices) {
        try (Ring ring = new Ring(devices)) {
            final ProtectionDomain domain = ring.pair.left.domain;
            assertEquals("a message of 241 bytes; this ring takes 0 to 240",
                assertThrows(IllegalArgumentException.class, () -> ring.write(0, LONGEST + 1)).getMessage());
            assertThrows(IllegalArgumentException.class, () -> ring.writer.write(ring.message, 0, -1));
            assertThrows(IndexOutOfBoundsException.class, () -> ring.writer.write(ring.message, (1 << 20) - 4, 5));
            assertThrows(IllegalArgumentException.class, () -> MessageRingWriter.allocate(domain, 512));
            assertThrows(IllegalArgumentException.class, () -> MessageRingReader.allocate(domain, 1025));
            assertThrows(IllegalStateException.class,
                () -> ring.writer.connect(ring.pair.left.queuePair, ring.reader.remoteMemory()));
            try (MessageRingWriter other = MessageRingWriter.allocate(domain, 2048);
                 QueuePair small = domain.createQueuePair(
                     QueuePairConfiguration.unreliableConnection(ring.pair.left.queue))) {
                assertThrows(IllegalStateException.class, () -> other.write(ring.message, 0, 1), "not connected");
                assertEquals("the peer's ring has a capacity of 1024 bytes, and this one 2048",
                    assertThrows(IllegalArgumentException.class,
                        () -> other.connect(ring.pair.left.queuePair, ring.reader.remoteMemory())).getMessage());
                assertThrows(IllegalArgumentException.class,
                    () -> other.connect(small, other.remoteMemory()));
            }
            ring.writeSurely(0, 4);
            assertEquals(List.of(4), ring.read(0, 1));
        }
    }

    private static String refusal(final Runnable connecting) {
        return assertThrows(IllegalArgumentException.class, connecting::run).getMessage();
    }

    /** Otherwise two writers would fill each other's rings, and two readers would wait without end. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aWriterMeetsAReaderOfTheSameCapacityInTheDomainOfItsQueuePair(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final QueuePair queuePair = pair.left.queuePair;
            final MessageRingWriter writer = pair.left.opens(MessageRingWriter.allocate(pair.left.domain, 4096));
            final MessageRingReader reader = pair.left.opens(MessageRingReader.allocate(pair.left.domain, 4096));
            final MessageRingReader larger = pair.left.opens(MessageRingReader.allocate(pair.left.domain, 8192));
            final MemoryRegion other = pair.left.opens(pair.left.domain.allocate(5000, Access.LOCAL_WRITE));
            final ProtectionDomain foreign = pair.left.opens(pair.left.context.allocateProtectionDomain());
            final MessageRingWriter stranger = pair.left.opens(MessageRingWriter.allocate(foreign, 4096));

            assertEquals("the peer is a writer and so is MessageRingWriter of 4096 bytes; a ring has a writer at one"
                + " end and a reader at the other", refusal(() -> writer.connect(queuePair, writer.remoteMemory())));
            assertEquals("the peer is a reader and so is MessageRingReader of 4096 bytes; a ring has a writer at one"
                + " end and a reader at the other", refusal(() -> reader.connect(queuePair, reader.remoteMemory())));
            assertEquals("the peer's ring has a capacity of 8192 bytes, and this one 4096",
                refusal(() -> writer.connect(queuePair, larger.remoteMemory())));
            assertEquals("the peer's memory has 5000 bytes, which no reader of a ring has; pass what remoteMemory()"
                + " returns there", refusal(() -> writer.connect(queuePair, other.remoteMemory())));
            final String domains = refusal(() -> stranger.connect(queuePair, reader.remoteMemory()));
            assertTrue(domains.contains(" is of another protection domain than MessageRingWriter of 4096"), domains);
            try (CompletionQueue small = pair.left.context.createCompletionQueue(1);
                 QueuePair deep = pair.left.domain.createQueuePair(QueuePairConfiguration.reliableConnection(small)
                     .withSendRequests(2 * small.capacity() + 8))) {
                final String room = refusal(() -> writer.connect(deep, reader.remoteMemory()));
                assertTrue(room.contains("send requests needs as many"), room);
            }
            writer.connect(queuePair, reader.remoteMemory());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aMessageWhoseHandlerThrowsCountsAsRead(final DevicePair devices) {
        try (Ring ring = new Ring(devices)) {
            ring.writeSurely(0, 8);
            ring.writeSurely(1, 9);
            final MessageHandler failing = (memory, offset, length) -> {
                throw new IllegalStateException("handled badly");
            };
            assertEquals("handled badly", assertThrows(IllegalStateException.class, () -> {
                while (ring.reader.read(failing, 1) == 0) {
                    Thread.onSpinWait();
                }
            }).getMessage());
            assertEquals(List.of(9), ring.read(1, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aReaderWhoseWriterWritesNonsenseSaysSo(final DevicePair devices) {
        final MessageHandler handler = (memory, offset, length) -> { };
        for (final long position : new long[] {16, CAPACITY + 16, -16, Long.MIN_VALUE}) {
            try (Ring ring = new Ring(devices)) {
                poke(ring.pair.left, ring.reader.remoteMemory(), position);
                final long startNs = System.nanoTime();
                final IllegalStateException refused = assertThrows(IllegalStateException.class, () -> {
                    while (System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20)) {
                        ring.reader.read(handler, 1);
                    }
                });
                assertTrue(refused.getMessage().contains("wrote what no writer writes"), refused.getMessage());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aWriterWhoseReaderClaimsWhatItCannotHaveReadSaysSo(final DevicePair devices) {
        for (final long position : new long[] {CAPACITY + 16, -16, Long.MIN_VALUE}) {
            try (Ring ring = new Ring(devices)) {
                poke(ring.pair.right, ring.writer.remoteMemory(), position);
                final long startNs = System.nanoTime();
                final IllegalStateException refused = assertThrows(IllegalStateException.class, () -> {
                    while (System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20)) {
                        ring.write(0, LONGEST);
                    }
                });
                assertTrue(refused.getMessage().contains("claims to have read"), refused.getMessage());
            }
        }
    }

    private static void poke(final ConnectedPair.Side side, final RemoteMemory memory, final long value) {
        final MemoryRegion source = TestMemory.zeros(side, 8);
        source.segment().set(ValueLayout.JAVA_LONG, 0, value);
        assertEquals(WorkCompletionStatus.SUCCESS,
            side.execute(SendRequest.allocate(1).write(memory, 0, 8).localMemory(source, 0, 8)));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aFailedConnectionIsReportedAndWhatHasArrivedCanBeRead(final DevicePair devices) {
        devices.requireOtherThanSiw("does not complete what is posted in ERROR");
        try (Ring ring = new Ring(devices)) {
            ring.writeSurely(0, 8);
            ring.read(0, 1);
            ring.pair.left.queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
            assertThrows(RequestFailedException.class, () -> {
                while (true) {
                    ring.write(1, LONGEST);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void whatWasFlushedCanBeReadAfterTheConnectionHasEnded(final DevicePair devices) {
        devices.requireOtherThanIwarp("completes a WRITE before the peer has it");
        try (Ring ring = new Ring(devices)) {
            assertTrue(ring.writer.flush(Duration.ZERO), "nothing was written");
            for (int number = 0; number < 4; number++) {
                ring.writeSurely(number, 100);
            }
            assertTrue(ring.writer.flush(Duration.ofSeconds(20)));
            assertTrue(ring.writer.flush(Duration.ofSeconds(-1)));
            ring.pair.left.queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
            assertEquals(List.of(100, 100, 100, 100), ring.read(0, 4));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void writingAndReadingAllocateNothing(final DevicePair devices) {
        AllocatedBytes.requireEscapeAnalysis();
        final AllocatedBytes allocated = AllocatedBytes.counter().orElseThrow();
        try (Ring ring = new Ring(devices, 1 << 16, 16)) {
            final MessageHandler handler = (memory, offset, length) -> { };
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 30; round++) {
                final long before = allocated.count();
                for (int message = 0; message < 300; message++) {
                    while (!ring.writer.write(ring.message, 0, 32)) {
                        Thread.onSpinWait();
                    }
                    while (ring.reader.read(handler, 1) == 0) {
                        Thread.onSpinWait();
                    }
                }
                least = Math.min(least, allocated.count() - before);
            }
            assertTrue(least < 3000, least + " bytes for 300 messages");
        }
    }
}
