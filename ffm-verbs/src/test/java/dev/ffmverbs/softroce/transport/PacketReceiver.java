// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.RocePacket;

/** One end of a simulated link. */
interface PacketReceiver {

    /** Handles a datagram as a device does. */
    void receive(RocePacket packet, Arrival arrival, long nowNs);
}
