// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.spi.AddressHandleOperations;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ExtendedQueuePairOperations;
import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.MemoryWindowOperations;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.SharedReceiveQueueOperations;
import dev.ffmverbs.spi.ThreadDomainOperations;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.MemoryWindowTypes;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import dev.ffmverbs.spi.layout.ExtendedQueuePairCreationLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import dev.ffmverbs.spi.layout.SharedReceiveQueueAttributesLayout;
import dev.ffmverbs.spi.layout.SharedReceiveQueueCreationLayout;
import java.lang.foreign.MemorySegment;

/** A protection domain: a number that its memory and queue pairs have in common. */
final class SoftProtectionDomain implements ProtectionDomainOperations {

    private final SoftContext context;
    private final int number;
    private final AddressHandles addressHandles;

    SoftProtectionDomain(final SoftContext context, final int number) {
        this(context, number, new AddressHandles());
    }

    private SoftProtectionDomain(final SoftContext context, final int number, final AddressHandles addressHandles) {
        this.context = context;
        this.number = number;
        this.addressHandles = addressHandles;
    }

    SoftContext context() {
        return context;
    }

    int number() {
        return number;
    }

    AddressHandles addressHandles() {
        return addressHandles;
    }

    @Override
    public MemoryRegionOperations registerMemory(final MemorySegment memory, final long iova, final int access)
        throws ProviderException {
        final Port port = context.port();
        port.lock();
        try {
            final RegisteredMemory registered = port.memory().register(memory, iova, access, number);
            return new SoftMemoryRegion(port, registered);
        } catch (final IllegalArgumentException e) {
            throw new ProviderException("ibv_reg_mr", "address=0x" + Long.toHexString(memory.address()) + ", length="
                + memory.byteSize() + ", iova=0x" + Long.toHexString(iova) + ", access=0x"
                + Integer.toHexString(access) + " (" + AccessFlags.describe(access) + ")", Errno.EINVAL,
                e.getMessage());
        } finally {
            port.unlock();
        }
    }

    @Override
    public MemoryRegionOperations registerAddressSpace(final int access) throws ProviderException {
        throw new ProviderException("ibv_reg_mr", "address=NULL, length=SIZE_MAX, access="
            + AccessFlags.describe(access), Errno.EOPNOTSUPP,
            "software devices access the memory segments that they are given, not the address space");
    }

    @Override
    public MemoryRegionOperations registerDmabuf(
        final int descriptor, final long offsetBytes, final long lengthBytes, final long iova, final int access)
        throws ProviderException {
        throw new ProviderException("ibv_reg_dmabuf_mr", "fd=" + descriptor + ", offset=" + offsetBytes + ", length="
            + lengthBytes, Errno.EOPNOTSUPP, "software devices access memory of this process only; map the dma-buf"
            + " and register the mapping");
    }

    /** Software devices map no pages, so there is nothing to do ahead of time. */
    @Override
    public void advise(final int advice, final int flags, final MemorySegment elements, final int count) {
        // The advice is taken by ignoring it.
    }

    @Override
    public QueuePairOperations createQueuePair(
        final MemorySegment initAttributes, final CompletionQueueOperations sendQueue,
        final CompletionQueueOperations receiveQueue, final SharedReceiveQueueOperations sharedReceiveQueue)
        throws ProviderException {
        requireSupported("ibv_create_qp", initAttributes);
        return new SoftQueuePair(this, initAttributes, (SoftCompletionQueue) sendQueue,
            (SoftCompletionQueue) receiveQueue, (SoftSharedReceiveQueue) sharedReceiveQueue);
    }

