// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/**
 * A socket that has passed its self-test.
 *
 * @param socket     the socket.
 * @param whyNotFast reason why it is not the fast socket, or null if it is.
 */
record OpenedSocket(PacketSocket socket, String whyNotFast) {
}
