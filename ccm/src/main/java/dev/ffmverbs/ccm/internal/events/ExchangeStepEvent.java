// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One of the things that follow the handshake was done. */
@Name("dev.ffmverbs.ccm.ExchangeStep")
@Label("Exchange Step")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("One of the things that follow the handshake was done")
@StackTrace(false)
public final class ExchangeStepEvent extends Event {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Name of the partner. */
    @Label("Partner")
    public String partner;

    /** What was done. */
    @Label("Step")
    public String step;

    /** For which client; empty when it concerns none alone. */
    @Label("Client")
    public String client;

    /** Creates an event that is not recorded yet. */
    public ExchangeStepEvent() {
        // The code that commits it sets the fields.
    }
}
