// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import java.net.InetSocketAddress;

/**
 * An event of a connection, for logs and diagnosis ({@code struct rdma_cm_event}). An observer of a connection manager
 * receives it.
 *
 * @param type          what happened.
 * @param localAddress  local address, or null if it is unknown.
 * @param remoteAddress the peer's address, or null if it is unknown.
 * @param status        0, a negative error number, or the reject reason of IBTA 12.6.7.2 for a rejection.
 */
public record ConnectionEvent(
    ConnectionEventType type, InetSocketAddress localAddress, InetSocketAddress remoteAddress, int status) {
}
