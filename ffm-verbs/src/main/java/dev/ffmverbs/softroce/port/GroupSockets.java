// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.io.IOException;

/**
 * The sockets of multicast groups. One thread waits for their packets and receives them. Any thread opens and closes
 * sockets, and wakes that thread.
 */
interface GroupSockets extends AutoCloseable {

    /** The socket of one group. */
    interface GroupSocket {

        /**
         * Receives the next packet, if there is one.
         *
         * @return the packet, in the memory it arrived in and valid until the next one, or null if none has arrived or
         *     the socket is closed.
         */
        RocePacket receive();

        /** Closes the socket. Nothing is received from it afterwards. */
        void close(PortLog log);
    }

    /**
     * Opens the socket of a group, and joins the group on the interface of the port.
     *
     * @throws IOException if the system refuses it. Other sockets of this machine may have the group as well, if they
     *     allow that as this one does.
     */
    GroupSocket open(IpAddress group) throws IOException;

    /** Returns where the last packet came from and where it arrived. The next packet changes this object. */
    Arrival arrival();

    /** Waits until packets have arrived, or the thread is woken. */
    void await() throws IOException;

    /** Ends the current wait, or else the next one. */
    void wakeUp();

    /** Closes what the wait uses, after all sockets were closed. */
    @Override
    void close() throws IOException;
}
