// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/**
 * Limits how much a requester may have in flight, so that it does not overrun the socket buffer of the receiver.
 *
 * <p>A sender does not know the size of that buffer, and shares it with other senders. Therefore each loss halves the
 * amount that is sent, or requested, at a time. Whenever that amount has been answered, an eighth of the limit is
 * added, up to the limits of {@link TransportSettings}. A retransmission is thus a small part of what overran the
 * buffer, not all of it again.
 */
final class SendPace {

    /** Minimum number of packets in flight. It is large enough for a loss among them to show as a gap. */
    private static final int LEAST_PACKETS = 8;
    /** Divisor of the limits. It yields the minimum of READ bytes in flight and the increase of both limits. */
    private static final int SHARE = 8;

    private final int limitPackets;
    private final int limitReadBytes;
    private int packets;
    private int readBytes;
    private int answered;

    SendPace(final TransportSettings settings) {
        limitPackets = settings.windowPackets();
        limitReadBytes = settings.readBurstBytes();
        reset();
    }

    void reset() {
        packets = limitPackets;
        readBytes = limitReadBytes;
        answered = 0;
    }

    /** Returns the number of packets of SENDs and WRITEs that may be sent and not acknowledged. */
    int packets() {
        return packets;
    }

    /** Returns the number of READ response bytes that may be in flight. */
    int readBytes() {
        return readBytes;
    }

    /** Returns the packet of a READ before which a request for one of its packets ends. Boundaries never change. */
    int pieceEnd(final int packet, final int mtu) {
        final int piecePackets = Math.max(1, limitReadBytes / mtu);
        return (packet / piecePackets + 1) * piecePackets;
    }

    /** Halves the amount to send at a time, because something was lost. */
    void slowDown() {
        packets = Math.min(limitPackets, Math.max(LEAST_PACKETS, packets / 2));
        readBytes = Math.max(limitReadBytes / SHARE, readBytes / 2);
        answered = 0;
    }

    /** Raises the amount to send at a time, once as many packets were answered as may be in flight. */
    void speedUp(final int answeredPackets) {
        if (packets < limitPackets || readBytes < limitReadBytes) {
            answered += answeredPackets;
            if (answered >= packets) {
                answered = 0;
                packets = Math.min(limitPackets, packets + Math.max(1, limitPackets / SHARE));
                readBytes = Math.min(limitReadBytes, readBytes + Math.max(1, limitReadBytes / SHARE));
            }
        }
    }
}
