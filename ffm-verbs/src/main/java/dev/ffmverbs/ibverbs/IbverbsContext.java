// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_async_event;
import dev.ffmverbs.jextract.ibv_context;
import dev.ffmverbs.jextract.ibv_device;
import dev.ffmverbs.jextract.verbs_context;
import dev.ffmverbs.spi.AsynchronousEventData;
import dev.ffmverbs.spi.CompletionChannelOperations;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ExtendedCompletionQueueOperations;
import dev.ffmverbs.spi.ProcessBarrier;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.ThreadDomainOperations;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.TransportTypes;
import dev.ffmverbs.spi.layout.DeviceAttributesLayout;
import dev.ffmverbs.spi.layout.ExtendedDeviceAttributesLayout;
import dev.ffmverbs.spi.layout.GidEntryLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An open device: {@code struct ibv_context}. */
@SuppressWarnings("restricted")
final class IbverbsContext implements ContextOperations {

    private static final ControlFunction CLOSE_DEVICE = new ControlFunction("ibv_close_device",
        ffm_verbs_h::ibv_close_device$address, ffm_verbs_h::ibv_close_device$descriptor);
    private static final ControlFunction QUERY_GID_EX = new ControlFunction("ibv_query_gid_ex",
        ffm_verbs_h::_ibv_query_gid_ex$address, ffm_verbs_h::_ibv_query_gid_ex$descriptor);
    private static final ControlFunction ALLOC_PD = new ControlFunction("ibv_alloc_pd",
        ffm_verbs_h::ibv_alloc_pd$address, ffm_verbs_h::ibv_alloc_pd$descriptor);
    private static final ControlFunction INIT_AH_FROM_WC = new ControlFunction("ibv_init_ah_from_wc",
        ffm_verbs_h::ibv_init_ah_from_wc$address, ffm_verbs_h::ibv_init_ah_from_wc$descriptor);
    private static final ControlFunction GET_ASYNC_EVENT = new ControlFunction("ibv_get_async_event",
        ffm_verbs_h::ibv_get_async_event$address, ffm_verbs_h::ibv_get_async_event$descriptor);

    /** Events that concern a queue pair, a completion queue or a shared receive queue. */
    private static final Set<Integer> OBJECT_EVENTS = Set.of(EventTypes.COMPLETION_QUEUE_ERROR,
        EventTypes.QUEUE_PAIR_FATAL, EventTypes.QUEUE_PAIR_REQUEST_ERROR, EventTypes.QUEUE_PAIR_ACCESS_ERROR,
        EventTypes.COMMUNICATION_ESTABLISHED, EventTypes.SEND_QUEUE_DRAINED, EventTypes.PATH_MIGRATED,
        EventTypes.PATH_MIGRATION_ERROR, EventTypes.LAST_REQUEST_REACHED,
        EventTypes.SHARED_RECEIVE_QUEUE_ERROR, EventTypes.SHARED_RECEIVE_QUEUE_LIMIT_REACHED);

    private static final Set<Integer> PORT_EVENTS = Set.of(EventTypes.PORT_ACTIVE,
        EventTypes.PORT_ERROR, EventTypes.LOCAL_IDENTIFIER_CHANGED, EventTypes.PARTITION_KEYS_CHANGED,
        EventTypes.SUBNET_MANAGER_CHANGED, EventTypes.CLIENT_REREGISTER,
        EventTypes.GIDS_CHANGED);

    /** {@code SIW_VENDOR_ID} of {@code siw.h}. */
    private static final int SIW_VENDOR = 0x626D_74;

    private final MemorySegment context;
    private final SystemDevice device;
    private final boolean allowsCriticalCalls;
    private final EventDescriptor asynchronousEvents;

    /** Objects of this context by the address of their C structure, by which events name them. */
    private final Map<Long, Object> elements = new ConcurrentHashMap<>();

    /** Whether the device is closed. A second attempt to close this object must not close it again. */
    private boolean closed;

    private IbverbsContext(final MemorySegment context, final String deviceName) throws ProviderException {
        this.context = context;
        this.device = new SystemDevice(deviceName);
        this.allowsCriticalCalls = device.allowsCriticalCalls();
        this.asynchronousEvents = new EventDescriptor(ibv_context.async_fd(context));
    }

