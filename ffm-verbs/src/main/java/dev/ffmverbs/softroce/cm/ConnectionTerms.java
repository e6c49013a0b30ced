// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.ReplyFields;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.softroce.cm.message.TimeCode;
import dev.ffmverbs.spi.ConnectionParameterData;
import java.net.InetAddress;

/**
 * The terms that both ends of a connection have agreed on, as seen by this end.
 *
 * @param peer               the peer's address.
 * @param peerQueuePair      number of the peer's queue pair, 0 while it is unknown.
 * @param pathMtu            one of {@code enum ibv_mtu}.
 * @param receivePsn         first packet sequence number from the peer, chosen by this end.
 * @param sendPsn            first packet sequence number to the peer, chosen by the peer.
 * @param responderResources READ and atomic requests of the peer that this end answers at a time.
 * @param initiatorDepth     READ and atomic requests that this end has outstanding at a time.
 * @param retryCount         retransmissions before an operation fails.
 * @param rnrRetryCount      retries while the peer has no receive posted.
 * @param acknowledgeTimeout code of the time after which a packet is sent again.
 * @param flowLabel          flow label of the path, 20 bits.
 * @param trafficClass       traffic class of the path.
 */
record ConnectionTerms(
    InetAddress peer, int peerQueuePair, int pathMtu, int receivePsn, int sendPsn, int responderResources,
    int initiatorDepth, int retryCount, int rnrRetryCount, int acknowledgeTimeout, int flowLabel, int trafficClass) {

    /** Returns the terms that a request of this device proposes. */
    static ConnectionTerms ofOwnRequest(final ManagementMessage request, final InetAddress peer) {
        return new ConnectionTerms(peer, 0,
            request.get(RequestFields.PATH_MTU),
            request.get(RequestFields.STARTING_PSN),
            0,
            request.get(RequestFields.RESPONDER_RESOURCES),
            request.get(RequestFields.INITIATOR_DEPTH),
            request.get(RequestFields.RETRY_COUNT),
            request.get(RequestFields.RNR_RETRY_COUNT),
            request.get(RequestFields.ACKNOWLEDGE_TIMEOUT),
            request.get(RequestFields.FLOW_LABEL),
            request.get(RequestFields.TRAFFIC_CLASS));
    }

    /**
     * Returns the terms of a peer's request. The peer's incoming values are this end's outgoing values, and vice versa.
     */
    static ConnectionTerms ofPeersRequest(
        final ManagementMessage request, final InetAddress peer, final int receivePsn) {
        return new ConnectionTerms(peer,
            request.get(RequestFields.QUEUE_PAIR),
            request.get(RequestFields.PATH_MTU),
            receivePsn,
            request.get(RequestFields.STARTING_PSN),
            request.get(RequestFields.INITIATOR_DEPTH),
            request.get(RequestFields.RESPONDER_RESOURCES),
            request.get(RequestFields.RETRY_COUNT),
            request.get(RequestFields.RNR_RETRY_COUNT),
            request.get(RequestFields.ACKNOWLEDGE_TIMEOUT),
            request.get(RequestFields.FLOW_LABEL),
            request.get(RequestFields.TRAFFIC_CLASS));
    }

    /** Returns these terms, completed by the peer's reply. */
    ConnectionTerms withReply(final ManagementMessage reply, final int packetLifeTimeCode) {
        return new ConnectionTerms(peer,
            reply.get(ReplyFields.QUEUE_PAIR),
            pathMtu,
            receivePsn,
            reply.get(ReplyFields.STARTING_PSN),
            reply.get(ReplyFields.INITIATOR_DEPTH),
            reply.get(ReplyFields.RESPONDER_RESOURCES),
            retryCount,
            reply.get(ReplyFields.RNR_RETRY_COUNT),
            TimeCode.acknowledgeTimeout(reply.get(ReplyFields.TARGET_ACKNOWLEDGE_DELAY), packetLifeTimeCode),
            flowLabel,
            trafficClass);
    }

    /** Returns these terms, completed by the acceptance of this end. */
    ConnectionTerms withAcceptance(final ConnectionParameterData parameters) {
        return new ConnectionTerms(peer, peerQueuePair, pathMtu, receivePsn, sendPsn, parameters.responderResources(),
            parameters.initiatorDepth(), retryCount, rnrRetryCount, acknowledgeTimeout, flowLabel, trafficClass);
    }
}
