// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;

/** Operations of an open device ({@code struct ibv_context}). */
public interface ContextOperations {

    /**
     * Reads the device's limits and capabilities ({@code ibv_query_device_ex(3)}).
     *
     * @param deviceAttributes receives a {@code struct ibv_device_attr_ex}; what the device does not report is zero.
     * @throws ProviderException when the device cannot be queried.
     */
    void queryDevice(MemorySegment deviceAttributes) throws ProviderException;

    /**
     * Reads a port's whole attributes, not the short compatibility form ({@code ibv_query_port(3)}).
     *
     * @param port           port number, from 1.
     * @param portAttributes receives a {@code struct ibv_port_attr}; what the device does not report is zero.
     * @throws ProviderException when the port cannot be queried; {@code EINVAL} when there is no such port.
     */
    void queryPort(int port, MemorySegment portAttributes) throws ProviderException;

    /**
     * Reads one entry of a port's GID table ({@code ibv_query_gid_ex(3)}).
     *
     * @param port     port number, from 1.
     * @param index    index in the table, from 0.
     * @param gidEntry receives a {@code struct ibv_gid_entry}.
     * @return whether the entry is filled.
     * @throws ProviderException when the table cannot be read; {@code EINVAL} when port or index do not exist.
     */
    boolean queryGidEntry(int port, int index, MemorySegment gidEntry) throws ProviderException;

    /**
     * Reads a port's counters: packets, errors, retransmissions.
     *
     * @param port port number, from 1.
     * @return the counters by the names the device gives them.
     * @throws ProviderException when they cannot be read; {@code EOPNOTSUPP} when the device has none, {@code EINVAL}
     *     when there is no such port.
     */
    default Map<String, Long> portStatistics(final int port) throws ProviderException {
        throw new ProviderException("port statistics", "port=" + port, Errno.EOPNOTSUPP);
    }

    /**
     * How many interrupt vectors completion queues can be spread over.
     *
     * @return at least 1.
     */
    default int completionVectors() {
        return 1;
    }

    /**
     * Allocates a protection domain ({@code ibv_alloc_pd(3)}).
     *
     * @return the protection domain.
     * @throws ProviderException when the device has no more.
     */
    ProtectionDomainOperations allocateProtectionDomain() throws ProviderException;

    /**
     * Creates a completion channel ({@code ibv_create_comp_channel(3)}).
     *
     * @return the channel.
     * @throws ProviderException when it cannot be created.
     */
    CompletionChannelOperations createCompletionChannel() throws ProviderException;

    /**
     * Creates a completion queue ({@code ibv_create_cq(3)}).
     *
     * @param minimumEntries   completions it must be able to hold, at least 1.
     * @param channel          channel on which it announces completions, or null.
     * @param completionVector interrupt vector, from 0.
     * @return the completion queue.
     * @throws ProviderException when it cannot be created.
     */
    CompletionQueueOperations createCompletionQueue(
        int minimumEntries, CompletionChannelOperations channel, int completionVector) throws ProviderException;

    /**
     * Creates a completion queue that is read in place ({@code ibv_create_cq_ex(3)}).
     *
     * @param initAttributes a {@code struct ibv_cq_init_attr_ex}; its pointers are set by the provider.
     * @param channel        channel on which it announces completions, or null.
     * @return the completion queue.
     * @throws ProviderException when it cannot be created; {@code EOPNOTSUPP} when the device has none.
     */
    default ExtendedCompletionQueueOperations createExtendedCompletionQueue(
        final MemorySegment initAttributes, final CompletionChannelOperations channel) throws ProviderException {
        throw new ProviderException("ibv_create_cq_ex", "", Errno.EOPNOTSUPP);
    }

    /**
     * Waits for the next asynchronous event and acknowledges it ({@code ibv_get_async_event(3)}).
     *
     * @param timeoutNs how long to wait, in nanoseconds; 0 does not wait.
     * @return the event, or null when none came in time or {@link #wakeUp} was called.
     * @throws ProviderException when events cannot be read.
     */
    AsynchronousEventData nextAsynchronousEvent(long timeoutNs) throws ProviderException;

    /**
     * Lets a thread that waits in {@link #nextAsynchronousEvent} return at once, or the next one that would wait.
     *
     * <p>Without an implementation, closing the context waits until the thread's time is up.
     */
    default void wakeUp() {
    }

    /**
     * The barrier by which posting and polling do without atomic instructions: who closes a queue executes it, and
     * waits for the calls in progress. Without one, every call is counted, at the price of two atomic additions.
     *
     * @return the barrier; empty when this provider has none.
     */
    default Optional<ProcessBarrier> processBarrier() {
        return Optional.empty();
    }

    /**
     * Closes the device ({@code ibv_close_device(3)}).
     *
     * @throws ProviderException when it cannot be closed.
     */
    void close() throws ProviderException;
}
