// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A session came up, ended or changed. */
@Name("dev.ffmverbs.ccm.Session")
@Label("Session")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("A session came up, ended, or changed: its path, or its connection")
@StackTrace(false)
public final class SessionEvent extends Event {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Name of the partner. */
    @Label("Partner")
    public String partner;

    /** What happened, in capitals: UP, DOWN, PATH_CHANGED and others. */
    @Label("Change")
    public String change;

    /** Boot id of the partner; empty if there is no session. */
    @Label("Boot Id")
    public String bootId;

    /** Epoch of the partner; 0 if there is no session. */
    @Label("Epoch")
    public long epoch;

    /** Further facts, in words; may be empty. */
    @Label("Detail")
    public String detail;

    /** Creates an event that is not recorded yet. */
    public SessionEvent() {
        // The code that commits it sets the fields.
    }
}
