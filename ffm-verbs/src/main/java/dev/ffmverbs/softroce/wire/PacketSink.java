// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/**
 * Takes packets on their way out: a socket, a simulated link, or a stage in front of one.
 *
 * <p>A sender claims a packet, fills and seals it, and submits it before it claims the next; nothing is copied or
 * allocated in between. A claimed packet that is not submitted is abandoned; the next claim may return it. Called under
 * the lock that guards the queue pairs, so by one thread at a time.
 */
public interface PacketSink {

    /**
     * A packet to fill.
     *
     * @return the packet, or null when nothing can be sent now; the sender keeps its state and tries again later.
     */
    RocePacket claim();

    /**
     * Sends the packet claimed last.
     *
     * @param packet the packet that {@link #claim()} returned, sealed; no longer the caller's afterwards.
     * @param path   the way it takes.
     */
    void submit(RocePacket packet, UdpPath path);
}
