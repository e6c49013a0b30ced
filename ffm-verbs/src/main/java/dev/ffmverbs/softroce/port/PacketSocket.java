// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.io.IOException;

/** What a port needs of its UDP socket to exchange packets; guarded by the dispatch lock. */
interface PacketSocket extends PacketSink {

    /** Where it is bound. */
    LocalAddress local();

    /** Whether it keeps its packets from being fragmented. */
    boolean staysWhole() throws IOException;

    /**
     * Takes the next packet, if there is one.
     *
     * @param packet where to put it.
     * @return false when none has come.
     */
    boolean receive(RocePacket packet);

    /** IPv4 address that the last packet came from, first octet in the top byte. */
    int sourceAddress();

    /** UDP port that the last packet came from. */
    int sourcePort();
}
