// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Ports of a client were opened, closed or refused. */
@Name("dev.ffmverbs.ccm.Ports")
@Label("Ports")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("Ports of a client were opened, closed or refused")
@StackTrace(false)
public final class PortsEvent extends Event {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Name of the partner. */
    @Label("Partner")
    public String partner;

    /** Name of the client. */
    @Label("Client")
    public String client;

    /** OPENED, CLOSED or REFUSED. */
    @Label("Change")
    public String change;

    /** Number of ports. */
    @Label("Ports")
    public int ports;

    /** Bytes of memory that the partner can reach through them. */
    @Label("Memory")
    public long memoryBytes;

    /** The reason if they were refused; empty otherwise. */
    @Label("Detail")
    public String detail;

    /** Creates an event that is not recorded yet. */
    public PortsEvent() {
        // The code that commits it sets the fields.
    }
}
