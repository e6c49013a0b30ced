// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.recording.NakEvent;
import dev.ffmverbs.softroce.recording.RetransmissionEvent;
import dev.ffmverbs.softroce.wire.UdpPath;
import jdk.jfr.FlightRecorder;

/**
 * Reports what goes wrong on one connection to the flight recorder. While nothing is recorded, this costs one check of
 * a flag.
 */
final class ConnectionRecorder {

    static final String TIMEOUT = "TIMEOUT";
    static final String SEQUENCE_NAK = "SEQUENCE_NAK";
    static final String IMPLIED_NAK = "IMPLIED_NAK";
    static final String RECEIVER_NOT_READY = "RECEIVER_NOT_READY";

    /**
     * These methods return whether such events are recorded, so that none is created otherwise. Call them only where a
     * recorder exists. The first event of a JVM loads the recorder's metadata, which takes longer than opening a
     * device.
     */
    private static final class Recorded {
        private static final RetransmissionEvent RETRANSMISSIONS = new RetransmissionEvent();
        private static final NakEvent NAKS = new NakEvent();
    }

    private final int number;
    private UdpPath path;
    private int peerNumber;

    ConnectionRecorder(final int number) {
        this.number = number;
    }

    void connect(final UdpPath newPath, final int newPeerNumber) {
        path = newPath;
        peerNumber = newPeerNumber;
    }

    /** Records that the requester goes back to a packet. */
    void recordGoingBack(final String reason, final int psn) {
        if (FlightRecorder.isInitialized() && Recorded.RETRANSMISSIONS.isEnabled()) {
            final RetransmissionEvent event = new RetransmissionEvent();
            event.queuePair = number;
            event.peerQueuePair = peerNumber;
            event.path = path.toString();
            event.reason = reason;
            event.packetSequenceNumber = psn;
            event.commit();
        }
    }

    /** Records a NAK, sent or received, that refuses a packet. */
    void recordRefusal(final boolean sent, final TransportCounter kind, final int psn) {
        if (FlightRecorder.isInitialized() && Recorded.NAKS.isEnabled()) {
            final NakEvent event = new NakEvent();
            event.queuePair = number;
            event.peerQueuePair = peerNumber;
            event.path = path.toString();
            event.sent = sent;
            event.kind = kind.name();
            event.packetSequenceNumber = psn;
            event.commit();
        }
    }
}
