// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/** Lets application threads sleep while another thread watches the socket of a port for them. Thread-safe. */
public interface Waiter {

    /**
     * Sleeps until the calling thread has what it waits for, {@link #endSleep} is called, the thread is interrupted, or
     * the timeout expires.
     *
     * @param timeoutNs longest sleep in nanoseconds.
     */
    void sleep(long timeoutNs);

    /** Ends the sleep of one thread, or else the next sleep. */
    void endSleep();
}
