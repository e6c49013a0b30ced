// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.net.InetSocketAddress;

/**
 * A connection event as a provider reports it ({@code struct rdma_cm_event}).
 *
 * @param type               the C constant of {@code enum rdma_cm_event_type}.
 * @param identifier         the identifier concerned; for a connection request the new one.
 * @param listener           for a connection request the listening identifier, else null.
 * @param localAddress       our address, or null when it is not known.
 * @param remoteAddress      the peer's address, or null when it is not known.
 * @param status             0, a negative error number, or for a rejection a {@link RejectReason}.
 * @param privateData        what the peer sent along; empty when nothing. The transport may pad it with zeros.
 * @param responderResources READ and atomic requests the peer wants to have outstanding at us, or 0.
 * @param initiatorDepth     READ and atomic requests the peer lets us have outstanding at it, or 0.
 * @param queuePairNumber    the peer's queue pair number, or 0.
 */
public record ConnectionEventData(
    int type, ConnectionIdentifierOperations identifier, ConnectionIdentifierOperations listener,
    InetSocketAddress localAddress, InetSocketAddress remoteAddress, int status, byte[] privateData,
    int responderResources, int initiatorDepth, int queuePairNumber) {
}
