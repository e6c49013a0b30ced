// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

/**
 * Where the thread that drives sessions learns what has completed, and sleeps until something does.
 *
 * <p>One thread polls and waits; any thread wakes it.
 */
public interface CompletionSource {

    /**
     * Hands everything that has completed to the links it belongs to. Does not block, and allocates nothing.
     *
     * @return how many completions there were.
     * @throws dev.ffmverbs.VerbsException when a completion queue is broken.
     */
    int poll();

    /**
     * Sleeps until something has completed, {@link #wakeUp} is called or the time is over, or for a second. What has
     * completed is to be polled for then.
     *
     * @param timeoutNs longest time to sleep, in nanoseconds.
     * @throws dev.ffmverbs.VerbsException when the device refuses to announce completions.
     */
    void await(long timeoutNs);

    /** Ends the present {@link #await}, or the next one. Does nothing once the source is closed. */
    void wakeUp();
}
