// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A step that follows the handshake was taken. */
@Name("dev.ffmverbs.ccm.ExchangeStep")
@Label("Exchange Step")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("A step that follows the handshake was taken")
@StackTrace(false)
public final class ExchangeStepEvent extends Event {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Name of the partner. */
    @Label("Partner")
    public String partner;

    /** Name of the step. */
    @Label("Step")
    public String step;

    /** Client that the step was taken for; empty if it was not taken for one client alone. */
    @Label("Client")
    public String client;

    /** Creates an event that is not recorded yet. */
    public ExchangeStepEvent() {
        // The code that commits it sets the fields.
    }
}
