// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.spi.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests messages between two sockets of the C library, and the wait for them. An interrupt does not end a C call, so
 * another thread enforces the time limit.
 */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UdpDescriptorTest {

    private static final int UDP_PORT = 14792;
    private static final int LEFT = address(0);
    private static final int RIGHT = address(3);

    private final MemorySegment content = Arena.ofAuto().allocate(1 << 17);
    private final OutgoingMessages outgoing = new OutgoingMessages(content, 8);
    private final IncomingMessages incoming = new IncomingMessages(4);
    private UdpDescriptor left;
    private UdpDescriptor right;
    private DescriptorWait wait;

    private static int address(final int number) {
        return IpAddress.of(InetAddress.ofLiteral(PrivateLoopbackAddresses.address(number))).ipv4();
    }

    @BeforeEach
    void open() throws IOException {
        left = open(LEFT);
        right = open(RIGHT);
        wait = new DescriptorWait(right);
        for (int i = 0; i < content.byteSize() / Integer.BYTES; i++) {
            content.setAtIndex(ValueLayout.JAVA_INT, i, i);
        }
    }

    private static UdpDescriptor open(final int address) throws IOException {
        final UdpDescriptor opened = new UdpDescriptor();
        opened.setBufferSizes(1 << 20, 1 << 20);
        opened.takeTrains();
        opened.bind(address, UDP_PORT);
        return opened;
    }

    @AfterEach
    void close() {
        wait.close();
        left.close();
        right.close();
    }

    private void put(final int index, final int offset, final int bytes, final int segmentBytes, final int tos) {
        outgoing.address(index, RIGHT, UDP_PORT);
        outgoing.content(index, offset, bytes, segmentBytes, tos);
    }

    private int receive() throws IOException {
        wait.await(null, TimeUnit.SECONDS.toNanos(10));
        return right.receive(incoming);
    }

    @Test
    void trainsAndPacketsArriveAsTheyWereSent() throws IOException {
        put(0, 0, 44, 0, 0);
        put(1, 44, 10 * 1000 + 500, 1000, 0x68);
        put(2, 20_000, 8, 0, 0x20);
        assertEquals(3, left.send(outgoing, 0, 3));

        assertEquals(3, receive());
        assertEquals(44, incoming.lengthBytes(0));
        assertEquals(44, incoming.segmentBytes(0));
        assertEquals(10_500, incoming.lengthBytes(1));
        assertEquals(1000, incoming.segmentBytes(1));
        assertEquals(8, incoming.segmentBytes(2), "a single packet after a train has its own length");
        assertEquals(-1, MemorySegment.mismatch(content, 44, 10_544, incoming.content(), incoming.offset(1),
            incoming.offset(1) + 10_500L));
        assertEquals(LEFT, incoming.sourceAddress(1));
        assertEquals(UDP_PORT, incoming.sourcePort(1));
        assertEquals(0, right.receive(incoming), "nothing more");
    }

    @Test
    void whatDoesNotFitInOneCallComesWithTheNext() throws IOException {
        for (int i = 0; i < 6; i++) {
            put(i, 100 * i, 4 * (i + 1), 0, 0);
        }
        assertEquals(6, left.send(outgoing, 0, 6));
        assertEquals(4, receive());
        assertEquals(16, incoming.lengthBytes(3));
        assertEquals(2, receive());
        assertEquals(24, incoming.lengthBytes(1));
    }

    @Test
    void oneMessageIsReceivedAlone() throws IOException {
        put(0, 0, 2500, 1000, 0);
        put(1, 3000, 7, 0, 0);
        put(2, 4000, 0, 0, 0);
        assertEquals(3, left.send(outgoing, 0, 3));
        wait.await(null, TimeUnit.SECONDS.toNanos(10));
        assertEquals(1, right.receiveOne(incoming));
        assertEquals(2500, incoming.lengthBytes(0));
        assertEquals(1000, incoming.segmentBytes(0));
        assertEquals(LEFT, incoming.sourceAddress(0));
        assertEquals(1, right.receiveOne(incoming));
        assertEquals(7, incoming.lengthBytes(0));
        assertEquals(7, incoming.segmentBytes(0));
        assertEquals(1, right.receiveOne(incoming));
        assertEquals(0, incoming.lengthBytes(0));
        assertEquals(0, right.receiveOne(incoming), "nothing more");
        assertEquals(0, right.receive(incoming), "nothing more");
        right.close();
        assertEquals(0, right.receiveOne(incoming));
    }

    @Test
    void theReasonOfARefusalIsReturned() throws IOException {
        put(0, 0, 66_000, 0, 0);
        assertEquals(-Errno.EMSGSIZE, left.send(outgoing, 0, 1));
        put(0, 0, 65_000, 100, 0);
        assertEquals(-Errno.EINVAL, left.send(outgoing, 0, 1), "650 segments are more than any kernel accepts");
        final UdpDescriptor third = new UdpDescriptor();
        final CallFailedException taken = assertThrows(CallFailedException.class, () -> third.bind(LEFT, UDP_PORT));
        assertEquals(Errno.EADDRINUSE, taken.errno());
        assertTrue(taken.getMessage().contains("EADDRINUSE"), taken.getMessage());
        third.close();
    }

    @Test
    void aClosedSocketIsNotTouched() throws IOException {
        assertTrue(left.avoidsFragments());
        left.close();
        left.close();
        assertFalse(left.isOpen());
        put(0, 0, 44, 0, 0);
        assertTrue(left.send(outgoing, 0, 1) < 0);
        assertEquals(0, left.receive(incoming));
        assertTrue(assertThrows(IOException.class, () -> left.bind(LEFT, UDP_PORT)).getMessage().contains("closed"));
    }

    @Test
    void aWaitEndsInTime() throws IOException {
        final long startNs = System.nanoTime();
        wait.await(null, 100_000);
        final long tookNs = System.nanoTime() - startNs;
        assertTrue(tookNs >= 100_000, tookNs + " ns");
        wait.await(left, Long.MAX_VALUE);
    }

    @Test
    void aWakeUpEndsThisWaitOrTheNext() throws Exception {
        wait.wakeUp();
        wait.wakeUp();
        wait.await(null, Long.MAX_VALUE);
        final Thread waker = Thread.ofPlatform().start(() -> {
            pause();
            wait.wakeUp();
        });
        wait.await(null, Long.MAX_VALUE);
        waker.join();
        wait.close();
        wait.wakeUp();
    }

    @Test
    void aWakeUpThatFailsForLackOfStackIsNotTheLast() throws IOException {
        wait.wakeUp();
        wait.await(null, Long.MAX_VALUE);
        wakeUpAtTheEndOfTheStack(0);
        wait.wakeUp();
        wait.await(null, Long.MAX_VALUE);
        wait.wakeUp();
        wait.await(null, Long.MAX_VALUE);
    }

    /** Wakes up repeatedly with more stack each time, from none to enough. Returns the depth of the stack. */
    private int wakeUpAtTheEndOfTheStack(final int depth) {
        try {
            return wakeUpAtTheEndOfTheStack(depth + 1);
        } catch (final StackOverflowError e) {
            wait.wakeUp();
            return depth;
        }
    }

    @Test
    void anInterruptEndsAWait() throws Exception {
        final Thread waiter = Thread.currentThread();
        final Thread interrupter = Thread.ofPlatform().start(() -> {
            pause();
            waiter.interrupt();
        });
        wait.await(null, Long.MAX_VALUE);
        assertTrue(Thread.interrupted());
        interrupter.join();
        Thread.currentThread().interrupt();
        wait.await(null, Long.MAX_VALUE);
        assertTrue(Thread.interrupted(), "an interrupt before the wait");
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(50));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
