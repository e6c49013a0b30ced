// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.recording;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** The event with the value of one counter of one open device. */
@Name("dev.ffmverbs.softroce.Counter")
@Label("Software RoCE Counter")
@Category({"RDMA", "Software RoCE"})
@Description("Value of a counter of an open software RDMA device")
@Period("1 s")
@StackTrace(false)
public final class CounterEvent extends Event {

    /** Name of the device. */
    @Label("Device")
    public String device;

    /** Address and UDP port of the device. */
    @Label("Address")
    public String address;

    /** Name of the counter, as in {@code Context.portStatistics}. */
    @Label("Counter")
    public String counter;

    /** Value of the counter. */
    @Label("Total")
    @Description("Count since the device was opened")
    public long total;

    /** Increase of the counter. */
    @Label("Increase")
    @Description("Increase since the previous event of this counter, in any recording")
    public long increase;

    /** Creates an event that is not recorded yet. */
    public CounterEvent() {
        // The code that commits the event sets the fields.
    }
}
