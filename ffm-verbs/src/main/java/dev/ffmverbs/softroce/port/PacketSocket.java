// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.io.IOException;

/** A UDP socket that sends and receives packets; guarded by the dispatch lock. */
interface PacketSocket extends PacketSink {

    /** Returns the address it is bound to. */
    LocalAddress local();

    /** Returns whether it keeps its packets from being fragmented. */
    boolean avoidsFragments() throws IOException;

    /**
     * Receives the next packet, if there is one.
     *
     * @param packet receives its bytes and length.
     * @return false if none has arrived.
     */
    boolean receive(RocePacket packet);

    /** Returns the IPv4 address that the last packet came from, first octet in the top byte. */
    int sourceAddress();

    /** Returns the UDP port that the last packet came from. */
    int sourcePort();
}
