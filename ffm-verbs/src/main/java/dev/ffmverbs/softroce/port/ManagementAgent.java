// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.RocePacket;

/**
 * Who answers for queue pair 1 of a port; called under the dispatch lock, must not block.
 *
 * <p>It may call {@link Port#send} from within these methods as from any other thread.
 */
public interface ManagementAgent {

    /**
     * A datagram came for queue pair 1.
     *
     * @param packet        the packet, its checksum good.
     * @param sourceAddress IPv4 address it came from, first octet in the top byte.
     */
    void received(RocePacket packet, int sourceAddress);

    /**
     * The first packet came for a queue pair that is not ready to send yet.
     *
     * @param queuePair its number.
     */
    void connectionEstablished(int queuePair);

    /**
     * A packet of its peer came for a queue pair that was {@linkplain Port#probe probed}.
     *
     * @param queuePair its number.
     */
    void peerAnswered(int queuePair);

    /** The time that {@link #untilNextDeadlineNs} told is up. */
    void tick();

    /**
     * When to call {@link #tick}; asked after every call of the others, and after {@link Port#managementDeadlineMoved}.
     *
     * @return nanoseconds from now; {@link Long#MAX_VALUE} when there is nothing to wait for.
     */
    long untilNextDeadlineNs();
}
