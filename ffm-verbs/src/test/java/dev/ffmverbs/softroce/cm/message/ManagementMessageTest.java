// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.softroce.wire.IntField;
import dev.ffmverbs.softroce.wire.LongField;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares messages byte for byte with those of Linux and with the layouts in IBTA volume 1, chapter 12. */
@Timeout(20)
class ManagementMessageTest {

    private static final InetSocketAddress LINUX = new InetSocketAddress("10.9.8.1", 34_201);
    private static final InetSocketAddress LISTENER = new InetSocketAddress("10.9.8.2", 7174);

    private static byte[] bytes(final ManagementMessage message) {
        final byte[] bytes = new byte[256];
        message.datagram().get(bytes);
        return bytes;
    }

    @Test
    void readsTheRequestOfLinux() {
        final ManagementMessage request = GoldenDatagram.REQUEST.message();

        assertEquals(7174, ServiceId.portNumber(request.get(RequestFields.SERVICE_ID)));
        assertEquals(
            new AddressHeader(
                34_201, LINUX.getAddress(), LISTENER.getAddress()),
            AddressHeader.read(request));
        assertEquals(19, request.get(RequestFields.ACKNOWLEDGE_TIMEOUT));
        assertEquals(0x0498D, request.get(RequestFields.FLOW_LABEL));
        assertEquals(20, request.get(RequestFields.LOCAL_RESPONSE_TIMEOUT));
        assertEquals(15, request.get(RequestFields.MAXIMUM_RETRIES));
    }

    @Test
    void setsWholeBytesAndNoOthers() {
        assertBytes(IdFields.LOCAL_ID, 24, 28);
        assertBytes(IdFields.REMOTE_ID, 28, 32);
        assertBytes(RequestFields.SERVICE_ID, 32, 40);
        assertBytes(RequestFields.CHANNEL_ADAPTER_GUID, 40, 48);
        assertBytes(RequestFields.QUEUE_PAIR, 56, 59);
        assertBytes(RequestFields.RESPONDER_RESOURCES, 59, 60);
        assertBytes(RequestFields.INITIATOR_DEPTH, 63, 64);
        assertBytes(RequestFields.STARTING_PSN, 68, 71);
        assertBytes(RequestFields.PARTITION_KEY, 72, 74);
        assertBytes(RequestFields.LOCAL_LID, 76, 78);
        assertBytes(RequestFields.REMOTE_LID, 78, 80);
        assertBytes(RequestFields.LOCAL_GID_HIGH, 80, 88);
        assertBytes(RequestFields.LOCAL_GID_LOW, 88, 96);
        assertBytes(RequestFields.REMOTE_GID_HIGH, 96, 104);
        assertBytes(RequestFields.REMOTE_GID_LOW, 104, 112);
        assertBytes(RequestFields.TRAFFIC_CLASS, 116, 117);
        assertBytes(RequestFields.HOP_LIMIT, 117, 118);
        assertBytes(ReplyFields.QUEUE_PAIR, 36, 39);
        assertBytes(ReplyFields.STARTING_PSN, 44, 47);
        assertBytes(ReplyFields.RESPONDER_RESOURCES, 48, 49);
        assertBytes(ReplyFields.INITIATOR_DEPTH, 49, 50);
        assertBytes(ReplyFields.CHANNEL_ADAPTER_GUID, 52, 60);
        assertBytes(AnswerFields.REASON, 34, 36);
        assertBytes(AnswerFields.INFORMATION, 36, 44);
        assertBytes(AnswerFields.INFORMATION_BYTE, 36, 37);
        assertBytes(AnswerFields.REMOTE_QUEUE_PAIR, 32, 35);
    }

    private static void assertBytes(final LongField field, final int from, final int to) {
        final ManagementMessage message = ManagementMessage.create(MessageType.REQUEST, 0).set(field, -1L);
        assertOnes(message, field, from, to);
        assertEquals(-1L, message.get(field));
    }

