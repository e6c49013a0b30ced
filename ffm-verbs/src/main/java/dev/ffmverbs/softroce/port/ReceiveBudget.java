// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.TransportSettings;

/**
 * Determines how much may be in flight to a port at a time, given the size of the receive buffer of the socket.
 *
 * <p>A responder sends the responses to a READ without flow control. Packets that do not fit in the receive buffer are
 * lost. Linux counts packets there with its own overhead: about 2.3 times the payload at 1 KiB, 3 times at 256 bytes.
 */
final class ReceiveBudget {

    /** Fraction of the buffer that one queue pair may request. The rest is for overhead and other queue pairs. */
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
