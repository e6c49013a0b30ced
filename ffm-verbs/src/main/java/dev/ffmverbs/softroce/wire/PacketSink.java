// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/**
 * Sends packets: a socket, a simulated link, or a stage in front of one.
 *
 * <p>A sender claims a packet, fills it, places it, seals it with the identification that {@link #place} returned, and
 * submits it before it claims the next one. Nothing is copied or allocated in between. A claimed packet that is not
 * submitted is abandoned, and the next claim may return it. A packet that is submitted without being placed leaves
 * alone, with identification 0. Submitted packets may stay in the sink until {@link #flush} is called.
 *
 * <p>A <i>train</i> is a row of packets that the network stack handles as one: they take the same path with the same
 * traffic class and have the same length, except that the last may be shorter. There are at most 64 of them, of at most
 * 65 000 bytes together. The first packet of a train has the IPv4 identification 0, and the next ones count up.
 *
 * <p>Implementations are called under the lock that guards the queue pairs, by one thread at a time.
 */
public interface PacketSink {

    /**
     * Returns a packet to fill.
     *
     * @return the packet, or null if nothing can be sent now; the sender then keeps its state and tries again later.
     */
    RocePacket claim();

    /**
     * Decides in which train the packet claimed last leaves.
     *
     * @param packet    the packet that {@link #claim()} returned, complete but for its checksum.
     * @param path      the path it takes.
     * @param mayFollow whether it may have another identification than 0, that is, whether its receiver takes trains.
     * @return the IPv4 identification to seal it with: its index in the train, 0 to 63. 0 if the packet starts a train,
     *     leaves alone or may not follow, and always if the sink has no trains.
     */
    default int place(final RocePacket packet, final UdpPath path, final boolean mayFollow) {
        return 0;
    }

    /**
     * Sends the packet claimed last, at the latest when {@link #flush} is called.
     *
     * @param packet the packet that {@link #claim()} returned, sealed; the caller must not use it afterwards.
     * @param path   the path it takes.
     */
    void submit(RocePacket packet, UdpPath path);

    /** Sends all packets submitted so far that have not left yet, in as few calls of the system as possible. */
    default void flush() {
        // A sink without trains has sent each packet when it was submitted.
    }
}
