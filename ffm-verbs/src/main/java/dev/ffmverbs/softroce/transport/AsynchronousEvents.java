// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/** Receives the events of a queue pair other than completions. */
public interface AsynchronousEvents {

    /**
     * The peer of a queue pair that was {@linkplain ReliableConnection#probe probed} has sent a packet. Users never see
     * this event, and it has no value in {@code enum ibv_event_type}.
     */
    int PEER_ANSWERED = -1;

    /**
     * The peer of a queue pair does not accept packets that follow others in a train. Packets to it leave one by one
     * from now on. Users never see this event.
     */
    int TRAINS_REFUSED = -2;

    /**
     * Handles an event. Called under the dispatch lock.
     *
     * @param type      one of {@link dev.ffmverbs.spi.constants.EventTypes}, {@link #PEER_ANSWERED} or
     *                  {@link #TRAINS_REFUSED}.
     * @param queuePair number of the queue pair.
     */
    void onEvent(int type, int queuePair);
}
