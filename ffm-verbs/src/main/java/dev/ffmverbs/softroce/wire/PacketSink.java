// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/**
 * Sends packets: a socket, a simulated link, or a stage in front of one.
 *
 * <p>A sender claims a packet, fills and seals it, and submits it before it claims the next one. Nothing is copied or
 * allocated in between. A claimed packet that is not submitted is abandoned, and the next claim may return it.
 * Implementations are called under the lock that guards the queue pairs, by one thread at a time.
 */
public interface PacketSink {

    /**
     * Returns a packet to fill.
     *
     * @return the packet, or null if nothing can be sent now; the sender then keeps its state and tries again later.
     */
    RocePacket claim();

    /**
     * Sends the packet claimed last.
     *
     * @param packet the packet that {@link #claim()} returned, sealed; the caller must not use it afterwards.
     * @param path   the path it takes.
     */
    void submit(RocePacket packet, UdpPath path);
}
