// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import java.net.InetSocketAddress;

/**
 * An event as an observer of a connection manager sees it, for logs and diagnosis.
 *
 * @param type          what happened.
 * @param localAddress  local address, or null if it is unknown.
 * @param remoteAddress the peer's address, or null if it is unknown.
 * @param status        0, a negative error number, or for a rejection the reason of IBTA 12.6.7.2.
 */
public record ConnectionEvent(
    ConnectionEventType type, InetSocketAddress localAddress, InetSocketAddress remoteAddress, int status) {
}
