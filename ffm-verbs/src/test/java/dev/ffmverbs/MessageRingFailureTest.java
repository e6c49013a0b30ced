// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.MessageRingTest.Ring;
import dev.ffmverbs.ring.MessageHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A ring whose connection fails, and ends that are used in another way than they ask for. */
@Timeout(120)
class MessageRingFailureTest {

    private static final MessageHandler NOBODY = (memory, offset, length) -> { };

    private static void await(final Ring ring, final MessageHandler handler) {
        final long startNs = System.nanoTime();
        while (ring.reader.read(handler, 1) == 0) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20), "no message arrived");
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aWriterWhoseConnectionHasFailedSaysSoEachTime(final DevicePair devices) {
        devices.requireOtherThanSiw("does not complete what is posted in ERROR");
        try (Ring ring = new Ring(devices)) {
            ring.pair.left.queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
            assertThrows(RequestFailedException.class, () -> {
                while (true) {
                    ring.write(0, 8);
                }
            });
            for (int again = 0; again < 3; again++) {
                assertThrows(RequestFailedException.class, () -> ring.write(0, 8));
                assertThrows(RequestFailedException.class, () -> ring.writer.flush(Duration.ofSeconds(20)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aReaderWhoseConnectionHasFailedPassesOnWhatHasArrivedAndThenSaysSoEachTime(final DevicePair devices) {
        devices.requireOtherThanIwarp("completes a WRITE before the peer has it");
        try (Ring ring = new Ring(devices)) {
            for (int number = 0; number < 4; number++) {
                ring.writeSurely(number, 200);
            }
            assertTrue(ring.writer.flush(Duration.ofSeconds(20)));
            ring.pair.right.queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));

            // Half of the ring is returned to the writer, which fails.
            final List<Integer> lengths = new ArrayList<>();
            final MessageHandler handler = (memory, offset, length) -> lengths.add(length);
            final long startNs = System.nanoTime();
            for (int told = 0; told < 3; told++) {
                assertThrows(RequestFailedException.class, () -> {
                    while (System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20)) {
                        ring.reader.read(handler, 1);
                    }
                });
                assertEquals(List.of(200, 200, 200, 200), lengths);
            }
        }
    }

    /** A read in a handler would return the space of the message that the handler has before it. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aHandlerCannotRead(final DevicePair devices) {
        try (Ring ring = new Ring(devices)) {
            ring.writeSurely(0, 100);
            ring.writeSurely(1, 100);
            await(ring, (memory, offset, length) -> assertTrue(assertThrows(IllegalStateException.class,
                () -> ring.reader.read(NOBODY, 1)).getMessage().contains("is being read")));
            await(ring, (memory, offset, length) -> assertEquals(100, length));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aHandlerMayCloseItsReader(final DevicePair devices) {
        try (Ring ring = new Ring(devices)) {
            ring.writeSurely(0, 100);
            ring.writeSurely(1, 100);
            assertTrue(ring.writer.flush(Duration.ofSeconds(20)));
            final MessageHandler closing = (memory, offset, length) -> ring.reader.close();
            assertThrows(IllegalStateException.class, () -> {
                while (true) {
                    ring.reader.read(closing, 2);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aReaderChecksItsArgumentsBeforeItTakesAMessage(final DevicePair devices) {
        try (Ring ring = new Ring(devices)) {
            ring.writeSurely(0, 100);
            assertTrue(ring.writer.flush(Duration.ofSeconds(20)));
            assertThrows(NullPointerException.class, () -> ring.reader.read(null, 1));
            assertEquals("limit is 0; it must be at least 1",
                assertThrows(IllegalArgumentException.class, () -> ring.reader.read(NOBODY, 0)).getMessage());
            assertThrows(IllegalArgumentException.class, () -> ring.reader.read(NOBODY, Integer.MIN_VALUE));
            assertEquals(List.of(100), ring.read(0, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aFlushWithTheMostNegativeTimeOnlyLooks(final DevicePair devices) {
        devices.requireOtherThanIwarp("notices at once that its peer is gone");
        try (Ring ring = new Ring(devices)) {
            // What is posted to a queue pair whose peer is closed stays outstanding for seconds.
            ring.pair.right.queuePair.close();
            ring.writeSurely(0, 8);
            final long startNs = System.nanoTime();
            assertFalse(ring.writer.flush(Duration.ofSeconds(Long.MIN_VALUE)));
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20), "it waited");
        }
    }
}
