// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/**
 * How much a requester may have under way, so that it does not outrun the receiver's socket buffer.
 *
 * <p>Nobody tells a sender how much fits there, and other senders share it. So each loss halves what is sent, and asked
 * for, at a time. Each time as much was answered, an eighth of the limit is added, up to the limits of
 * {@link TransportSettings}. What is sent again after a loss is a small part of what overran the buffer, and not all of
 * it once more.
 */
final class SendPace {

    /** Packets under way at least: enough that a loss among them shows by a gap. */
    private static final int LEAST_PACKETS = 8;
    /** Parts of the limit of READs that are under way at least, and parts of both limits that are added at a time. */
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

    /** Packets of SENDs and WRITEs that may be sent and not acknowledged. */
    int packets() {
        return packets;
    }

    /** Bytes of answers to READs that may be under way. */
    int readBytes() {
        return readBytes;
    }

    /** The packet of a READ before which a request for one of its packets ends: boundaries never change. */
    int pieceEnd(final int packet, final int mtu) {
        final int piecePackets = Math.max(1, limitReadBytes / mtu);
        return (packet / piecePackets + 1) * piecePackets;
    }

    /** Sends half as much at a time, because something was lost. */
    void slowDown() {
        packets = Math.min(limitPackets, Math.max(LEAST_PACKETS, packets / 2));
        readBytes = Math.max(limitReadBytes / SHARE, readBytes / 2);
        answered = 0;
    }

    /** Sends more at a time, once as many packets were answered as may be under way. */
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
