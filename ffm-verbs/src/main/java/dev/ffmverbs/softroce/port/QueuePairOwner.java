// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/** The owner of a queue pair of a port. Called under the dispatch lock, so that it must not block. */
public interface QueuePairOwner {

    /**
     * Handles an event of the queue pair, other than a completion, that its user receives.
     *
     * @param type a value of {@code enum ibv_event_type}.
     */
    void onEvent(int type);

    /** Handles the end of the work on a packet for the queue pair. */
    void onPacketProcessed();
}
