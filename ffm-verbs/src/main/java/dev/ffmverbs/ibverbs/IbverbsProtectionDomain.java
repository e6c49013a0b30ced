// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_parent_domain_init_attr;
import dev.ffmverbs.jextract.verbs_context;
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
import dev.ffmverbs.spi.constants.DeviceCapabilityFlags;
import dev.ffmverbs.spi.constants.PagingCapabilities;
import dev.ffmverbs.spi.constants.QueuePairCreationFlags;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import dev.ffmverbs.spi.layout.ExtendedDeviceAttributesLayout;
import dev.ffmverbs.spi.layout.ExtendedQueuePairCreationLayout;
import dev.ffmverbs.spi.layout.QueuePairCapacitiesLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A protection domain: {@code struct ibv_pd}. */
final class IbverbsProtectionDomain implements ProtectionDomainOperations {

    private static final ControlFunction DEALLOC_PD = new ControlFunction("ibv_dealloc_pd",
        ffm_verbs_h::ibv_dealloc_pd$address, ffm_verbs_h::ibv_dealloc_pd$descriptor);
    private static final ControlFunction REG_DMABUF_MR = new ControlFunction("ibv_reg_dmabuf_mr",
        ffm_verbs_h::ibv_reg_dmabuf_mr$address, ffm_verbs_h::ibv_reg_dmabuf_mr$descriptor);
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
            throw new ProviderException("ibv_reg_mr_iova2", argumentText(memory, iova), Errno.EOPNOTSUPP,
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
            throw registrationFailure(CapturedErrno.read(errno), argumentText(memory, iova), access);
        }
        return new IbverbsMemoryRegion(context, region);
    }

    @Override
    public MemoryRegionOperations registerAddressSpace(final int access) throws ProviderException {
        final MemorySegment errno = CapturedErrno.clearedPlace();
        final long region = MemoryCalls.register(errno, domain.address(), 0, -1, 0, access);
        if (region == 0) {
            throw registrationFailure(CapturedErrno.read(errno), "address=NULL, length=SIZE_MAX", access);
        }
        return new IbverbsMemoryRegion(context, region);
    }

    @Override
    public MemoryRegionOperations registerDmabuf(
        final int descriptor, final long offsetBytes, final long lengthBytes, final long iova, final int access)
        throws ProviderException {
        return new IbverbsMemoryRegion(context, REG_DMABUF_MR.pointer(
            () -> "fd=" + descriptor + ", offset=" + offsetBytes + ", length=" + lengthBytes + ", iova=0x"
                + Long.toHexString(iova) + ", access=" + AccessFlags.describe(access),
            domain, offsetBytes, lengthBytes, iova, descriptor, access).address());
    }

    @Override
    public void advise(final int advice, final int flags, final MemorySegment elements, final int count)
        throws ProviderException {
        final Supplier<String> text = () -> "advice=" + advice + ", flags=" + flags + ", elements=" + count;
        HeaderDispatch.requireExtended(context.structure(), verbs_context.advise_mr$offset(),
            verbs_context.advise_mr::descriptor, "ibv_advise_mr", text)
            .status(text, domain, advice, flags, elements, count);
    }

    private static String argumentText(final MemorySegment memory, final long iova) {
        return "address=0x" + Long.toHexString(memory.address()) + ", length=" + memory.byteSize() + ", iova=0x"
            + Long.toHexString(iova);
    }

    private ProviderException registrationFailure(final int errno, final String memory, final int access)
        throws ProviderException {
        final String text = memory + ", access=0x" + Integer.toHexString(access) + " ("
            + AccessFlags.describe(access) + ")";
        final String missing = errno == Errno.ENOMEM ? null : missingCapability(access, memory.startsWith("address=N"));
        if (missing != null) {
            return new ProviderException(
                "ibv_reg_mr", text, Errno.EOPNOTSUPP, "the device does not report " + missing);
        }
        return errno != Errno.ENOMEM ? new ProviderException("ibv_reg_mr", text, errno)
            : new ProviderException("ibv_reg_mr", text, errno, "the limit on locked memory of this process is "
                + lockedMemoryLimit() + "; raise it with 'ulimit -l unlimited', in /etc/security/limits.conf"
                + " (memlock) or LimitMEMLOCK= of systemd");
    }

    /** Returns the capability that memory with these rights needs and the device does not report; null if none. */
    private String missingCapability(final int access, final boolean implicit) throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(ExtendedDeviceAttributesLayout.LAYOUT);
            context.queryDevice(attributes);
            final long paging = attributes.get(JAVA_LONG, ExtendedDeviceAttributesLayout.PAGING_FLAGS);
            final long flags = attributes.get(JAVA_LONG, ExtendedDeviceAttributesLayout.CAPABILITY_FLAGS);
            if ((access & AccessFlags.ON_DEMAND) != 0 && (paging & PagingCapabilities.SUPPORTED) == 0) {
                return "on-demand paging (IBV_ODP_SUPPORT)";
            }
            if (implicit && (paging & PagingCapabilities.IMPLICIT) == 0) {
                return "implicit on-demand paging (IBV_ODP_SUPPORT_IMPLICIT)";
            }
            if ((access & AccessFlags.FLUSH_GLOBAL) != 0
                && (flags & DeviceCapabilityFlags.FLUSH_TO_GLOBAL_VISIBILITY) == 0) {
                return "FLUSH to global visibility (IB_UVERBS_DEVICE_FLUSH_GLOBAL); rxe does from Linux 6.2 on";
            }
            return (access & AccessFlags.FLUSH_PERSISTENT) == 0
                || (flags & DeviceCapabilityFlags.FLUSH_TO_PERSISTENCE) != 0
                ? null : "FLUSH to persistent memory (IB_UVERBS_DEVICE_FLUSH_PERSISTENT)";
        }
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
        final String text = "type=" + QueuePairTypes.name(initAttributes.get(JAVA_INT, QueuePairCreationLayout.TYPE))
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
        return IbverbsAddressHandle.create(context, domain, addressAttributes);
    }

    @Override
    public MemoryWindowOperations allocateMemoryWindow(final int type) throws ProviderException {
        return IbverbsMemoryWindow.allocate(context, domain, type);
    }

    @Override
    public ProtectionDomainOperations allocateParentDomain(final ThreadDomainOperations threadDomain)
        throws ProviderException {
        final Supplier<String> text = () -> threadDomain == null ? "" : "with a thread domain";
        final ControlFunction allocation = HeaderDispatch.requireExtended(context.structure(),
            verbs_context.alloc_parent_domain$offset(), verbs_context.alloc_parent_domain::descriptor,
            "ibv_alloc_parent_domain", text);
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = ibv_parent_domain_init_attr.allocate(arena);
            ibv_parent_domain_init_attr.pd(attributes, domain);
            ibv_parent_domain_init_attr.td(attributes, threadDomain == null
                ? MemorySegment.NULL : ((IbverbsThreadDomain) threadDomain).structure());
            return new IbverbsProtectionDomain(context, allocation.pointer(text, context.structure(), attributes));
        }
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
        DEALLOC_PD.free(context, () -> "", domain);
    }
}
