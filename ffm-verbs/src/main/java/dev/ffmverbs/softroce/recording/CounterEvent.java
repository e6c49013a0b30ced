// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.recording;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** One counter of one open device. */
@Name("dev.ffmverbs.softroce.Counter")
@Label("Software RoCE Counter")
@Category({"RDMA", "Software RoCE"})
@Description("A counter of a software RDMA device, while the device is open")
@Period("1 s")
@StackTrace(false)
public final class CounterEvent extends Event {

    /** Name of the device. */
    @Label("Device")
    public String device;

    /** Its address and UDP port. */
    @Label("Address")
    public String address;

    /** Name of the counter, as {@code Context.portStatistics} has it. */
    @Label("Counter")
    public String counter;

    /** Its value. */
    @Label("Total")
    @Description("Since the device was opened")
    public long total;

    /** By how much it rose. */
    @Label("Increase")
    @Description("Since the event before, of whatever recording")
    public long increase;

    /** Creates an event that is not recorded yet. */
    public CounterEvent() {
        // The code that commits it sets the fields.
    }
}