    static IbverbsContext of(final MemorySegment opened, final String deviceName) throws ProviderException {
        final MemorySegment context = opened.reinterpret(ibv_context.sizeof());
        try {
            HeaderDispatch.checkAbi(context);
            return new IbverbsContext(context, deviceName);
        } catch (final ProviderException e) {
            CLOSE_DEVICE.status(() -> "device=" + deviceName, context);
            throw e;
        }
    }

    MemorySegment structure() {
        return context;
    }

    /** Whether regions have the address of their memory whatever address is asked for. Only iWARP devices are asked. */
    boolean ignoresChosenAddresses() throws ProviderException {
        if (!isIwarp()) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(ExtendedDeviceAttributesLayout.LAYOUT);
            queryDevice(attributes);
            return ExtendedDeviceAttributesLayout.basic(attributes)
                .get(ValueLayout.JAVA_INT, DeviceAttributesLayout.VENDOR_ID) == SIW_VENDOR;
        }
    }

    private boolean isIwarp() {
        final MemorySegment structure = ibv_context.device(context);
        return structure.address() != 0
            && ibv_device.transport_type(structure.reinterpret(ibv_device.sizeof())) == TransportTypes.IWARP;
    }

    SystemDevice device() {
        return device;
    }

    /** Returns the {@code device_cap_flags_ex}. */
    long extendedCapabilities() throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(ExtendedDeviceAttributesLayout.LAYOUT);
            queryDevice(attributes);
            return attributes.get(ValueLayout.JAVA_LONG, ExtendedDeviceAttributesLayout.CAPABILITY_FLAGS);
        }
    }

    boolean allowsCriticalCalls() {
        return allowsCriticalCalls;
    }

    /**
     * Returns if the kernel has removed the device from this context, and with it all objects of the context. It then
     * answers every call with {@code EIO}, as the destroying ones ({@code uverbs_disassociate_api}). A driver, too, can
     * fail with this number, and the objects then still exist. Some drivers answer {@code EBUSY} when a part that they
     * count could not be destroyed.
     *
     * @param failure the failure to free an object.
     * @throws ProviderException that failure, when the device is present.
     */
    void requireRemoved(final ProviderException failure) throws ProviderException {
        if (failure.errno() != Errno.EIO && failure.errno() != Errno.EBUSY) {
            throw failure;
        }
        try (Arena arena = Arena.ofConfined()) {
            queryDevice(arena.allocate(ExtendedDeviceAttributesLayout.LAYOUT));
        } catch (final ProviderException e) {
            if (e.errno() == Errno.EIO) {
                return;
            }
        }
        throw failure;
    }

    void remember(final MemorySegment structure, final Object element) {
        elements.put(structure.address(), element);
    }

    /** Forgets whatever is remembered of a structure that still exists. */
    void forget(final MemorySegment structure) {
        elements.remove(structure.address());
    }

    /** Forgets an object whose structure is freed. Another object may have a structure at the same address by now. */
    void forget(final MemorySegment structure, final Object element) {
        elements.remove(structure.address(), element);
    }

    /** Returns the completion queue of a C structure; null when it has been closed. */
    IbverbsCompletionQueue completionQueue(final MemorySegment structure) {
        return completionQueue((Long) structure.address());
    }

    /** Returns the completion queue at this address, which the caller keeps; null when the queue has been closed. */
    IbverbsCompletionQueue completionQueue(final Long address) {
        return elements.get(address) instanceof IbverbsCompletionQueue queue ? queue : null;
    }

    @Override
    public void queryDevice(final MemorySegment deviceAttributes) throws ProviderException {
        HeaderDispatch.queryDevice(context, deviceAttributes);
    }

    @Override
    public void queryPort(final int port, final MemorySegment portAttributes) throws ProviderException {
        HeaderDispatch.queryPort(context, port, portAttributes);
    }

    @Override
    public boolean queryGidEntry(final int port, final int index, final MemorySegment gidEntry)
        throws ProviderException {
        try {
            QUERY_GID_EX.status(() -> "port=" + port + ", index=" + index,
                context, port, index, gidEntry, 0, GidEntryLayout.BYTES);
            return true;
        } catch (final ProviderException e) {
            if (e.errno() == Errno.ENODATA) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public int queryPartitionKey(final int port, final int index) throws ProviderException {
        return PartitionKeys.read(context, port, index);
    }

    @Override
    public int findPartitionKey(final int port, final int partitionKey) throws ProviderException {
        return PartitionKeys.find(context, port, partitionKey);
    }

    @Override
    public ProtectionDomainOperations allocateProtectionDomain() throws ProviderException {
        return new IbverbsProtectionDomain(this, ALLOC_PD.pointer(() -> "", context));
    }

    @Override
    public CompletionChannelOperations createCompletionChannel() throws ProviderException {
        return IbverbsCompletionChannel.create(this);
    }

    @Override
    public CompletionQueueOperations createCompletionQueue(
        final int minimumEntries, final CompletionChannelOperations channel, final int completionVector)
        throws ProviderException {
        return IbverbsCompletionQueue.create(
            this, minimumEntries, (IbverbsCompletionChannel) channel, completionVector);
    }

    @Override
    public ExtendedCompletionQueueOperations createExtendedCompletionQueue(
        final MemorySegment initAttributes, final CompletionChannelOperations channel,
        final ProtectionDomainOperations parentDomain) throws ProviderException {
        return IbverbsExtendedCompletionQueue.create(this, initAttributes, (IbverbsCompletionChannel) channel,
            (IbverbsProtectionDomain) parentDomain);
    }

    @Override
    public ThreadDomainOperations allocateThreadDomain() throws ProviderException {
        return IbverbsThreadDomain.allocate(this);
    }

    @Override
    public void queryClock(final MemorySegment values) throws ProviderException {
        HeaderDispatch.requireExtended(context, verbs_context.query_rt_values$offset(),
            verbs_context.query_rt_values::descriptor, "ibv_query_rt_values_ex", () -> "")
            .status(() -> "", context, values);
    }

    @Override
    public void initializeAddress(
        final int port, final MemorySegment completion, final MemorySegment header, final MemorySegment address)
        throws ProviderException {
        INIT_AH_FROM_WC.status(() -> "port=" + port, context, (byte) port, completion, header, address);
    }

    @Override
    public OptionalInt asynchronousEventDescriptor() {
        return OptionalInt.of(asynchronousEvents.descriptor());
    }

    @Override
    public AsynchronousEventData nextAsynchronousEvent(final long timeoutNs) throws ProviderException {
        final long startNs = System.nanoTime();
        long remainingNs = timeoutNs;
        while (asynchronousEvents.await(remainingNs)) {
            final AsynchronousEventData event = takeAsynchronousEvent();
            if (event != null) {
                return event;
            }
            remainingNs = Math.max(0, timeoutNs - (System.nanoTime() - startNs));
        }
        return null;
    }

    /** Returns the pending event; null when another thread took it, or its object has been closed. */
    private AsynchronousEventData takeAsynchronousEvent() throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment event = ibv_async_event.allocate(arena);
            GET_ASYNC_EVENT.status(() -> "", context, event);
            final int type = ibv_async_event.event_type(event);
            final MemorySegment element = ibv_async_event.element(event);
            final Object concerned = elements.get(ibv_async_event.element.qp(element).address());
            final int port = PORT_EVENTS.contains(type) ? ibv_async_event.element.port_num(element) : 0;
            ffm_verbs_h.ibv_ack_async_event(event);
            if (OBJECT_EVENTS.contains(type)) {
                return concerned == null ? null : new AsynchronousEventData(type, concerned, 0);
            }
            return new AsynchronousEventData(type, null, port);
        } catch (final ProviderException e) {
            if (e.errno() == Errno.EAGAIN) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public void wakeUp() {
        asynchronousEvents.wakeUp();
    }

    @Override
    public int completionVectors() {
        return ibv_context.num_comp_vectors(context);
    }

    @Override
    public Map<String, Long> portStatistics(final int port) throws ProviderException {
        return device.portStatistics(port);
    }

    @Override
    public Optional<ProcessBarrier> processBarrier() {
        return KernelBarrier.available();
    }

    @Override
    public long nativeAddress() {
        return context.address();
    }

    @Override
    public void close() throws ProviderException {
        if (!closed) {
            CLOSE_DEVICE.status(() -> "", context);
            closed = true;
        }
        asynchronousEvents.close();
    }
}
