// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

/**
 * Tells the session thread what has completed, and lets it sleep until something does.
 *
 * <p>One thread polls and waits. Any thread may wake it.
 */
public interface CompletionSource {

    /**
     * Passes everything that has completed to the links it belongs to. Does not block, and allocates nothing.
     *
     * @return how many completions there were.
     * @throws dev.ffmverbs.VerbsException if a completion queue is broken.
     */
    int poll();

    /**
     * Sleeps until something has completed, {@link #wakeUp} is called or the time is over, and for a second at most.
     * The caller then polls for what has completed.
     *
     * @param timeoutNs longest time to sleep, in nanoseconds.
     * @throws dev.ffmverbs.VerbsException if the device refuses to announce completions.
     */
    void await(long timeoutNs);

    /** Ends the present {@link #await}, or the next one. Has no effect once the source is closed. */
    void wakeUp();
}
