// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/** Takes what happens to a queue pair apart from completions. */
public interface AsynchronousEvents {

    /**
     * A packet of its peer came for a queue pair that was {@linkplain ReliableConnection#probe probed}. Users never see
     * it, and no {@code enum ibv_event_type} has it.
     */
    int PEER_ANSWERED = -1;

    /**
     * The peer of a queue pair takes no packets that follow others in a train; they leave one by one from now on. Users
     * never see it either.
     */
    int TRAINS_REFUSED = -2;

    /**
     * Takes an event; called under the dispatch lock.
     *
     * @param type      one of {@link dev.ffmverbs.spi.constants.EventTypes}, {@link #PEER_ANSWERED} or
     *                  {@link #TRAINS_REFUSED}.
     * @param queuePair number of the queue pair.
     */
    void onEvent(int type, int queuePair);
}
