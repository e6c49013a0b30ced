// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/** Takes what happens to a queue pair apart from completions; types are values of {@code enum ibv_event_type}. */
public interface AsynchronousEvents {

    /** A peer's request was invalid here. */
    int QUEUE_PAIR_REQUEST_ERROR = 2;
    /** A peer accessed memory it may not access so. */
    int QUEUE_PAIR_ACCESS_ERROR = 3;
    /** The first packet arrived before the queue pair was made ready to send. */
    int COMMUNICATION_ESTABLISHED = 4;
    /** All requests begun before the send queue was told to drain are done. */
    int SEND_QUEUE_DRAINED = 5;
    /**
     * A packet of its peer came for a queue pair that was {@linkplain ReliableConnection#probe probed}. Users never see
     * it, and no {@code enum ibv_event_type} has it.
     */
    int PEER_ANSWERED = -1;
    /** The queue pair will take no further receive from its shared receive queue. */
    int LAST_RECEIVE_REACHED = 16;

    /**
     * Notes an event; called under the dispatch lock.
     *
     * @param type      one of the constants here.
     * @param queuePair number of the queue pair it happened to.
     */
    void happened(int type, int queuePair);
}
