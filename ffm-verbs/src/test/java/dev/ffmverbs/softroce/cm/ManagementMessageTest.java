// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.spi.ConnectionParameterData;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages, byte for byte: against what Linux sent, and against the positions IBTA volume 1, chapter 12 gives. */
@Timeout(20)
class ManagementMessageTest {

    private static final InetSocketAddress LINUX = new InetSocketAddress("10.9.8.1", 34_201);
    private static final InetSocketAddress LISTENER = new InetSocketAddress("10.9.8.2", 7174);
    private static final long LINUX_GUID = 0xA40C_35FF_FEC4_E7C7L;

    /** What Linux 6.1 puts into its messages over rxe. */
    private static final CommunicationSettings LINUX_SETTINGS = new CommunicationSettings(20, 15, 20, 18, 15, 0);

    private static byte[] bytes(final ManagementMessage message) {
        final byte[] bytes = new byte[256];
        message.datagram().get(bytes);
        return bytes;
    }

    private static ManagementMessage withIds(final ManagementMessage message, final int local, final int remote) {
        return message.setId(MessageField.LOCAL_ID, local).setId(MessageField.REMOTE_ID, remote);
    }

    private static ManagementMessage requestWithTransaction(final long transactionId) {
        return ManagementMessage.create(MessageType.REQUEST, transactionId);
    }

    @Test
    void makesARequestAsLinuxDoes() {
        final ManagementMessage own = Messages.request(LINUX, LISTENER, 3,
            new ConnectionParameterData(17, new byte[0], 1, 1, 7, 7), LINUX_SETTINGS, 0x6_DD18_1C21L)
            .setId(MessageField.LOCAL_ID, 0x211C_18DD)
            .set(RequestFields.STARTING_PSN, 0x63_7A5B)
            .set(RequestFields.CHANNEL_ADAPTER_GUID, LINUX_GUID);

        assertArrayEquals(bytes(GoldenDatagram.REQUEST.message()), bytes(own));
    }

    @Test
    void makesAReplyAsLinuxDoes() {
        final ManagementMessage own = Messages.reply(requestWithTransaction(0xF093_0B44_89AE_086DL), 0x0A_5C73,
            new ConnectionParameterData(22, new byte[0], 1, 1, 0, 7), LINUX_SETTINGS, LINUX_GUID);

        assertArrayEquals(bytes(GoldenDatagram.REPLY.message()), bytes(withIds(own, 0x291C_18DD, 0x3AFA_FCB2)));
    }

    @Test
    void makesAReadyToUseAsLinuxDoes() {
        final ManagementMessage own = Messages.readyToUse(requestWithTransaction(0x6_DD18_1C21L));

        assertArrayEquals(
            bytes(GoldenDatagram.READY_TO_USE.message()), bytes(withIds(own, 0x211C_18DD, 0x24EC_25F7)));
    }

    @Test
    void makesAReceiptAsLinuxDoes() {
        final ManagementMessage own = Messages.receipt(
            requestWithTransaction(0x753B_31AD_0C88_EF2DL), AnswerFields.ANSWERS_REQUEST, 24);

        assertArrayEquals(bytes(GoldenDatagram.RECEIPT.message()), bytes(withIds(own, 0x2B1C_18DD, 0x70D2_5C00)));
    }

    @Test
    void makesARejectionForTimeoutAsLinuxDoes() {
        final ManagementMessage own = Messages.timeout(requestWithTransaction(0x6_DD18_1C25L), LINUX_GUID);

        assertArrayEquals(
            bytes(GoldenDatagram.REJECTION_FOR_TIMEOUT.message()), bytes(withIds(own, 0x251C_18DD, 0)));
    }

    @Test
    void refusesARequestAsLinuxDoes() {
        final ManagementMessage request =
            requestWithTransaction(0x2F8F_1E08_4272_AE4BL).setId(MessageField.LOCAL_ID, 0xF2F5_25B8);

        assertArrayEquals(bytes(GoldenDatagram.REJECTION_FOR_SERVICE_ID.message()),
            bytes(Messages.refusal(request, RejectReason.INVALID_SERVICE_ID)));
    }

    @Test
    void makesADisconnectRequestAsLinuxDoes() {
        final ManagementMessage own = Messages.disconnectRequest(0x6_DD18_1C21L, 0x4711);

        assertArrayEquals(
            bytes(GoldenDatagram.DISCONNECT_REQUEST.message()), bytes(withIds(own, 0x211C_18DD, 0x24EC_25F7)));
    }

    @Test
    void makesADisconnectReplyAsLinuxDoes() {
        final ManagementMessage request =
            withIds(ManagementMessage.create(MessageType.DISCONNECT_REQUEST, 0x8275_5C1E_C4E3_9588L),
                0x362B_9183, 0x281C_18DD);

        assertArrayEquals(
            bytes(GoldenDatagram.DISCONNECT_REPLY.message()), bytes(Messages.disconnectReply(request)));
    }