    private static void assertBytes(final IntField field, final int from, final int to) {
        final int ones = -1 >>> (Integer.SIZE - field.bits());
        final ManagementMessage message = ManagementMessage.create(MessageType.REQUEST, 0).set(field, ones);
        assertOnes(message, field, from, to);
        assertEquals(ones, message.get(field));
    }

    private static void assertOnes(
        final ManagementMessage message, final Object field, final int from, final int to) {
        final byte[] bytes = bytes(message);
        for (int i = 24; i < 256; i++) {
            assertEquals(i >= from && i < to ? (byte) 0xFF : 0, bytes[i], field + ", byte " + i);
        }
    }

    @Test
    void setsBitsAndNoOthers() {
        assertBits(RequestFields.REMOTE_RESPONSE_TIMEOUT, 67, 0xF8);
        assertBits(RequestFields.TRANSPORT, 67, 0x06);
        assertBits(RequestFields.LOCAL_RESPONSE_TIMEOUT, 71, 0xF8);
        assertBits(RequestFields.RETRY_COUNT, 71, 0x07);
        assertBits(RequestFields.PATH_MTU, 74, 0xF0);
        assertBits(RequestFields.RNR_RETRY_COUNT, 74, 0x07);
        assertBits(RequestFields.MAXIMUM_RETRIES, 75, 0xF0);
        assertBits(RequestFields.ACKNOWLEDGE_TIMEOUT, 119, 0xF8);
        assertBits(ReplyFields.TARGET_ACKNOWLEDGE_DELAY, 50, 0xF8);
        assertBits(ReplyFields.RNR_RETRY_COUNT, 51, 0xE0);
        assertBits(AnswerFields.ANSWERED_MESSAGE, 32, 0xC0);
        assertBits(AnswerFields.SERVICE_TIMEOUT, 33, 0xF8);
        assertBits(AnswerFields.INFORMATION_BYTES, 33, 0xFE);
    }

    private static void assertBits(final IntField field, final int byteInMad, final int mask) {
        final ManagementMessage message = ManagementMessage.create(MessageType.REQUEST, 0);
        final int ones = (1 << field.bits()) - 1;
        final byte[] bytes = bytes(message.set(field, ones));
        for (int i = 24; i < 256; i++) {
            assertEquals(i == byteInMad ? (byte) mask : 0, bytes[i], field + ", byte " + i);
        }
        assertEquals(ones, message.get(field));
        assertThrows(IllegalArgumentException.class, () -> message.set(field, ones + 1));
    }

    @ParameterizedTest
    @EnumSource
    void endsWithItsPrivateData(final MessageType type) {
        final byte[] data = new byte[type.privateDataBytes()];
        Arrays.fill(data, (byte) 0x5A);
        final ManagementMessage message = ManagementMessage.create(type, 0).setPrivateData(0, data);

        assertArrayEquals(data, message.privateData());
        assertEquals(256, 24 + type.privateDataOffset() + type.privateDataBytes());
        assertThrows(IllegalArgumentException.class, () -> message.setPrivateData(1, data));
    }

    /** Bytes of the header and of the attribute id. All of them must be correct. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 16, 17})
    void isNotAMessageIfItsHeaderDiffers(final int offset) {
        final ByteBuffer datagram = ByteBuffer.wrap(bytes(GoldenDatagram.REQUEST.message()));
        datagram.put(offset, (byte) (datagram.get(offset) ^ 0x40));

        assertNull(ManagementMessage.parse(datagram));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 24, 255, 257})
    void isNotAMessageIfItsLengthDiffers(final int length) {
        assertNull(ManagementMessage.parse(ByteBuffer.allocate(length)));
    }

    @ParameterizedTest
    @CsvSource({"18, 15, 19", "14, 10, 15", "14, 15, 16", "16, 15, 17", "14, 16, 17", "14, 20, 20", "31, 0, 31"})
    void timeoutCoversTheRoundTripAndThePeersDelay(final int lifeTime, final int delay, final int expected) {
        assertEquals(expected, TimeCode.acknowledgeTimeout(delay, lifeTime));
    }
}
