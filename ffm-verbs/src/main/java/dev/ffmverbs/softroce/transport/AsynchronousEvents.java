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
     * Takes an event; called under the dispatch lock.
     *
     * @param type      one of {@link dev.ffmverbs.spi.constants.EventTypes}, or {@link #PEER_ANSWERED}.
     * @param queuePair number of the queue pair.
     */
    void onEvent(int type, int queuePair);
}
