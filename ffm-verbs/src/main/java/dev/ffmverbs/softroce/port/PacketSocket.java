// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.io.IOException;

/** A UDP socket that sends and receives packets and never blocks. Guarded by the dispatch lock. */
interface PacketSocket extends PacketSink, AutoCloseable {

    /** Returns the address that the socket is bound to. */
    LocalAddress local();

    /** Returns a description of the socket for users. Any thread may call this method. */
    String description();

    /** Returns whether the socket prevents fragmentation of its packets. */
    boolean avoidsFragments() throws IOException;

    /** Returns whether the socket sends and receives trains. */
    default boolean hasTrains() {
        return false;
    }

    /** Returns the size of the receive buffer that the system granted, including its own overhead. */
    int receiveBufferBytes() throws IOException;

    /**
     * Receives the next packet, if there is one.
     *
     * @return the packet, in the memory it arrived in and valid until the next call, or null if none has arrived.
     */
    RocePacket receive();

    /**
     * Returns whether packets remain of the train, or of the system call, that the last packet came in. They do not
     * make the system end a wait.
     */
    default boolean holdsPackets() {
        return false;
    }

    /** Returns whether packets remain of the train that the last packet came in. */
    default boolean isWithinTrain() {
        return false;
    }

    /**
     * Returns whether the last packet came alone, so that another is unlikely to be available yet. If one is available,
     * it ends a wait.
     */
    default boolean isAlone() {
        return false;
    }

    /** Returns where the last packet came from and where it arrived. The next packet changes this object. */
    Arrival arrival();

    /**
     * Receives packets at another address of the interface from now on, and lets packets leave from there. Does nothing
     * if it does already.
     *
     * @throws IOException if the system refuses it.
     */
    void listen(IpAddress address) throws IOException;

    /**
     * Lets packets leave from a UDP port.
     *
     * @param address address that packets are received at.
     * @param wanted  the port.
     * @return the port that they leave from. It is another one if the system refuses this one, or there are too many.
     */
    int leaveFrom(IpAddress address, int wanted);

    /** Returns whether a packet waits for room in the system. The socket must become writable first. */
    boolean isBlocked();

    /** Tries to send the packets that wait for room, if there are any. */
    void sendWaiting();

    /** Returns sockets for multicast groups, of the same kind as this socket. */
    GroupSockets openGroups() throws IOException;

    /** Returns a wait for packets of this socket. It must be closed before the socket. */
    SocketWait openWait() throws IOException;

    @Override
    void close();
}
