// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.AnswerFields;
import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.ReplyFields;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.softroce.cm.message.ResolutionFields;
import dev.ffmverbs.softroce.cm.message.ServiceId;
import dev.ffmverbs.softroce.cm.message.TimeCode;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.RejectReason;
import dev.ffmverbs.spi.layout.GidLayout;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Creates messages as {@code rdma_cm} does for reliable connections over RoCE version 2 ({@code cm.c}). */
final class Messages {

    private static final int PERMISSIVE_LID = 0xFFFF;
    private static final int DEFAULT_PARTITION_KEY = 0xFFFF;
    private static final int FLOW_LABEL_MASK = 0xF_FFFF;
    private static final int FLOW_LABEL_FACTOR = 31;
    private static final int HOP_LIMIT = 64;

    private Messages() {
    }

    /** Returns the low half of the GID of an IPv4 address; the high half is zero. */
    static long gidLow(final Inet4Address address) {
        return GidLayout.MAPPED_IPV4 | Integer.toUnsignedLong(ByteBuffer.wrap(address.getAddress()).getInt());
    }

    static ManagementMessage request(
        final InetSocketAddress local, final InetSocketAddress remote, final int pathMtu,
        final ConnectionParameterData parameters, final CommunicationSettings settings, final long transactionId) {
        final Inet4Address source = (Inet4Address) local.getAddress();
        final Inet4Address destination = (Inet4Address) remote.getAddress();
        return ManagementMessage.create(MessageType.REQUEST, transactionId)
            .set(RequestFields.SERVICE_ID, ServiceId.ofPortNumber(remote.getPort()))
            .set(RequestFields.QUEUE_PAIR, parameters.queuePairNumber())
            .set(RequestFields.RESPONDER_RESOURCES, parameters.responderResources())
            .set(RequestFields.INITIATOR_DEPTH, parameters.initiatorDepth())
            .set(RequestFields.REMOTE_RESPONSE_TIMEOUT, settings.responseTimeoutCode())
            .set(RequestFields.TRANSPORT, RequestFields.RELIABLE_CONNECTION)
            .set(RequestFields.LOCAL_RESPONSE_TIMEOUT, settings.responseTimeoutCode())
            .set(RequestFields.RETRY_COUNT, parameters.retryCount())
            .set(RequestFields.PARTITION_KEY, DEFAULT_PARTITION_KEY)
            .set(RequestFields.PATH_MTU, pathMtu)
            .set(RequestFields.RNR_RETRY_COUNT, parameters.rnrRetryCount())
            .set(RequestFields.MAXIMUM_RETRIES, settings.maximumRetries())
            .set(RequestFields.LOCAL_LID, PERMISSIVE_LID)
            .set(RequestFields.REMOTE_LID, PERMISSIVE_LID)
            .set(RequestFields.LOCAL_GID_LOW, gidLow(source))
            .set(RequestFields.REMOTE_GID_LOW, gidLow(destination))
            .set(RequestFields.FLOW_LABEL, flowLabel(local.getPort(), remote.getPort()))
            .set(RequestFields.HOP_LIMIT, HOP_LIMIT)
            .set(RequestFields.ACKNOWLEDGE_TIMEOUT, TimeCode.acknowledgeTimeout(
                settings.acknowledgeDelayCode(), settings.packetLifeTimeCode()))
            .setPrivateData(0, new AddressHeader(local.getPort(), source, destination).toBytes())
            .setPrivateData(AddressHeader.BYTES, parameters.privateData());
    }

    /**
     * Returns the flow label that keeps the packets of a connection on one path ({@code cma_get_roce_udp_flow_label}).
     */
    static int flowLabel(final int sourcePort, final int destinationPort) {
        return (sourcePort * FLOW_LABEL_FACTOR + destinationPort) & FLOW_LABEL_MASK;
    }

    static ManagementMessage reply(
        final ManagementMessage request, final int startingPsn, final ConnectionParameterData parameters,
        final CommunicationSettings settings, final long guid) {
        return ManagementMessage.create(MessageType.REPLY, request.transactionId())
            .set(ReplyFields.QUEUE_PAIR, parameters.queuePairNumber())
            .set(ReplyFields.STARTING_PSN, startingPsn)
            .set(ReplyFields.RESPONDER_RESOURCES, parameters.responderResources())
            .set(ReplyFields.INITIATOR_DEPTH, parameters.initiatorDepth())
            .set(ReplyFields.TARGET_ACKNOWLEDGE_DELAY, settings.acknowledgeDelayCode())
            .set(ReplyFields.RNR_RETRY_COUNT, parameters.rnrRetryCount())
            .set(ReplyFields.CHANNEL_ADAPTER_GUID, guid)
            .setPrivateData(0, parameters.privateData());
    }

