// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.jextract.ffm_verbs_h;
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
import dev.ffmverbs.spi.constants.QueuePairCreationFlags;
import dev.ffmverbs.spi.layout.ExtendedQueuePairCreationLayout;
import dev.ffmverbs.spi.layout.QueuePairCapacitiesLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;

/** A protection domain: {@code struct ibv_pd}. */
final class IbverbsProtectionDomain implements ProtectionDomainOperations {

    private static final ControlFunction DEALLOC_PD = new ControlFunction("ibv_dealloc_pd",
        ffm_verbs_h::ibv_dealloc_pd$address, ffm_verbs_h::ibv_dealloc_pd$descriptor);
    private static final ControlFunction CREATE_QP = new ControlFunction("ibv_create_qp",
        ffm_verbs_h::ibv_create_qp$address, ffm_verbs_h::ibv_create_qp$descriptor);

    private final IbverbsContext context;
    private final MemorySegment domain;

    IbverbsProtectionDomain(final IbverbsContext context, final MemorySegment domain) {
        this.context = context;
        this.domain = domain;
    }

    @Override
    public MemoryRegionOperations registerMemory(final MemorySegment memory, final long iova, final int access)
        throws ProviderException {
        if (iova != memory.address() && context.ignoresChosenAddresses()) {
            throw new ProviderException("ibv_reg_mr_iova2", argumentText(memory, iova, access), Errno.EOPNOTSUPP,
                "siw gives every region the address of its memory (siw_reg_user_mr), and says nothing; register it"
                    + " without an address, and tell peers the region's iova()");
        }
        final MemorySegment errno = CapturedErrno.clearedPlace();
        final long region;
        try {
            region = MemoryCalls.register(
                errno, domain.address(), memory.address(), memory.byteSize(), iova, access);
        } finally {
            Reference.reachabilityFence(memory);
        }
        if (region == 0) {
            throw registrationFailure(CapturedErrno.read(errno), memory, iova, access);
        }
        return new IbverbsMemoryRegion(region);
    }

    private static ProviderException registrationFailure(
        final int errno, final MemorySegment memory, final long iova, final int access) {
        final String text = argumentText(memory, iova, access);
        return errno != Errno.ENOMEM ? new ProviderException("ibv_reg_mr", text, errno)
            : new ProviderException("ibv_reg_mr", text, errno, "the limit on locked memory of this process is "
                + lockedMemoryLimit() + "; raise it with 'ulimit -l unlimited', in /etc/security/limits.conf"
                + " (memlock) or LimitMEMLOCK= of systemd");
    }

    private static String argumentText(final MemorySegment memory, final long iova, final int access) {
        return "address=0x" + Long.toHexString(memory.address()) + ", length=" + memory.byteSize()
            + ", iova=0x" + Long.toHexString(iova) + ", access=0x" + Integer.toHexString(access);
    }

    private static String lockedMemoryLimit() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max locked memory"))
                .map(line -> line.split("\\s{2,}")[1] + " bytes")
                .findFirst().orElse("unknown");
        } catch (final IOException e) {
            return "unknown";
        }
    }

    @Override
    public QueuePairOperations createQueuePair(
        final MemorySegment initAttributes, final CompletionQueueOperations sendQueue,
        final CompletionQueueOperations receiveQueue, final SharedReceiveQueueOperations sharedReceiveQueue)
        throws ProviderException {
        nameQueues(initAttributes, sendQueue, receiveQueue, sharedReceiveQueue);
        final MemorySegment sizes = QueuePairCreationLayout.capacities(initAttributes);
        // Read before the call, because drivers write to these sizes.
        final String text = "type=" + initAttributes.get(JAVA_INT, QueuePairCreationLayout.TYPE)
            + ", max_send_wr=" + sizes.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_REQUESTS)
            + ", max_recv_wr=" + sizes.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_REQUESTS)
            + ", max_send_sge=" + sizes.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_ELEMENTS)
            + ", max_recv_sge=" + sizes.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_ELEMENTS)
            + ", max_inline_data=" + sizes.get(JAVA_INT, QueuePairCapacitiesLayout.INLINE_BYTES);
        return new IbverbsQueuePair(
            context, CREATE_QP.pointer(() -> text, domain, initAttributes), context.allowsCriticalCalls());
    }

    private static void nameQueues(
        final MemorySegment initAttributes, final CompletionQueueOperations sendQueue,
        final CompletionQueueOperations receiveQueue, final SharedReceiveQueueOperations sharedReceiveQueue) {
        initAttributes.set(JAVA_LONG, QueuePairCreationLayout.SEND_COMPLETION_QUEUE,
            ((IbverbsCompletionQueue) sendQueue).structure().address());
        initAttributes.set(JAVA_LONG, QueuePairCreationLayout.RECEIVE_COMPLETION_QUEUE,
            ((IbverbsCompletionQueue) receiveQueue).structure().address());
        initAttributes.set(JAVA_LONG, QueuePairCreationLayout.SHARED_RECEIVE_QUEUE,
            sharedReceiveQueue == null ? 0 : ((IbverbsSharedReceiveQueue) sharedReceiveQueue).structure().address());
    }

    @Override
    public ExtendedQueuePairOperations createExtendedQueuePair(
        final MemorySegment initAttributes, final CompletionQueueOperations sendQueue,
        final CompletionQueueOperations receiveQueue, final SharedReceiveQueueOperations sharedReceiveQueue)
        throws ProviderException {
        nameQueues(initAttributes, sendQueue, receiveQueue, sharedReceiveQueue);
        initAttributes.set(JAVA_LONG, ExtendedQueuePairCreationLayout.PROTECTION_DOMAIN, domain.address());
        initAttributes.set(JAVA_INT, ExtendedQueuePairCreationLayout.PRESENT_FIELDS,
            initAttributes.get(JAVA_INT, ExtendedQueuePairCreationLayout.PRESENT_FIELDS)
                | QueuePairCreationFlags.PROTECTION_DOMAIN);
        return IbverbsExtendedQueuePair.create(context, initAttributes);
    }

    @Override
    public SharedReceiveQueueOperations createSharedReceiveQueue(final MemorySegment initAttributes)
        throws ProviderException {
        return IbverbsSharedReceiveQueue.create(context, domain, initAttributes);
    }

    @Override
    public AddressHandleOperations createAddressHandle(final MemorySegment addressAttributes)
        throws ProviderException {
        return IbverbsAddressHandle.create(domain, addressAttributes);
    }

    @Override
    public MemoryWindowOperations allocateMemoryWindow(final int type) throws ProviderException {
        return IbverbsMemoryWindow.allocate(context, domain, type);
    }

    MemorySegment structure() {
        return domain;
    }

    @Override
    public long nativeAddress() {
        return domain.address();
    }

    @Override
    public void close() throws ProviderException {
        DEALLOC_PD.status(() -> "", domain);
    }
}
