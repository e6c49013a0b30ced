// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.TransportSettings;

/**
 * Decides how much may be in flight to a port at a time, given the size of the socket's receive buffer.
 *
 * <p>A responder sends the answers to a READ without flow control, and what does not fit the receive buffer is lost.
 * Linux counts packets there with its own overhead: about 2.3 times the payload at 1 KiB, 3 times at 256 bytes.
 */
final class ReceiveBudget {

    /** Part of the buffer that one queue pair may ask for; the rest is for overhead and for others. */
    private static final int SHARE = 6;
    private static final int MIN_BURST_BYTES = 4096;
    private static final int MAX_BURST_BYTES = 1 << 20;

    private ReceiveBudget() {
    }

    static TransportSettings settings(final int receiveBufferBytes) {
        final int share = Math.max(1, Integer.highestOneBit(receiveBufferBytes / SHARE));
        final int burstBytes = Math.min(MAX_BURST_BYTES, Math.max(MIN_BURST_BYTES, share));
        final TransportSettings usual = TransportSettings.DEFAULT;
        return new TransportSettings(usual.windowPackets(), burstBytes, usual.minimumTimeoutNs());
    }
}
