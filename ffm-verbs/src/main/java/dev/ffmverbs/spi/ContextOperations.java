// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;

/** Operations of an open device ({@code struct ibv_context}). */
public interface ContextOperations extends NativeObject {

    /**
     * Reads the device's limits and capabilities ({@code ibv_query_device_ex(3)}).
     *
     * @param deviceAttributes receives a {@code struct ibv_device_attr_ex}; a value the device does not report is 0.
     * @throws ProviderException when the device cannot be queried.
     */
    void queryDevice(MemorySegment deviceAttributes) throws ProviderException;

    /**
     * Reads all attributes of a port, not the short compatibility form ({@code ibv_query_port(3)}).
     *
     * @param port           port number, from 1.
     * @param portAttributes receives a {@code struct ibv_port_attr}; a value the device does not report is 0.
     * @throws ProviderException when the port cannot be queried; {@code EINVAL} when the port does not exist.
     */
    void queryPort(int port, MemorySegment portAttributes) throws ProviderException;

    /**
     * Reads one entry of a port's GID table ({@code ibv_query_gid_ex(3)}).
     *
     * @param port     port number, from 1.
     * @param index    index in the table, from 0.
     * @param gidEntry receives a {@code struct ibv_gid_entry}.
     * @return whether the table has an entry at that index.
     * @throws ProviderException when the table cannot be read; {@code EINVAL} when the port or the index does not
     *                           exist.
     */
    boolean queryGidEntry(int port, int index, MemorySegment gidEntry) throws ProviderException;

    /**
     * Reads one entry of a port's table of partition keys ({@code ibv_query_pkey(3)}).
     *
     * @param port  port number, from 1.
     * @param index index in the table, from 0.
     * @return the key in host byte order, 0 to 65535.
     * @throws ProviderException when it cannot be read; {@code EOPNOTSUPP} when the device has no partition keys,
     *                           {@code EINVAL} when the port or the index does not exist.
     */
    default int queryPartitionKey(final int port, final int index) throws ProviderException {
        throw new ProviderException("ibv_query_pkey", "port=" + port + ", index=" + index, Errno.EOPNOTSUPP);
    }

    /**
     * Finds a key in a port's table of partition keys ({@code ibv_get_pkey_index(3)}).
     *
     * @param port         number of a port that exists, from 1.
     * @param partitionKey the key in host byte order, 0 to 65535.
     * @return its index; -1 when the table lacks the key.
     * @throws ProviderException {@code EOPNOTSUPP} when the device has no partition keys.
     */
    default int findPartitionKey(final int port, final int partitionKey) throws ProviderException {
        throw new ProviderException("ibv_get_pkey_index", "port=" + port + ", pkey=" + partitionKey, Errno.EOPNOTSUPP);
    }

    /**
     * Reads a port's counters: packets, errors, retransmissions.
     *
     * @param port port number, from 1.
     * @return the counters by the device's names for them.
     * @throws ProviderException when they cannot be read; {@code EOPNOTSUPP} when the device has none, {@code EINVAL}
     *     when the port does not exist.
     */
    default Map<String, Long> portStatistics(final int port) throws ProviderException {
        throw new ProviderException("port statistics", "port=" + port, Errno.EOPNOTSUPP);
    }

    /**
     * Returns how many interrupt vectors completion queues can be spread over.
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
     * @throws ProviderException when the device has no protection domain left.
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
     * @param channel          channel on which the queue announces completions, or null.
     * @param completionVector interrupt vector, from 0.
     * @return the completion queue.
     * @throws ProviderException when it cannot be created.
     */
    CompletionQueueOperations createCompletionQueue(
        int minimumEntries, CompletionChannelOperations channel, int completionVector) throws ProviderException;

    /**
     * Creates a completion queue that is read in place ({@code ibv_create_cq_ex(3)}).
     *
     * @param initAttributes a {@code struct ibv_cq_init_attr_ex}, whose pointers the provider sets.
     * @param channel        channel on which the queue announces completions, or null.
     * @param parentDomain   parent domain that the queue is created in, or null.
     * @return the completion queue.
     * @throws ProviderException when it cannot be created; {@code EOPNOTSUPP} when the device has none, or lacks a
     *                           field.
     */
    default ExtendedCompletionQueueOperations createExtendedCompletionQueue(
        final MemorySegment initAttributes, final CompletionChannelOperations channel,
        final ProtectionDomainOperations parentDomain) throws ProviderException {
        throw new ProviderException("ibv_create_cq_ex", "", Errno.EOPNOTSUPP);
    }

    /**
     * Allocates a thread domain ({@code ibv_alloc_td(3)}). Only the calling thread uses the objects created in it.
     *
     * @return the thread domain.
     * @throws ProviderException when it cannot be allocated; {@code EOPNOTSUPP} when the device has none.
     */
    default ThreadDomainOperations allocateThreadDomain() throws ProviderException {
        throw new ProviderException("ibv_alloc_td", "", Errno.EOPNOTSUPP);
    }

    /**
     * Reads the device's clock ({@code ibv_query_rt_values_ex(3)}).
     *
     * @param values a {@code struct ibv_values_ex} that names the values wanted, and receives them.
     * @throws ProviderException when it cannot be read; {@code EOPNOTSUPP} when the device has none.
     */
    default void queryClock(final MemorySegment values) throws ProviderException {
        throw new ProviderException("ibv_query_rt_values_ex", "", Errno.EOPNOTSUPP);
    }

    /**
     * Writes the path to the sender of a datagram ({@code ibv_init_ah_from_wc(3)}).
     *
     * @param port       number of the port that the datagram arrived at, from 1.
     * @param completion the {@code struct ibv_wc} of its receive.
     * @param header     its {@code struct ibv_grh}, the first 40 bytes of the receive buffer.
     * @param address    receives a {@code struct ibv_ah_attr}.
     * @throws ProviderException when there is no path; {@code EOPNOTSUPP} when the device has no address handles.
     */
    default void initializeAddress(
        final int port, final MemorySegment completion, final MemorySegment header, final MemorySegment address)
        throws ProviderException {
        throw new ProviderException("ibv_init_ah_from_wc", "port=" + port, Errno.EOPNOTSUPP);
    }

    /**
     * Waits for the next asynchronous event and acknowledges it ({@code ibv_get_async_event(3)}).
     *
     * @param timeoutNs how long to wait, in nanoseconds; 0 does not wait.
     * @return the event, or null when the time ran out or {@link #wakeUp} was called.
     * @throws ProviderException when events cannot be read.
     */
    AsynchronousEventData nextAsynchronousEvent(long timeoutNs) throws ProviderException;

    /**
     * Ends the wait of a thread in {@link #nextAsynchronousEvent}, or else the next wait.
     *
     * <p>Without an implementation, closing the context waits until the thread's timeout.
     */
    default void wakeUp() {
    }

    /**
     * Returns the barrier that lets posting and polling work without atomic instructions. The thread that closes a
     * queue executes the barrier and waits for the calls in progress. Without a barrier, every call is counted by two
     * atomic additions.
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
