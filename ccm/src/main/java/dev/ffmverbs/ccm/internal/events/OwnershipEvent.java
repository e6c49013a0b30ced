// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A node tried to win a term, began to own, or ceased to own. */
@Name("dev.ffmverbs.ccm.Ownership")
@Label("Ownership")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("A node tried to win a term, began to own, or ceased to own")
@StackTrace(false)
public final class OwnershipEvent extends Event {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Name of the partner. */
    @Label("Partner")
    public String partner;

    /** Name of the ownership. */
    @Label("Ownership")
    public String ownership;

    /** WON, NOT_WON or UNANSWERED of an attempt to win; ACQUIRED or LOST. */
    @Label("Change")
    public String change;

    /** The term. */
    @Label("Term")
    public long term;

    /** Why this node ceased to own; empty for another change. */
    @Label("Reason")
    public String reason;

    /** From the last sign of the partner to the end of the session with it; 0 if no session had ended. */
    @Label("Detection")
    @Timespan(Timespan.NANOSECONDS)
    public long detectionNs;

    /** From the end of the session to the question for the arbiter by which the term was won; 0 as above. */
    @Label("Decision")
    @Timespan(Timespan.NANOSECONDS)
    public long decisionNs;

    /** From that question to the answer of the arbiter. */
    @Label("Swap")
    @Timespan(Timespan.NANOSECONDS)
    public long swapNs;

    /** From the answer to the begin of ownership. */
    @Label("Wait")
    @Timespan(Timespan.NANOSECONDS)
    public long waitNs;

    /** Creates an event that is not recorded yet. */
    public OwnershipEvent() {
        // The code that commits it sets the fields.
    }
}
