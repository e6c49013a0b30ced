// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.Inet4Address;
import java.nio.ByteBuffer;

/**
 * What a communication manager needs of its device.
 *
 * <p>The device in turn calls {@link CommunicationManager#receive} with every management datagram, and {@link
 * CommunicationManager#tick} when {@link CommunicationManager#untilNextDeadlineNs} is up. All methods are called from
 * any thread, at a moment when no lock is held that those calls would need: they may take locks of the device which it
 * also holds around its own calls, and may even hand the datagram to the peer at once.
 */
public interface ManagementPort {

    /**
     * The device's name.
     *
     * @return for example {@code soft0}.
     */
    String deviceName();

    /**
     * The device's globally unique identifier, by which peers tell devices apart.
     *
     * @return the identifier in host byte order; the same for the life of the device.
     */
    long guid();

    /**
     * The device's only address.
     *
     * @return the address its datagrams come from.
     */
    Inet4Address localAddress();

    /**
     * Place of that address in the GID table.
     *
     * @return the index, from 0.
     */
    int gidIndex();

    /**
     * Largest payload of a packet that gets to a peer.
     *
     * @param peer the peer.
     * @return one of {@code enum ibv_mtu}, 1 for 256 bytes to 5 for 4096.
     */
    int pathMtu(Inet4Address peer);

    /**
     * The time that deadlines are measured by.
     *
     * @return nanoseconds since any moment, as {@link System#nanoTime()} counts.
     */
    long nanoTime();

    /**
     * Sends a datagram to queue pair 1 of a peer.
     *
     * <p>Like any packet it may be lost: what cannot be sent is dropped, nothing is thrown.
     *
     * @param peer     where to.
     * @param datagram {@link ManagementPacket#DATAGRAM_BYTES} bytes, from position to limit; not to be changed.
     */
    void send(Inet4Address peer, ByteBuffer datagram);

    /**
     * Makes the peer of a connected queue pair show that it is there, without any effect on what either end sees.
     *
     * <p>When a packet comes from the peer afterwards, the device calls {@link CommunicationManager#peerAnswered}. A
     * peer whose queue pair is not connected to this one stays silent.
     *
     * @param queuePair number of a queue pair of ours; one that does not exist or is not connected does no harm.
     */
    void probe(int queuePair);

    /** Tells the device that the next deadline may be sooner than the thread that waits for it believes. */
    void deadlineMoved();
}
