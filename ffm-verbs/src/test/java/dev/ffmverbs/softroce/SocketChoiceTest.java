// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Context;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.softroce.SoftRoceSettings.Socket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which socket a device uses, how it reports the choice, and that both sockets interoperate. */
@Timeout(60)
class SocketChoiceTest {

    private static final int ROUNDS = 50;
    private static final int MESSAGE_BYTES = 60_001;
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(42_791);

    private static String add(final String address, final int udpPort, final Socket socket) {
        return SoftDevices.add(address, SoftRoceSettings.DEFAULT.withUdpPort(udpPort).withSocket(socket));
    }

    @ParameterizedTest
    @CsvSource({"FAST, FAST", "FAST, CHANNEL", "CHANNEL, FAST", "CHANNEL, CHANNEL"})
    void devicesWithAnySocketsUnderstandEachOther(final Socket left, final Socket right) {
        final int udpPort = NEXT_PORT.getAndIncrement();
        try (SoftEndpoint from = new SoftEndpoint(add(SoftDevices.LEFT_ADDRESS, udpPort, left));
             SoftEndpoint to = new SoftEndpoint(add(SoftDevices.RIGHT_ADDRESS, udpPort, right))) {
            from.connect(to);
            to.connect(from);
            final byte[] content = new byte[MESSAGE_BYTES];
            for (int round = 0; round < ROUNDS; round++) {
                new Random(round).nextBytes(content);
                MemorySegment.copy(content, 0, from.memory.segment(), ValueLayout.JAVA_BYTE, 0, MESSAGE_BYTES);
                complete(from, SendRequest.allocate(1).localMemory(from.memory, 0, MESSAGE_BYTES)
                    .write(to.memory.iova(), to.memory.rkey()));
                from.memory.segment().fill((byte) 0);
                complete(from, SendRequest.allocate(1).localMemory(from.memory, 0, MESSAGE_BYTES)
                    .read(to.memory.iova(), to.memory.rkey()));
                assertEquals(-1, MemorySegment.mismatch(MemorySegment.ofArray(content), 0, MESSAGE_BYTES,
                    from.memory.segment(), 0, MESSAGE_BYTES), "round " + round);
            }
            assertEquals(0, from.context.portStatistics(1).get("DROPPED_CHECKSUM"));
            assertEquals(0, to.context.portStatistics(1).get("DROPPED_CHECKSUM"));
        }
    }

    private static void complete(final SoftEndpoint from, final SendRequest request) {
        from.post(request.signal(true));
        from.poll(1);
        assertEquals(WorkCompletionStatus.SUCCESS, from.completions.status(0), from.completions.describe(0));
    }

    @ParameterizedTest
    @CsvSource({"AUTOMATIC, fast socket", "FAST, fast socket", "CHANNEL, channel socket: it was asked for"})
    void theSocketInUseIsTold(final Socket socket, final String description) {
        final String name = add(SoftDevices.LEFT_ADDRESS, NEXT_PORT.getAndIncrement(), socket);
        assertEquals(Optional.empty(), SoftRoceDevices.describeSocket(name), "not open");
        try (Context context = Verbs.open(name)) {
            assertEquals(Optional.of(description), SoftRoceDevices.describeSocket(name));
            assertEquals("soft, " + description, context.attributes().firmwareVersion());
        }
    }

    @Test
    void aSystemPropertyChoosesTheSocketOfOneDevice() {
        final String property = SoftRoceDevices.SOCKET_PROPERTY + "." + SoftDevices.nextName();
        System.setProperty(property, "Channel");
        try (Context context = Verbs.open(
            add(SoftDevices.LEFT_ADDRESS, NEXT_PORT.getAndIncrement(), Socket.AUTOMATIC))) {
            assertTrue(context.attributes().firmwareVersion().contains("channel"));
        } finally {
            System.clearProperty(property);
        }
    }

    @Test
    void anUnknownSocketIsRefusedWithItsName() {
        final String property = SoftRoceDevices.SOCKET_PROPERTY + "." + SoftDevices.nextName();
        System.setProperty(property, "quick");
        try {
            final String message = assertThrows(IllegalArgumentException.class, () -> add(
                SoftDevices.LEFT_ADDRESS, NEXT_PORT.getAndIncrement(), Socket.AUTOMATIC)).getMessage();
            assertTrue(message.contains(property) && message.contains("quick") && message.contains("channel"), message);
        } finally {
            System.clearProperty(property);
        }
        assertThrows(NoSuchElementException.class, () -> SoftRoceDevices.describeSocket("soft99"));
        assertThrows(IllegalArgumentException.class, () -> SoftRoceSettings.DEFAULT.withSocket(null));
    }
}