    /** Creates an RTU for a request of this device. Its ids are not set, nor are those of most messages below. */
    static ManagementMessage readyToUse(final ManagementMessage request) {
        return ManagementMessage.create(MessageType.READY_TO_USE, request.transactionId());
    }

    /** Creates an MRA, which says that the answer takes longer. */
    static ManagementMessage receipt(
        final ManagementMessage request, final int answeredMessage, final int serviceTimeoutCode) {
        return ManagementMessage.create(MessageType.RECEIPT, request.transactionId())
            .set(AnswerFields.ANSWERED_MESSAGE, answeredMessage)
            .set(AnswerFields.SERVICE_TIMEOUT, serviceTimeoutCode);
    }

    /** Creates a DREQ for a peer's queue pair. */
    static ManagementMessage disconnectRequest(final long transactionId, final int peerQueuePair) {
        return ManagementMessage.create(MessageType.DISCONNECT_REQUEST, transactionId)
            .set(AnswerFields.REMOTE_QUEUE_PAIR, peerQueuePair);
    }

    /** Creates a REJ by decision of the application. */
    static ManagementMessage rejection(
        final ManagementMessage request, final int answeredMessage, final byte[] privateData) {
        return ManagementMessage.create(MessageType.REJECTION, request.transactionId())
            .set(AnswerFields.ANSWERED_MESSAGE, answeredMessage)
            .set(AnswerFields.REASON, RejectReason.CONSUMER_DEFINED)
            .setPrivateData(0, privateData);
    }

    /** Creates a REJ for a timeout. A peer whose id is unknown recognizes its connection by this device and id. */
    static ManagementMessage timeout(final ManagementMessage request, final long guid) {
        return ManagementMessage.create(MessageType.REJECTION, request.transactionId())
            .set(AnswerFields.ANSWERED_MESSAGE, AnswerFields.ANSWERS_OTHER)
            .set(AnswerFields.REASON, RejectReason.TIMEOUT)
            .set(AnswerFields.INFORMATION_BYTES, Long.BYTES)
            .set(AnswerFields.INFORMATION, guid);
    }

    /** Creates a REJ on behalf of no connection, with the ids of the message it rejects. */
    static ManagementMessage refusal(final ManagementMessage refused, final int reason) {
        final boolean isReply = refused.type() == MessageType.REPLY;
        final ManagementMessage rejection =
            ManagementMessage.create(MessageType.REJECTION, refused.transactionId())
                .set(IdFields.REMOTE_ID, refused.get(IdFields.LOCAL_ID))
                .set(AnswerFields.ANSWERED_MESSAGE,
                    isReply ? AnswerFields.ANSWERS_REPLY : AnswerFields.ANSWERS_REQUEST)
                .set(AnswerFields.REASON, reason);
        return isReply
            ? rejection.set(IdFields.LOCAL_ID, refused.get(IdFields.REMOTE_ID)) : rejection;
    }

    /** Creates a SIDR_REQ, which asks for the queue pair of a port number for datagrams. */
    static ManagementMessage resolutionRequest(
        final InetSocketAddress local, final InetSocketAddress remote, final byte[] privateData,
        final long transactionId) {
        return ManagementMessage.create(MessageType.RESOLUTION_REQUEST, transactionId)
            .set(ResolutionFields.PARTITION_KEY, DEFAULT_PARTITION_KEY)
            .set(RequestFields.SERVICE_ID, ServiceId.ofDatagramPortNumber(remote.getPort()))
            .setPrivateData(0, new AddressHeader(local.getPort(), (Inet4Address) local.getAddress(),
                (Inet4Address) remote.getAddress()).toBytes())
            .setPrivateData(AddressHeader.BYTES, privateData);
    }

    /** Creates the SIDR_REP that answers a SIDR_REQ with a {@code ResolutionStatus} and no queue pair. */
    static ManagementMessage resolutionReply(final ManagementMessage request, final int status) {
        return ManagementMessage.create(MessageType.RESOLUTION_REPLY, request.transactionId())
            .set(ResolutionFields.REQUEST_ID, request.get(ResolutionFields.REQUEST_ID))
            .set(ResolutionFields.STATUS, status)
            .set(ResolutionFields.ANSWERED_SERVICE_ID, request.get(RequestFields.SERVICE_ID));
    }

    /** Creates a DREP on behalf of no connection or of one that has ended, with the ids of the DREQ. */
    static ManagementMessage disconnectReply(final ManagementMessage disconnectRequest) {
        return ManagementMessage.create(MessageType.DISCONNECT_REPLY, disconnectRequest.transactionId())
            .set(IdFields.LOCAL_ID, disconnectRequest.get(IdFields.REMOTE_ID))
            .set(IdFields.REMOTE_ID, disconnectRequest.get(IdFields.LOCAL_ID));
    }
}
