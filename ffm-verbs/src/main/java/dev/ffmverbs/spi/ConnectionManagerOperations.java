// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/** Operations of a connection manager: an event channel, and the identifiers that report to it ({@code rdma_cm(7)}). */
public interface ConnectionManagerOperations extends NativeObject {

    /**
     * Creates an identifier for a reliable connection ({@code rdma_create_id(3)} in {@code RDMA_PS_TCP}).
     *
     * @return an identifier that is neither bound nor connected.
     * @throws ProviderException when it cannot be created.
     */
    ConnectionIdentifierOperations createIdentifier() throws ProviderException;

    /**
     * Waits for the next event, copies it and acknowledges it ({@code rdma_get_cm_event(3)}).
     *
     * @param timeoutNs how long to wait, in nanoseconds; 0 does not wait.
     * @return the event, or null when the time ran out or {@link #wakeUp} was called.
     * @throws ProviderException when events cannot be read.
     */
    ConnectionEventData nextEvent(long timeoutNs) throws ProviderException;

    /** Ends the wait of a thread in {@link #nextEvent}, or else the next wait. */
    void wakeUp();

    /**
     * Destroys the event channel ({@code rdma_destroy_event_channel(3)}). Its identifiers have been destroyed before,
     * as far as that was possible. An identifier that is left can still be closed.
     *
     * @throws ProviderException when it cannot be destroyed.
     */
    void close() throws ProviderException;
}