    @Test
    void readsTheRequestOfLinux() {
        final ManagementMessage request = GoldenDatagram.REQUEST.message();

        assertEquals(7174, ServiceId.port(request.get(RequestFields.SERVICE_ID)));
        assertEquals(
            new AddressHeader(
                34_201, (Inet4Address) LINUX.getAddress(), (Inet4Address) LISTENER.getAddress()),
            AddressHeader.read(request));
        assertEquals(19, request.getInt(RequestFields.ACKNOWLEDGE_TIMEOUT));
        assertEquals(0x0498D, request.getInt(RequestFields.FLOW_LABEL));
        assertEquals(20, request.getInt(RequestFields.LOCAL_RESPONSE_TIMEOUT));
        assertEquals(15, request.getInt(RequestFields.MAXIMUM_RETRIES));
    }

    @Test
    void setsWholeBytesAndNoOthers() {
        assertBytes(MessageField.LOCAL_ID, 24, 28);
        assertBytes(MessageField.REMOTE_ID, 28, 32);
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

    private static void assertBytes(final MessageField field, final int from, final int to) {
        final long ones = -1L >>> (Long.SIZE - field.bits());
        final ManagementMessage message = ManagementMessage.create(MessageType.REQUEST, 0).set(field, ones);
        final byte[] bytes = bytes(message);
        for (int i = 24; i < 256; i++) {
            assertEquals(i >= from && i < to ? (byte) 0xFF : 0, bytes[i], field + ", byte " + i);
        }
        assertEquals(ones, message.get(field));
    }

    @Test
    void setsBitsAndNoOthers() {
        assertBits(RequestFields.REMOTE_RESPONSE_TIMEOUT, 67, 0xF8);
        assertBits(RequestFields.TRANSPORT, 67, 0x06);
        assertBits(RequestFields.FLOW_CONTROL, 67, 0x01);
        assertBits(RequestFields.LOCAL_RESPONSE_TIMEOUT, 71, 0xF8);
        assertBits(RequestFields.RETRY_COUNT, 71, 0x07);
        assertBits(RequestFields.PATH_MTU, 74, 0xF0);
        assertBits(RequestFields.RNR_RETRY_COUNT, 74, 0x07);
        assertBits(RequestFields.MAXIMUM_RETRIES, 75, 0xF0);
        assertBits(RequestFields.SHARED_RECEIVE_QUEUE, 75, 0x08);
        assertBits(RequestFields.EXTENDED_TRANSPORT, 75, 0x07);
        assertBits(RequestFields.PACKET_RATE, 115, 0x3F);
        assertBits(RequestFields.SERVICE_LEVEL, 118, 0xF0);
        assertBits(RequestFields.SUBNET_LOCAL, 118, 0x08);
        assertBits(RequestFields.ACKNOWLEDGE_TIMEOUT, 119, 0xF8);
        assertBits(ReplyFields.TARGET_ACKNOWLEDGE_DELAY, 50, 0xF8);
        assertBits(ReplyFields.FAILOVER_ACCEPTED, 50, 0x06);
        assertBits(ReplyFields.FLOW_CONTROL, 50, 0x01);
        assertBits(ReplyFields.RNR_RETRY_COUNT, 51, 0xE0);
        assertBits(ReplyFields.SHARED_RECEIVE_QUEUE, 51, 0x10);
        assertBits(AnswerFields.ANSWERED_MESSAGE, 32, 0xC0);
        assertBits(AnswerFields.SERVICE_TIMEOUT, 33, 0xF8);
        assertBits(AnswerFields.INFORMATION_BYTES, 33, 0xFE);
    }

    private static void assertBits(final MessageField field, final int byteInMad, final int mask) {
        final ManagementMessage message = ManagementMessage.create(MessageType.REQUEST, 0);
        final long ones = (1L << field.bits()) - 1;
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

    /** Header bytes, all of which must be right, and the attribute id's. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 16, 17})
    void isNoneWhenItsHeaderIsAnother(final int offset) {
        final ByteBuffer datagram = ByteBuffer.wrap(bytes(GoldenDatagram.REQUEST.message()));
        datagram.put(offset, (byte) (datagram.get(offset) ^ 0x40));

        assertNull(ManagementMessage.parse(datagram));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 24, 255, 257})
    void isNoneWhenItsLengthIsAnother(final int length) {
        assertNull(ManagementMessage.parse(ByteBuffer.allocate(length)));
    }

    @ParameterizedTest
    @CsvSource({"18, 15, 19", "14, 10, 15", "14, 15, 16", "16, 15, 17", "14, 16, 17", "14, 20, 20", "31, 0, 31"})
    void waitsForThereBackAndThePeersDelay(final int lifeTime, final int delay, final int expected) {
        assertEquals(expected, TimeCode.acknowledgeTimeout(delay, lifeTime));
    }
}
