// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.util.OptionalInt;

/** Operations of a completion channel ({@code struct ibv_comp_channel}). */
public interface CompletionChannelOperations extends NativeObject {

    /**
     * Returns the file descriptor that becomes readable when an event is pending.
     *
     * @return a descriptor for {@code poll(2)} or {@code epoll(7)}; empty when the provider has none.
     * @throws ProviderException when the provider has descriptors but cannot make this one; {@code EOPNOTSUPP} when it
     *                           is not allowed to.
     */
    OptionalInt fileDescriptor() throws ProviderException;

    /**
     * Waits for an event and acknowledges it ({@code ibv_get_cq_event(3)}, {@code ibv_ack_cq_events(3)}).
     *
     * @param timeoutNs how long to wait, in nanoseconds; 0 does not wait, and consumes no wake-up.
     * @return the completion queue that announced a completion, or null when the time ran out or a {@link #wakeUp}
     *     ended the wait.
     * @throws ProviderException when events cannot be read.
     */
    CompletionQueueOperations awaitEvent(long timeoutNs) throws ProviderException;

    /** Ends one wait in {@link #awaitEvent}: a wait in progress, or else the next one. Each call ends one wait. */
    void wakeUp();

    /**
     * Destroys the channel ({@code ibv_destroy_comp_channel(3)}).
     *
     * @throws ProviderException when it cannot be destroyed.
     */
    void close() throws ProviderException;
}
