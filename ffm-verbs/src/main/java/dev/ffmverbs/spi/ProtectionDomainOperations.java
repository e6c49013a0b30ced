// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import dev.ffmverbs.spi.constants.AccessFlags;
import java.lang.foreign.MemorySegment;

/** Operations of a protection domain ({@code struct ibv_pd}). */
public interface ProtectionDomainOperations extends NativeObject {

    /**
     * Registers memory ({@code ibv_reg_mr_iova2(3)}).
     *
     * @param memory native memory that any thread may access; at least one byte.
     * @param iova   address by which remote peers and local work requests name the first byte.
     * @param access {@code IBV_ACCESS_*} flags.
     * @return the memory region.
     * @throws ProviderException when it cannot be registered; {@code ENOMEM} when the locked-memory limit is too low,
     *     {@code EINVAL} when the provider requires the memory and the iova to have the same offset within a page.
     */
    MemoryRegionOperations registerMemory(MemorySegment memory, long iova, int access) throws ProviderException;

    /**
     * Registers the whole address space of this process ({@code ibv_reg_mr(3)} with address NULL and length {@code
     * SIZE_MAX}). The address of a byte is that in this process.
     *
     * @param access {@code IBV_ACCESS_*} flags, {@code IBV_ACCESS_ON_DEMAND} among them.
     * @return the memory region.
     * @throws ProviderException when it cannot be registered; {@code EOPNOTSUPP} when the device cannot.
     */
    default MemoryRegionOperations registerAddressSpace(final int access) throws ProviderException {
        throw new ProviderException("ibv_reg_mr", "length=SIZE_MAX, access=" + AccessFlags.describe(access),
            Errno.EOPNOTSUPP, "the device has no implicit on-demand paging");
    }

    /**
     * Registers memory of another device ({@code ibv_reg_dmabuf_mr(3)}).
     *
     * @param descriptor  file descriptor of the dma-buf.
     * @param offsetBytes offset in it.
     * @param lengthBytes length of the region.
     * @param iova        address by which peers and local requests name the first byte.
     * @param access      {@code IBV_ACCESS_*} flags.
     * @return the memory region.
     * @throws ProviderException when it cannot be registered; {@code EOPNOTSUPP} when the device cannot.
     */
    default MemoryRegionOperations registerDmabuf(
        final int descriptor, final long offsetBytes, final long lengthBytes, final long iova, final int access)
        throws ProviderException {
        throw new ProviderException("ibv_reg_dmabuf_mr", "fd=" + descriptor, Errno.EOPNOTSUPP,
            "the device accesses memory of this process only");
    }

    /**
     * Advises the device on memory that is not locked ({@code ibv_advise_mr(3)}).
     *
     * @param advice   one of {@link dev.ffmverbs.spi.constants.MemoryAdvices}.
     * @param flags    {@code IBV_ADVISE_MR_FLAG_*} flags.
     * @param elements array of {@code struct ibv_sge}.
     * @param count    number of elements.
     * @throws ProviderException when the device refuses; {@code EOPNOTSUPP} when it cannot be advised.
     */
    default void advise(final int advice, final int flags, final MemorySegment elements, final int count)
        throws ProviderException {
        throw new ProviderException("ibv_advise_mr", "advice=" + advice, Errno.EOPNOTSUPP);
    }

    /**
     * Creates a queue pair ({@code ibv_create_qp(3)}).
     *
     * @param initAttributes     a {@code struct ibv_qp_init_attr}, whose pointers the provider sets; on return its
     *                           {@code cap} holds the sizes granted.
     * @param sendQueue          completion queue of the send queue.
     * @param receiveQueue       completion queue of the receive queue.
     * @param sharedReceiveQueue shared receive queue, or null.
     * @return the queue pair, in state RESET.
     * @throws ProviderException when it cannot be created.
     */
    QueuePairOperations createQueuePair(
        MemorySegment initAttributes, CompletionQueueOperations sendQueue, CompletionQueueOperations receiveQueue,
        SharedReceiveQueueOperations sharedReceiveQueue) throws ProviderException;

    /**
     * Creates a queue pair with the extended post interface ({@code ibv_create_qp_ex(3)}).
     *
     * @param initAttributes      a {@code struct ibv_qp_init_attr_ex}, whose pointers the provider sets.
     * @param sendQueue           completion queue of the send queue.
     * @param receiveQueue        completion queue of the receive queue.
     * @param sharedReceiveQueue  shared receive queue, or null.
     * @return the queue pair, in state RESET.
     * @throws ProviderException when it cannot be created; {@code EOPNOTSUPP} when the device has none.
     */
    default ExtendedQueuePairOperations createExtendedQueuePair(
        final MemorySegment initAttributes, final CompletionQueueOperations sendQueue,
        final CompletionQueueOperations receiveQueue, final SharedReceiveQueueOperations sharedReceiveQueue)
        throws ProviderException {
        throw new ProviderException("ibv_create_qp_ex", "", Errno.EOPNOTSUPP);
    }

    /**
     * Creates a shared receive queue ({@code ibv_create_srq(3)}).
     *
     * @param initAttributes a {@code struct ibv_srq_init_attr}; on return it holds the sizes granted.
     * @return the shared receive queue.
     * @throws ProviderException when it cannot be created; {@code EOPNOTSUPP} when the device has none.
     */
    default SharedReceiveQueueOperations createSharedReceiveQueue(final MemorySegment initAttributes)
        throws ProviderException {
        throw new ProviderException("ibv_create_srq", "", Errno.EOPNOTSUPP);
    }

    /**
     * Creates an address handle ({@code ibv_create_ah(3)}).
     *
     * @param addressAttributes a {@code struct ibv_ah_attr}.
     * @return the address handle.
     * @throws ProviderException when it cannot be created; {@code EOPNOTSUPP} when the device has none.
     */
    default AddressHandleOperations createAddressHandle(final MemorySegment addressAttributes)
        throws ProviderException {
        throw new ProviderException("ibv_create_ah", "", Errno.EOPNOTSUPP);
    }

    /**
     * Allocates a memory window ({@code ibv_alloc_mw(3)}).
     *
     * @param type the C constant of {@code enum ibv_mw_type}.
     * @return the memory window.
     * @throws ProviderException when it cannot be allocated; {@code EOPNOTSUPP} when the device has none.
     */
    default MemoryWindowOperations allocateMemoryWindow(final int type) throws ProviderException {
        throw new ProviderException("ibv_alloc_mw", "type=" + type, Errno.EOPNOTSUPP);
    }

    /**
     * Allocates a domain that shares the memory of this one ({@code ibv_alloc_parent_domain(3)}).
     *
     * @param threadDomain domain of the only thread that uses the queues created in it, or null.
     * @return the parent domain.
     * @throws ProviderException when it cannot be allocated; {@code EOPNOTSUPP} when the device has none.
     */
    default ProtectionDomainOperations allocateParentDomain(final ThreadDomainOperations threadDomain)
        throws ProviderException {
        throw new ProviderException("ibv_alloc_parent_domain", "", Errno.EOPNOTSUPP);
    }

    /**
     * Frees the protection domain ({@code ibv_dealloc_pd(3)}).
     *
     * @throws ProviderException when it cannot be freed.
     */
    void close() throws ProviderException;
}
