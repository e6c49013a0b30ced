// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/**
 * The sockets that a port may open. If both are allowed, it opens the fast one if that works.
 *
 * @param fast    whether the port may open the socket with trains, which calls the C library.
 * @param channel whether the port may open a channel of the JDK.
 */
public record AllowedSockets(boolean fast, boolean channel) {

    /** Allows any socket. */
    public static final AllowedSockets ANY = new AllowedSockets(true, true);

    /**
     * Checks the choice.
     *
     * @throws IllegalArgumentException if no socket is allowed.
     */
    public AllowedSockets {
        if (!fast && !channel) {
            throw new IllegalArgumentException("a port needs a socket, but none is allowed");
        }
    }
}
