// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/** Operations of a completion queue ({@code struct ibv_cq}). */
public interface CompletionQueueOperations {

    /**
     * How many completions it can hold.
     *
     * @return at least the number asked for.
     */
    int capacity();

    /**
     * Takes completions off the queue ({@code ibv_poll_cq(3)}); never blocks, never allocates.
     *
     * @param maximum     most completions to take, at least 1.
     * @param completions receives them; holds {@code maximum} at least.
     * @return how many were taken; negative when the queue is broken.
     */
    int poll(int maximum, CompletionMemory completions);

    /**
     * Asks for one event on the channel at the next completion ({@code ibv_req_notify_cq(3)}).
     *
     * @param solicitedOnly whether only solicited and failed completions count.
     * @return 0, or the error number.
     */
    int requestNotification(boolean solicitedOnly);

    /**
     * Changes the capacity ({@code ibv_resize_cq(3)}).
     *
     * @param minimumEntries completions it must be able to hold.
     * @throws ProviderException when it cannot be resized; {@code EOPNOTSUPP} when the device has no such operation.
     */
    default void resize(final int minimumEntries) throws ProviderException {
        throw new ProviderException("ibv_resize_cq", "entries=" + minimumEntries, Errno.EOPNOTSUPP);
    }

    /**
     * Announces that only the calling thread uses this queue from now on. A provider may then make calls on it cheaper.
     */
    default void confine() {
    }

    /**
     * Destroys the queue ({@code ibv_destroy_cq(3)}); its events have been acknowledged.
     *
     * @throws ProviderException when it cannot be destroyed.
     */
    void close() throws ProviderException;
}
