// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/** The queue pair that a connection of a port belongs to; called under the dispatch lock, must not block. */
public interface QueuePairOwner {

    /**
     * Something happened to the connection that its user is told apart from completions.
     *
     * @param type a value of {@code enum ibv_event_type}.
     */
    void happened(int type);

    /** A packet for the connection was processed. */
    void packetProcessed();
}
