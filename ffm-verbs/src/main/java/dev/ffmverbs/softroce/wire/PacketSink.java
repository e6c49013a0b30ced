// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/**
 * Sends packets. A sink is a socket, a simulated link, or a stage in front of one.
 *
 * <p>A sender claims a packet, fills it, places it, seals it with the identification that {@link #place} returned, and
 * submits it before it claims the next one. Nothing is copied or allocated in between. A claimed packet that is not
 * submitted is abandoned, and the next claim may return it. A packet that is submitted without being placed leaves
 * alone, with identification 0. Submitted packets may stay in the sink until {@link #flush} is called.
 *
 * <p>A <i>train</i> is a sequence of packets that the network stack handles as one. They take the same path with the
 * same traffic class and have the same length, except that the last may be shorter. A train has at most
 * {@value #MAX_TRAIN_PACKETS} packets and 65 000 bytes. The first packet of a train has the IPv4 identification 0, and
 * the next ones count up.
 *
 * <p>Implementations are called under the lock that guards the queue pairs, by one thread at a time.
 */
public interface PacketSink {

    /** Maximum number of packets in a train, which every kernel with trains accepts ({@code UDP_MAX_SEGMENTS}). */
    int MAX_TRAIN_PACKETS = 64;

    /**
     * Returns a packet to fill.
     *
     * @return the packet, or null if nothing can be sent now. The sender then keeps its state and tries again later.
     */
    RocePacket claim();

    /**
     * Decides in which train the packet claimed last leaves.
     *
     * @param packet    the packet that {@link #claim()} returned, complete except for its checksum.
     * @param path      path that the packet takes.
     * @param mayFollow whether the identification may be other than 0, that is, whether the receiver accepts trains.
     * @return the IPv4 identification to seal the packet with. This is its index in the train, 0 to 63. The index is 0
     *     if the packet starts a train, leaves alone or may not follow, and always if the sink has no trains.
     */
    default int place(final RocePacket packet, final UdpPath path, final boolean mayFollow) {
        return 0;
    }

    /**
     * Sends the packet claimed last, at the latest when {@link #flush} is called.
     *
     * @param packet the sealed packet that {@link #claim()} returned. The caller must not use it afterwards.
     * @param path   path that the packet takes.
     */
    void submit(RocePacket packet, UdpPath path);

    /** Sends all submitted packets that have not left yet, in as few system calls as possible. */
    default void flush() {
        // A sink without trains has already sent each packet when it was submitted.
    }
}
