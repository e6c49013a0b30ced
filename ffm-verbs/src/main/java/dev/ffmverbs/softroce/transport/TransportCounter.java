// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketDefect;
import dev.ffmverbs.softroce.wire.Syndrome;

/** What a device counts. */
public enum TransportCounter {

    /** Packets sent. */
    PACKETS_SENT,
    /** Bytes of packets sent, from BTH to ICRC. */
    BYTES_SENT,
    /** Packets that the operating system did not take: no room, no route, or a firewall. */
    PACKETS_REFUSED,
    /** Packets received, whatever became of them. */
    PACKETS_RECEIVED,
    /** Bytes of packets received. */
    BYTES_RECEIVED,
    /** Request packets sent again. */
    PACKETS_RETRANSMITTED,
    /** Connections that send packets one by one because their peer takes none that follow others in a train. */
    TRAIN_FALLBACKS,
    /** Times an answer was late by round trips, and its requests were sent again before the transport timeout. */
    LATE_ANSWERS,
    /** Times a peer left a request unanswered for the transport timeout. */
    TRANSPORT_TIMEOUTS,
    /** Times an answer beyond a missing one made a requester go back at once. */
    IMPLIED_NAKS,
    /** Positive acknowledgements sent; one may stand for many packets. */
    ACKNOWLEDGEMENTS_SENT,
    /** Positive acknowledgements received. */
    ACKNOWLEDGEMENTS_RECEIVED,
    /** NAKs sent for a missing packet. */
    SEQUENCE_NAKS_SENT,
    /** NAKs received for a missing packet. */
    SEQUENCE_NAKS_RECEIVED,
    /** NAKs sent for an invalid request. */
    INVALID_REQUEST_NAKS_SENT,
    /** NAKs received for an invalid request. */
    INVALID_REQUEST_NAKS_RECEIVED,
    /** NAKs sent for an access error. */
    ACCESS_NAKS_SENT,
    /** NAKs received for an access error. */
    ACCESS_NAKS_RECEIVED,
    /** NAKs sent for an operational error. */
    OPERATIONAL_NAKS_SENT,
    /** NAKs received for an operational error. */
    OPERATIONAL_NAKS_RECEIVED,
    /** NAKs sent because no receive was posted. */
    RECEIVER_NOT_READY_NAKS_SENT,
    /** NAKs received because the peer had no receive posted. */
    RECEIVER_NOT_READY_NAKS_RECEIVED,
    /** Requests received again; answered, not executed again (a READ is). */
    DUPLICATE_REQUESTS,
    /** Dropped: duplicate READ or atomic that is older than the answers kept. */
    DROPPED_FORGOTTEN_DUPLICATES,
    /** Dropped: answers to what was answered before. */
    DROPPED_DUPLICATE_RESPONSES,
    /** Dropped: answers to what was never asked. */
    DROPPED_UNEXPECTED_RESPONSES,
    /** Dropped: requests after a missing one. */
    DROPPED_OUT_OF_SEQUENCE,
    /** Dropped: wrong ICRC. */
    DROPPED_CHECKSUM,
    /** Dropped: impossible length. */
    DROPPED_LENGTH,
    /** Dropped: unknown opcode. */
    DROPPED_OPCODE,
    /** Dropped: unknown transport header version. */
    DROPPED_VERSION,
    /** Dropped: another partition. */
    DROPPED_PARTITION_KEY,
    /** Dropped: no such queue pair. */
    DROPPED_QUEUE_PAIR,
    /** Dropped: not from the peer the queue pair is connected to. */
    DROPPED_PEER,
    /** Dropped: the queue pair is not ready, or in error. */
    DROPPED_STATE,
    /** Dropped: for queue pair 1, but no datagram of a communication manager. */
    DROPPED_MANAGEMENT,
    /** Times an error within this device ended a connection; the log says which. */
    CONNECTION_BREAKDOWNS,
    /** Times a thread that waits for packets slept until one came, or something else was to be done. */
    SLEEPS,
    /** Times a thread looked at the socket before it would sleep, and a packet came in that time. */
    LOOKS_PAID,
    /** Times a thread looked at the socket before it slept, and no packet came. */
    LOOKS_IN_VAIN,
    /** Packets lost on purpose, on their way out or in. */
    FAULTS_DROPPED,
    /** Packets doubled on purpose. */
    FAULTS_DUPLICATED,
    /** Packets corrupted on purpose. */
    FAULTS_CORRUPTED,
    /** Packets reordered on purpose. */
    FAULTS_REORDERED,
    /** Packets delayed on purpose. */
    FAULTS_DELAYED;

    /**
     * The counter of a defect.
     *
     * @param defect what is wrong with a packet.
     * @return what to count.
     */
    public static TransportCounter of(final PacketDefect defect) {
        return switch (defect) {
            case LENGTH -> DROPPED_LENGTH;
            case OPCODE -> DROPPED_OPCODE;
            case VERSION -> DROPPED_VERSION;
            case PARTITION_KEY -> DROPPED_PARTITION_KEY;
        };
    }

    /** The counter of an acknowledgement or NAK sent. */
    static TransportCounter ofSent(final int syndrome) {
        if (Syndrome.isReceiverNotReady(syndrome)) {
            return RECEIVER_NOT_READY_NAKS_SENT;
        }
        return switch (syndrome) {
            case Syndrome.NAK_SEQUENCE_ERROR -> SEQUENCE_NAKS_SENT;
            case Syndrome.NAK_INVALID_REQUEST -> INVALID_REQUEST_NAKS_SENT;
            case Syndrome.NAK_REMOTE_ACCESS_ERROR -> ACCESS_NAKS_SENT;
            case Syndrome.NAK_REMOTE_OPERATIONAL_ERROR -> OPERATIONAL_NAKS_SENT;
            default -> ACKNOWLEDGEMENTS_SENT;
        };
    }

    /** The counter of a NAK received, other than RNR and sequence error. */
    static TransportCounter ofReceivedNak(final int syndrome) {
        return switch (syndrome) {
            case Syndrome.NAK_REMOTE_ACCESS_ERROR -> ACCESS_NAKS_RECEIVED;
            case Syndrome.NAK_REMOTE_OPERATIONAL_ERROR -> OPERATIONAL_NAKS_RECEIVED;
            default -> INVALID_REQUEST_NAKS_RECEIVED;
        };
    }
}
