// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.io.IOException;

/** A UDP socket that sends and receives packets, and never blocks; guarded by the dispatch lock. */
interface PacketSocket extends PacketSink, AutoCloseable {

    /** Returns the address it is bound to. */
    LocalAddress local();

    /** Describes the socket to a user. Any thread may call it. */
    String description();

    /** Returns whether it keeps its packets from being fragmented. */
    boolean avoidsFragments() throws IOException;

    /** Returns whether it sends and receives trains. */
    default boolean hasTrains() {
        return false;
    }

    /** Returns the bytes of packets that the system buffers, including its own overhead. */
    int receiveBufferBytes() throws IOException;

    /**
     * Receives the next packet, if there is one.
     *
     * @return the packet, in the memory it arrived in, until the next call; null if none has arrived.
     */
    RocePacket receive();

    /**
     * Returns whether packets are left of the train, or of the call of the system, that the last packet came in. They
     * do not make the system end a wait.
     */
    default boolean holdsPackets() {
        return false;
    }

    /** Returns whether packets are left of the train that the last packet came in. */
    default boolean isWithinTrain() {
        return false;
    }

    /**
     * Returns whether the last packet came alone, so that another would hardly be found yet. It ends a wait if it is
     * there all the same.
     */
    default boolean isAlone() {
        return false;
    }

    /** Returns the IPv4 address that the last packet came from, first octet in the top byte. */
    int sourceAddress();

    /** Returns the UDP port that the last packet came from. */
    int sourcePort();

    /** Returns whether a packet waits for room in the system; the socket must become writable first. */
    boolean isBlocked();

    /** Tries to send the packets that wait for room, if there are any. */
    void sendWaiting();

    /** Returns a wait for packets of this socket, to be closed before the socket. */
    SocketWait openWait() throws IOException;

    @Override
    void close();
}
