// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_qp_init_attr;
import dev.ffmverbs.jextract.ibv_srq_attr;
import dev.ffmverbs.jextract.ibv_srq_init_attr;
import dev.ffmverbs.softroce.memory.AccessRights;
import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.SharedReceiveQueueOperations;
import java.lang.foreign.MemorySegment;

/** A protection domain: a number that memory and queue pairs of it have in common. */
final class SoftProtectionDomain implements ProtectionDomainOperations {

    private final SoftContext context;
    private final int number;

    SoftProtectionDomain(final SoftContext context, final int number) {
        this.context = context;
        this.number = number;
    }

    SoftContext context() {
        return context;
    }

    int number() {
        return number;
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
                + Integer.toHexString(access) + " (" + AccessRights.describe(access) + ")", Errno.EINVAL,
                e.getMessage());
        } finally {
            port.unlock();
        }
    }

    @Override
    public QueuePairOperations createQueuePair(
        final MemorySegment initAttributes, final CompletionQueueOperations sendQueue,
        final CompletionQueueOperations receiveQueue, final SharedReceiveQueueOperations sharedReceiveQueue)
        throws ProviderException {
        final int type = ibv_qp_init_attr.qp_type(initAttributes);
        if (type != ffm_verbs_h.IBV_QPT_RC()) {
            throw new ProviderException("ibv_create_qp", "type=" + typeName(type), Errno.EOPNOTSUPP,
                "software devices have reliable connections (IBV_QPT_RC) only");
        }
        QueueSizes.require(ibv_qp_init_attr.cap(initAttributes));
        return new SoftQueuePair(this, initAttributes, (SoftCompletionQueue) sendQueue,
            (SoftCompletionQueue) receiveQueue, (SoftSharedReceiveQueue) sharedReceiveQueue);
    }

    private static String typeName(final int type) {
        if (type == ffm_verbs_h.IBV_QPT_UC()) {
            return "IBV_QPT_UC";
        }
        return type == ffm_verbs_h.IBV_QPT_UD() ? "IBV_QPT_UD" : Integer.toString(type);
    }

    @Override
    public SharedReceiveQueueOperations createSharedReceiveQueue(final MemorySegment initAttributes)
        throws ProviderException {
        final MemorySegment attributes = ibv_srq_init_attr.attr(initAttributes);
        final int requests = ibv_srq_attr.max_wr(attributes);
        final int elements = ibv_srq_attr.max_sge(attributes);
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
    public void close() {
        // A number; what belongs to it is closed already.
    }
}
