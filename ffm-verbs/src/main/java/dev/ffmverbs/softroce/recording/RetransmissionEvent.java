// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.recording;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The event that a queue pair retransmits from its first unanswered packet. */
@Name("dev.ffmverbs.softroce.Retransmission")
@Label("Software RoCE Retransmission")
@Category({"RDMA", "Software RoCE"})
@Description("A queue pair retransmits from its first unanswered packet")
@StackTrace(false)
public final class RetransmissionEvent extends Event {

    /** Number of the queue pair. */
    @Label("Queue Pair")
    public int queuePair;

    /** Number of the peer's queue pair. */
    @Label("Peer Queue Pair")
    public int peerQueuePair;

    /** Addresses and UDP ports of both sides. */
    @Label("Path")
    public String path;

    /** TIMEOUT, SEQUENCE_NAK, IMPLIED_NAK or RECEIVER_NOT_READY. */
    @Label("Reason")
    public String reason;

    /** Sequence number of the first packet that is retransmitted. */
    @Label("Packet Sequence Number")
    public int packetSequenceNumber;

    /** Creates an event that is not recorded yet. */
    public RetransmissionEvent() {
        // The code that commits the event sets the fields.
    }
}
