// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import dev.ffmverbs.spi.layout.CompletionQueueAttributesLayout;
import java.lang.foreign.MemorySegment;

/** Operations of a completion queue ({@code struct ibv_cq}). */
public interface CompletionQueueOperations extends NativeObject {

    /**
     * Returns how many completions this queue can hold.
     *
     * @return at least the number requested.
     */
    int capacity();

    /**
     * Removes completions from the queue ({@code ibv_poll_cq(3)}). Never blocks, never allocates.
     *
     * @param maximum     most completions to take, at least 1.
     * @param completions receives the completions; has room for at least {@code maximum}.
     * @return how many were removed; negative when the queue has failed.
     */
    int poll(int maximum, CompletionMemory completions);

    /**
     * Requests one event on the channel at the next completion ({@code ibv_req_notify_cq(3)}).
     *
     * @param solicitedOnly whether only solicited and failed completions raise the event.
     * @return 0, or the error number.
     */
    int requestNotification(boolean solicitedOnly);

    /**
     * Changes the capacity ({@code ibv_resize_cq(3)}).
     *
     * @param minimumEntries completions it must be able to hold.
     * @throws ProviderException when it cannot be resized; {@code EOPNOTSUPP} when the device lacks the operation.
     */
    default void resize(final int minimumEntries) throws ProviderException {
        throw new ProviderException("ibv_resize_cq", "entries=" + minimumEntries, Errno.EOPNOTSUPP);
    }

    /**
     * Changes attributes ({@code ibv_modify_cq(3)}).
     *
     * @param attributes a {@code struct ibv_modify_cq_attr}.
     * @throws ProviderException when a value is refused; {@code EOPNOTSUPP} when the device lacks the operation.
     */
    default void modify(final MemorySegment attributes) throws ProviderException {
        throw new ProviderException("ibv_modify_cq", CompletionQueueAttributesLayout.describe(attributes),
            Errno.EOPNOTSUPP);
    }

    /**
     * Announces that only the calling thread uses this queue from now on. A provider may then make calls on it cheaper.
     */
    default void confine() {
    }

    /**
     * Destroys the queue ({@code ibv_destroy_cq(3)}). Its events have been acknowledged.
     *
     * @throws ProviderException when it cannot be destroyed.
     */
    void close() throws ProviderException;
}
