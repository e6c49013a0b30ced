// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.net.InetSocketAddress;

/**
 * A connection event as a provider reports it ({@code struct rdma_cm_event}).
 *
 * @param type               the C constant of {@code enum rdma_cm_event_type}.
 * @param identifier         the identifier that the event concerns; the new one for a connection request.
 * @param listener           the listening identifier for a connection request, or null if it was destroyed in the
 *                           meantime; null for other events.
 * @param localAddress       the local address, or null when it is unknown.
 * @param remoteAddress      the peer's address, or null when it is unknown.
 * @param status             0, a negative error number, or a {@link RejectReason} for a rejection.
 * @param privateData        the peer's private data, possibly empty; the transport may pad it with zeros.
 * @param responderResources READ and atomic requests the peer wants to have outstanding at this side, or 0.
 * @param initiatorDepth     READ and atomic requests the peer lets this side have outstanding, or 0.
 * @param queuePairNumber    the peer's queue pair number, or 0.
 * @param datagrams          where datagrams go, when a peer has answered or a group was joined; otherwise null.
 */
public record ConnectionEventData(
    int type, ConnectionIdentifierOperations identifier, ConnectionIdentifierOperations listener,
    InetSocketAddress localAddress, InetSocketAddress remoteAddress, int status, byte[] privateData,
    int responderResources, int initiatorDepth, int queuePairNumber, DatagramTargetData datagrams) {
}