    @Override
    public ExtendedQueuePairOperations createExtendedQueuePair(
        final MemorySegment initAttributes, final CompletionQueueOperations sendQueue,
        final CompletionQueueOperations receiveQueue, final SharedReceiveQueueOperations sharedReceiveQueue)
        throws ProviderException {
        requireSupported("ibv_create_qp_ex", initAttributes);
        final long operations = initAttributes.get(JAVA_LONG, ExtendedQueuePairCreationLayout.SEND_OPERATIONS);
        final int type = initAttributes.get(JAVA_INT, QueuePairCreationLayout.TYPE);
        final long supported = SoftExtendedQueuePair.operations(type);
        if ((operations & ~supported) != 0) {
            throw new ProviderException("ibv_create_qp_ex", "type=" + QueuePairTypes.name(type) + ", send_ops_flags=0x"
                + Long.toHexString(operations), Errno.EOPNOTSUPP,
                "software devices support the operations 0x" + Long.toHexString(supported) + " only");
        }
        return new SoftExtendedQueuePair(this, initAttributes, (SoftCompletionQueue) sendQueue,
            (SoftCompletionQueue) receiveQueue, (SoftSharedReceiveQueue) sharedReceiveQueue);
    }

    private static void requireSupported(final String verb, final MemorySegment initAttributes)
        throws ProviderException {
        final int type = initAttributes.get(JAVA_INT, QueuePairCreationLayout.TYPE);
        if (!QueuePairFactory.supports(type)) {
            throw new ProviderException(verb, "type=" + QueuePairTypes.name(type), Errno.EOPNOTSUPP,
                "software devices have queue pairs of types IBV_QPT_RC, IBV_QPT_UC and IBV_QPT_UD");
        }
        QueueSizes.require(verb, QueuePairCreationLayout.capacities(initAttributes));
    }

    @Override
    public AddressHandleOperations createAddressHandle(final MemorySegment addressAttributes)
        throws ProviderException {
        final String flaw = AddressAttributes.flawOfDatagrams(addressAttributes);
        if (flaw != null) {
            throw new ProviderException("ibv_create_ah", "", Errno.EINVAL, flaw);
        }
        final AddressHandleOperations handle =
            addressHandles.add(AddressAttributes.path(context.port().local(), addressAttributes));
        if (handle == null) {
            throw new ProviderException("ibv_create_ah", "", Errno.ENOMEM,
                "a protection domain has at most " + DeviceLimits.MAX_ADDRESS_HANDLES + " address handles");
        }
        return handle;
    }

    @Override
    public SharedReceiveQueueOperations createSharedReceiveQueue(final MemorySegment initAttributes)
        throws ProviderException {
        final MemorySegment attributes = SharedReceiveQueueCreationLayout.attributes(initAttributes);
        final int requests = attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS);
        final int elements = attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.ELEMENTS);
        if (requests < 1 || requests > DeviceLimits.MAX_REQUESTS || elements < 0
            || elements > DeviceLimits.MAX_ELEMENTS) {
            throw new ProviderException("ibv_create_srq", "max_wr=" + requests + ", max_sge=" + elements, Errno.EINVAL,
                "max_wr may be 1 to " + DeviceLimits.MAX_REQUESTS + ", max_sge 0 to " + DeviceLimits.MAX_ELEMENTS);
        }
        final SoftSharedReceiveQueue queue = new SoftSharedReceiveQueue(context, requests, elements);
        queue.query(attributes);
        return queue;
    }

    @Override
    public MemoryWindowOperations allocateMemoryWindow(final int type) throws ProviderException {
        if (type != MemoryWindowTypes.TYPE_1 && type != MemoryWindowTypes.TYPE_2) {
            throw new ProviderException("ibv_alloc_mw", "type=" + type, Errno.EINVAL,
                "the type may be IBV_MW_TYPE_1 (1) or IBV_MW_TYPE_2 (2)");
        }
        final Port port = context.port();
        port.lock();
        try {
            return new SoftMemoryWindow(
                port, port.memory().windows().allocate(number, type == MemoryWindowTypes.TYPE_2));
        } finally {
            port.unlock();
        }
    }

    /** Domains with the same number share their memory. */
    @Override
    public ProtectionDomainOperations allocateParentDomain(final ThreadDomainOperations threadDomain) {
        return new SoftProtectionDomain(context, number, addressHandles);
    }

    @Override
    public void close() {
        // A domain is only a number, and its objects are closed already.
    }
}
