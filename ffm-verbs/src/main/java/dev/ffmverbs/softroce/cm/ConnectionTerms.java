// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.ConnectionParameterData;
import java.net.Inet4Address;

/**
 * What both ends of a connection agreed on, as this end sees it.
 *
 * @param peer               the peer's address.
 * @param peerQueuePair      the peer's queue pair, 0 while it is not known.
 * @param pathMtu            one of {@code enum ibv_mtu}.
 * @param receivePsn         first packet sequence number from the peer: we chose it.
 * @param sendPsn            first packet sequence number to the peer: it chose it.
 * @param responderResources READ and atomic requests of the peer that we answer at a time.
 * @param initiatorDepth     READ and atomic requests that we have outstanding at the peer.
 * @param retryCount         retransmissions before an operation fails.
 * @param rnrRetryCount      the same for a peer that has no receive posted.
 * @param acknowledgeTimeout time code after which a packet is sent again.
 * @param flowLabel          of the path, 20 bits.
 * @param trafficClass       of the path.
 */
record ConnectionTerms(
    Inet4Address peer, int peerQueuePair, int pathMtu, int receivePsn, int sendPsn, int responderResources,
    int initiatorDepth, int retryCount, int rnrRetryCount, int acknowledgeTimeout, int flowLabel, int trafficClass) {

    /** The terms a request of ours proposes. */
    static ConnectionTerms proposedBy(final ManagementMessage request, final Inet4Address peer) {
        return new ConnectionTerms(peer, 0,
            request.getInt(RequestFields.PATH_MTU),
            request.getInt(RequestFields.STARTING_PSN),
            0,
            request.getInt(RequestFields.RESPONDER_RESOURCES),
            request.getInt(RequestFields.INITIATOR_DEPTH),
            request.getInt(RequestFields.RETRY_COUNT),
            request.getInt(RequestFields.RNR_RETRY_COUNT),
            request.getInt(RequestFields.ACKNOWLEDGE_TIMEOUT),
            request.getInt(RequestFields.FLOW_LABEL),
            request.getInt(RequestFields.TRAFFIC_CLASS));
    }

    /** The terms of the peer's request: what it asks for is what we give, and the other way round. */
    static ConnectionTerms askedBy(final ManagementMessage request, final Inet4Address peer, final int receivePsn) {
        return new ConnectionTerms(peer,
            request.getInt(RequestFields.QUEUE_PAIR),
            request.getInt(RequestFields.PATH_MTU),
            receivePsn,
            request.getInt(RequestFields.STARTING_PSN),
            request.getInt(RequestFields.INITIATOR_DEPTH),
            request.getInt(RequestFields.RESPONDER_RESOURCES),
            request.getInt(RequestFields.RETRY_COUNT),
            request.getInt(RequestFields.RNR_RETRY_COUNT),
            request.getInt(RequestFields.ACKNOWLEDGE_TIMEOUT),
            request.getInt(RequestFields.FLOW_LABEL),
            request.getInt(RequestFields.TRAFFIC_CLASS));
    }

    /** These terms as the peer's reply completes them. */
    ConnectionTerms answeredBy(final ManagementMessage reply, final int packetLifeTimeCode) {
        return new ConnectionTerms(peer,
            reply.getInt(ReplyFields.QUEUE_PAIR),
            pathMtu,
            receivePsn,
            reply.getInt(ReplyFields.STARTING_PSN),
            reply.getInt(ReplyFields.INITIATOR_DEPTH),
            reply.getInt(ReplyFields.RESPONDER_RESOURCES),
            retryCount,
            reply.getInt(ReplyFields.RNR_RETRY_COUNT),
            TimeCode.acknowledgeTimeout(reply.getInt(ReplyFields.TARGET_ACKNOWLEDGE_DELAY), packetLifeTimeCode),
            flowLabel,
            trafficClass);
    }

    /** These terms as our acceptance settles them. */
    ConnectionTerms acceptedWith(final ConnectionParameterData parameters) {
        return new ConnectionTerms(peer, peerQueuePair, pathMtu, receivePsn, sendPsn, parameters.responderResources(),
            parameters.initiatorDepth(), retryCount, rnrRetryCount, acknowledgeTimeout, flowLabel, trafficClass);
    }
}
