// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import java.util.List;

/** One end of a game of messages to and fro with a pingpong program of rdma-core. */
interface PingPongPlayer extends AutoCloseable {

    /** Where its queue pairs are reached, in the order and number that the C program sends its own. */
    List<PeerAddress> addresses();

    /** Connects each queue pair to the peer's at the same place. */
    void connect(List<PeerAddress> peers);

    /**
     * Plays until as many messages as asked for went each way.
     *
     * @param starts     whether this end sends first.
     * @param iterations messages each way, over all queue pairs.
     */
    void play(boolean starts, int iterations);

    @Override
    void close();
}
