// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import java.util.List;

/** One end of a message exchange with a pingpong program of rdma-core. */
interface PingPongPlayer extends AutoCloseable {

    /** Returns the addresses of its queue pairs, in the order and number that the C program uses. */
    List<PeerAddress> addresses();

    /** Connects each queue pair to the peer's queue pair with the same index. */
    void connect(List<PeerAddress> peers);

    /**
     * Exchanges messages until the requested number has been sent in each direction.
     *
     * @param starts     whether this end sends first.
     * @param iterations messages in each direction, over all queue pairs.
     */
    void play(boolean starts, int iterations);

    @Override
    void close();
}
