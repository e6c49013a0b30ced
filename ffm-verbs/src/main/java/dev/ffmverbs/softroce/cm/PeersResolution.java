// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import java.net.Inet4Address;

/**
 * A peer's request for the queue pair of a service, which waits for the application's answer.
 *
 * @param peer    address it came from.
 * @param request the SIDR_REQ.
 */
record PeersResolution(Inet4Address peer, ManagementMessage request) {
}
