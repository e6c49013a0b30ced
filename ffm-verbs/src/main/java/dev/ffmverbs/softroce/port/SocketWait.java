// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;

/** Lets one thread at a time sleep until a socket has packets. */
interface SocketWait extends AutoCloseable {

    /**
     * Sleeps until a packet has arrived, the thread is woken or interrupted, or the timeout expires.
     *
     * @param orWritable whether to wait also for room to send packets.
     * @param timeoutNs  longest sleep in nanoseconds, more than 0. {@link Long#MAX_VALUE} for no limit.
     */
    void sleep(boolean orWritable, long timeoutNs) throws IOException;

    /** Ends the current sleep, or else the next one. Any thread may call this method. */
    void wakeUp();

    @Override
    void close();
}
