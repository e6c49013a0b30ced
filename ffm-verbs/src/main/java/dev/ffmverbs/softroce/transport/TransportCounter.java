// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketDefect;
import dev.ffmverbs.softroce.wire.Syndrome;

/** The counters of a device. */
public enum TransportCounter {

    /** Packets sent. */
    PACKETS_SENT,
    /** Bytes of packets sent, from BTH to ICRC. */
    BYTES_SENT,
    /** Packets that the operating system did not accept: no room, no route, or a firewall. */
    PACKETS_REFUSED,
    /** Packets received, including those dropped later. */
    PACKETS_RECEIVED,
    /** Bytes of packets received. */
    BYTES_RECEIVED,
    /** Request packets sent again. */
    PACKETS_RETRANSMITTED,
    /**
     * Connections that send packets one by one because the peer does not accept packets that follow others in a train.
     */
    TRAIN_FALLBACKS,
    /** Times a response was late by round trips, and its requests were sent again before the transport timeout. */
    LATE_ANSWERS,
    /** Times a peer left a request unanswered for the transport timeout. */
    TRANSPORT_TIMEOUTS,
    /** Times a response beyond a missing one made a requester go back at once. */
    IMPLIED_NAKS,
    /** Positive acknowledgements sent. One may cover many packets. */
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
    /** Requests received again. They are answered but not executed again, except READs. */
    DUPLICATE_REQUESTS,
    /** Dropped: duplicate READ or atomic older than the responses kept. */
    DROPPED_FORGOTTEN_DUPLICATES,
    /** Dropped: responses to requests already answered. */
    DROPPED_DUPLICATE_RESPONSES,
    /** Dropped: responses to requests never sent. */
    DROPPED_UNEXPECTED_RESPONSES,
    /** Dropped: requests after a missing one. */
    DROPPED_OUT_OF_SEQUENCE,
    /** Dropped: wrong ICRC. */
    DROPPED_CHECKSUM,
    /** Dropped: impossible length, or a payload longer than the MTU. */
    DROPPED_LENGTH,
    /** Dropped: unknown opcode. */
    DROPPED_OPCODE,
    /** Dropped: unknown transport header version. */
    DROPPED_VERSION,
    /** Dropped: wrong partition. */
    DROPPED_PARTITION_KEY,
    /** Dropped: no such queue pair. */
    DROPPED_QUEUE_PAIR,
    /** Dropped: not from the peer that the queue pair is connected to. */
    DROPPED_PEER,
    /** Dropped: the queue pair is not ready or is in error. */
    DROPPED_STATE,
    /** Dropped: datagrams with another key than their queue pair has. */
    DROPPED_QUEUE_KEY,
    /** Dropped: no receive was posted, and the service of the queue pair does not answer. */
    DROPPED_NO_RECEIVE,
    /** Dropped: WRITEs of unreliable connections that the rights or the memory do not allow. */
    DROPPED_ACCESS,
    /** Datagrams that were not sent because they are longer than the MTU of the port. Their requests succeed. */
    DATAGRAMS_TOO_LONG,
    /** Dropped: for queue pair 1, but not a datagram of a communication manager to the address of the device. */
    DROPPED_MANAGEMENT,
    /** Times an error within this device ended a connection. The log states which. */
    CONNECTION_BREAKDOWNS,
    /** Times a thread that waits for packets slept until a packet or other work arrived. */
    SLEEPS,
    /** Times a thread polled the socket before sleeping, and a packet came in that time. */
    LOOKS_PAID,
    /** Times a thread polled the socket before sleeping, and no packet came. */
    LOOKS_IN_VAIN,
    /** Packets deliberately lost, outgoing or incoming. */
    FAULTS_DROPPED,
    /** Packets deliberately duplicated. */
    FAULTS_DUPLICATED,
    /** Packets deliberately corrupted. */
    FAULTS_CORRUPTED,
    /** Packets deliberately reordered. */
    FAULTS_REORDERED,
    /** Packets deliberately delayed. */
    FAULTS_DELAYED;

    /**
     * Returns the counter of a defect.
     *
     * @param defect what is wrong with a packet.
     * @return the counter to increment.
     */
    public static TransportCounter of(final PacketDefect defect) {
        return switch (defect) {
            case LENGTH -> DROPPED_LENGTH;
            case OPCODE -> DROPPED_OPCODE;
            case VERSION -> DROPPED_VERSION;
            case PARTITION_KEY -> DROPPED_PARTITION_KEY;
        };
    }

    /** Returns the counter of an acknowledgement or NAK sent. */
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

    /** Returns the counter of a NAK received, other than RNR and sequence error. */
    static TransportCounter ofReceivedNak(final int syndrome) {
        return switch (syndrome) {
            case Syndrome.NAK_REMOTE_ACCESS_ERROR -> ACCESS_NAKS_RECEIVED;
            case Syndrome.NAK_REMOTE_OPERATIONAL_ERROR -> OPERATIONAL_NAKS_RECEIVED;
            default -> INVALID_REQUEST_NAKS_RECEIVED;
        };
    }
}
