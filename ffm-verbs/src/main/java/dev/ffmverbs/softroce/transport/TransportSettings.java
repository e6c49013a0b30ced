// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/**
 * Limits that a device sets for all its connections, in addition to those of the verbs.
 *
 * @param windowPackets    number of packets of SENDs and WRITEs that may be sent and not acknowledged. The peer must be
 *                         able to buffer a window. Linux rxe can buffer 128.
 * @param readBurstBytes   number of READ response bytes that all connections together may have in progress. Longer
 *                         READs are requested in pieces of this size, because a responder sends into our receive buffer
 *                         without flow control.
 * @param minimumTimeoutNs lower bound of the transport timeout in nanoseconds. A bound below the jitter of JVM threads
 *                         causes retransmissions although nothing was lost.
 */
public record TransportSettings(int windowPackets, int readBurstBytes, long minimumTimeoutNs) {

    /** Settings that suit the default receive buffer limit of Linux and an ordinary machine. */
    public static final TransportSettings DEFAULT = new TransportSettings(64, 64 * 1024, 1_000_000L);

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if one of them leaves no room for a packet.
     */
    public TransportSettings {
        if (windowPackets < 1 || windowPackets > 1 << 20 || readBurstBytes < 1 || minimumTimeoutNs < 1) {
            throw new IllegalArgumentException("windowPackets=" + windowPackets + " (1 to 2^20), readBurstBytes="
                + readBurstBytes + " (at least 1), minimumTimeoutNs=" + minimumTimeoutNs + " (at least 1)");
        }
    }
}
