// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.recording;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The event that a queue pair sent or received a negative acknowledgement. */
@Name("dev.ffmverbs.softroce.Nak")
@Label("Software RoCE NAK")
@Category({"RDMA", "Software RoCE"})
@Description("A queue pair sent or received a negative acknowledgement")
@StackTrace(false)
public final class NakEvent extends Event {

    /** Number of the queue pair. */
    @Label("Queue Pair")
    public int queuePair;

    /** Number of the peer's queue pair. */
    @Label("Peer Queue Pair")
    public int peerQueuePair;

    /** Addresses and UDP ports of both sides. */
    @Label("Path")
    public String path;

    /** Whether this side sent the NAK. */
    @Label("Sent")
    @Description("False if the peer sent it")
    public boolean sent;

    /** Name of the counter for this kind of NAK. */
    @Label("Kind")
    public String kind;

    /** Sequence number of the packet that is refused. */
    @Label("Packet Sequence Number")
    public int packetSequenceNumber;

    /** Creates an event that is not recorded yet. */
    public NakEvent() {
        // The code that commits the event sets the fields.
    }
}
