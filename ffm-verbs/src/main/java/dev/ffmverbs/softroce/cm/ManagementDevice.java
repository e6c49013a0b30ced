// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.ManagementPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The interface of a device to its communication manager.
 *
 * <p>The device in turn calls {@link CommunicationManager#receive} with every management datagram, and {@link
 * CommunicationManager#tick} when {@link CommunicationManager#untilNextDeadlineNs} has passed. All methods here are
 * called from any thread, and none while the communication manager holds its lock. An implementation may therefore take
 * locks that it also holds when it calls the communication manager, and may even deliver a datagram to the peer at
 * once.
 */
public interface ManagementDevice {

    /**
     * Returns the device's name.
     *
     * @return the name, for example {@code soft0}.
     */
    String deviceName();

    /**
     * Returns the device's globally unique identifier, by which peers tell devices apart.
     *
     * @return the identifier in host byte order; the same as long as the device exists.
     */
    long guid();

    /**
     * Returns the device's only address.
     *
     * @return the address its datagrams come from.
     */
    InetAddress localAddress();

    /**
     * Returns the index of that address in the GID table.
     *
     * @return the index, from 0.
     */
    int gidIndex();

    /**
     * Returns the largest payload of a packet that reaches a peer.
     *
     * @param peer the peer.
     * @return one of {@code enum ibv_mtu}, 1 for 256 bytes to 5 for 4096.
     */
    int pathMtu(InetAddress peer);

    /**
     * Returns the time that deadlines refer to.
     *
     * @return nanoseconds since an arbitrary origin, like {@link System#nanoTime()}.
     */
    long nanoTime();

    /**
     * Sends a datagram to queue pair 1 of a peer.
     *
     * <p>Like any packet, it may be lost. A datagram that cannot be sent is dropped without an exception.
     *
     * @param peer         address of the peer.
     * @param trafficClass TOS byte of the packet, 0 to 255.
     * @param datagram     {@link ManagementPacket#DATAGRAM_BYTES} bytes, from position to limit; must not be changed.
     */
    void send(InetAddress peer, int trafficClass, ByteBuffer datagram);

    /**
     * Makes the peer of a connected queue pair send a packet, without any effect visible to either application.
     *
     * <p>When a packet arrives from the peer afterwards, the device calls {@link CommunicationManager#onSignOfLife}. A
     * peer whose queue pair is not connected to this one stays silent.
     *
     * @param queuePair number of a queue pair of this device; one that does not exist or is not connected is ignored.
     */
    void probe(int queuePair);

    /**
     * Makes this machine receive what is sent to a multicast group, until {@link #leaveGroup} is called as often.
     *
     * @param group address of the group.
     * @throws IOException if the system refuses.
     */
    void joinGroup(InetAddress group) throws IOException;

    /**
     * Ends the effect of one call of {@link #joinGroup}.
     *
     * @param group address of the group.
     */
    void leaveGroup(InetAddress group);

    /** Informs the device that the next deadline may be earlier than its waiting thread expects. */
    void onEarlierDeadline();
}
