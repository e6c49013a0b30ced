// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/**
 * Which sockets a port may open. Of two, it opens the fast one if that works.
 *
 * @param fast    whether it may be the one with trains, which calls the C library.
 * @param channel whether it may be a channel of the JDK.
 */
public record AllowedSockets(boolean fast, boolean channel) {

    /** Any socket. */
    public static final AllowedSockets ANY = new AllowedSockets(true, true);

    /**
     * Checks the choice.
     *
     * @throws IllegalArgumentException if no socket is allowed.
     */
    public AllowedSockets {
        if (!fast && !channel) {
            throw new IllegalArgumentException("a port needs a socket: allow one");
        }
    }
}
