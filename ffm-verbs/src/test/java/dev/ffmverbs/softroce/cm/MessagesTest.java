// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.ffmverbs.softroce.cm.message.AnswerFields;
import dev.ffmverbs.softroce.cm.message.GoldenDatagram;
import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.RejectReason;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compares the messages of this device byte for byte with those that Linux sent. */
@Timeout(20)
class MessagesTest {

    private static final InetSocketAddress LINUX = new InetSocketAddress("10.9.8.1", 34_201);
    private static final InetSocketAddress LISTENER = new InetSocketAddress("10.9.8.2", 7174);
    private static final long LINUX_GUID = 0xA40C_35FF_FEC4_E7C7L;

    /** The settings of Linux 6.1 over rxe. */
    private static final CommunicationSettings LINUX_SETTINGS = new CommunicationSettings(20, 15, 20, 18, 15, 0);

    private static byte[] bytes(final ManagementMessage message) {
        final byte[] bytes = new byte[256];
        message.datagram().get(bytes);
        return bytes;
    }

    private static ManagementMessage withIds(final ManagementMessage message, final int local, final int remote) {
        return message.set(IdFields.LOCAL_ID, local).set(IdFields.REMOTE_ID, remote);
    }

    private static ManagementMessage requestWithTransaction(final long transactionId) {
        return ManagementMessage.create(MessageType.REQUEST, transactionId);
    }

    @Test
    void makesARequestAsLinuxDoes() {
        final ManagementMessage own = Messages.request(LINUX, LISTENER, 3,
            new ConnectionParameterData(17, new byte[0], 1, 1, 7, 7), LINUX_SETTINGS, 0x6_DD18_1C21L)
            .set(IdFields.LOCAL_ID, 0x211C_18DD)
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
            requestWithTransaction(0x2F8F_1E08_4272_AE4BL).set(IdFields.LOCAL_ID, 0xF2F5_25B8);

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
}
