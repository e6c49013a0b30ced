// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.RocePacket;

/**
 * Handles queue pair 1 of a port. Called under the dispatch lock, so that it must not block.
 *
 * <p>These methods may call {@link GeneralServices}, and so may any other thread.
 */
public interface ManagementAgent {

    /**
     * Handles a datagram for queue pair 1.
     *
     * @param packet  the packet, whose checksum is correct.
     * @param arrival where it came from and where it arrived. Valid only during the call.
     */
    void receive(RocePacket packet, Arrival arrival);

    /**
     * Handles the arrival of the first packet for a queue pair that is not yet ready to send.
     *
     * @param queuePair number of the queue pair.
     */
    void onFirstPacket(int queuePair);

    /**
     * Handles a packet from the peer of a queue pair that was {@linkplain GeneralServices#probe probed}.
     *
     * @param queuePair number of the queue pair.
     */
    void onSignOfLife(int queuePair);

    /** Does what is due. Called when the time that {@link #untilNextDeadlineNs} returned has passed. */
    void tick();

    /**
     * Returns the time until the next call of {@link #tick}. Called after each call of the other methods, and by
     * {@link GeneralServices#reschedule}.
     *
     * @return nanoseconds from now, or {@link Long#MAX_VALUE} if there is nothing to wait for.
     */
    long untilNextDeadlineNs();
}
