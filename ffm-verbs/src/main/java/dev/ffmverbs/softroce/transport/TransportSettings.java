// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/**
 * Limits that a device sets for all its connections, apart from what the verbs say.
 *
 * @param windowPackets    packets of SENDs and WRITEs that may be sent and not acknowledged; the peer must be able to
 *                         buffer a window. Linux rxe takes 128.
 * @param readBurstBytes   bytes of READ responses that may be under way to all connections together; longer READs are
 *                         asked for in pieces of this size, because a responder sends without flow control into our
 *                         receive buffer.
 * @param minimumTimeoutNs lower bound of the transport timeout in nanoseconds; one below the jitter of a JVM's threads
 *                         makes retransmissions that nothing was lost for.
 */
public record TransportSettings(int windowPackets, int readBurstBytes, long minimumTimeoutNs) {

    /** Settings that fit a receive buffer of Linux' default limit, and an ordinary machine. */
    public static final TransportSettings DEFAULT = new TransportSettings(64, 64 * 1024, 1_000_000L);

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException when one of them leaves no room for a packet.
     */
    public TransportSettings {
        if (windowPackets < 1 || windowPackets > 1 << 20 || readBurstBytes < 1 || minimumTimeoutNs < 1) {
            throw new IllegalArgumentException("windowPackets=" + windowPackets + " (1 to 2^20), readBurstBytes="
                + readBurstBytes + " (at least 1), minimumTimeoutNs=" + minimumTimeoutNs + " (at least 1)");
        }
    }
}
