// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_qp_ex;
import dev.ffmverbs.jextract.verbs_context;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ExtendedQueuePairOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.DeviceCapabilityFlags;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import dev.ffmverbs.spi.constants.SendOperationFlags;
import dev.ffmverbs.spi.layout.ExtendedQueuePairCreationLayout;
import dev.ffmverbs.spi.layout.QueuePairCapacitiesLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;

/** A queue pair with the extended post interface: {@code struct ibv_qp_ex}. */
@SuppressWarnings("restricted")
final class IbverbsExtendedQueuePair extends IbverbsQueuePair implements ExtendedQueuePairOperations {

    private static final ControlFunction TO_EXTENDED = new ControlFunction("ibv_qp_to_qp_ex",
        ffm_verbs_h::ibv_qp_to_qp_ex$address, ffm_verbs_h::ibv_qp_to_qp_ex$descriptor);

    /**
     * The release of rdma-core that fixed rxe's {@code wr_set_sge_list}. It used the first buffer's length for every
     * buffer, so that wrong lengths were sent.
     */
    private static final int RXE_LISTS_MENDED = 64;

    /** The release of rdma-core whose {@code struct ibv_qp_ex} has {@code wr_flush}, and the offset of that. */
    private static final int FLUSH_ADDED = 47;
    private static final long FLUSH_OFFSET = ibv_qp_ex.wr_atomic_write$offset() + ValueLayout.ADDRESS.byteSize();

    private final MemorySegment structure;
    private final long address;
    private final MemorySegment atomicValue = Arena.ofAuto().allocate(JAVA_LONG);
    private final long startFunction;
    private final long completeFunction;
    private final long abortFunction;
    private final long sendFunction;
    private final long sendImmediateFunction;
    private final long sendInvalidateFunction;
    private final long writeFunction;
    private final long writeImmediateFunction;
    private final long readFunction;
    private final long compareAndSwapFunction;
    private final long fetchAndAddFunction;
    private final long localInvalidateFunction;
    private final long bindFunction;
    private final long flushFunction;
    private final long atomicWriteFunction;
    private final long datagramAddressFunction;
    private final long elementFunction;
    private final long elementListFunction;
    private final long inlineDataFunction;

    IbverbsExtendedQueuePair(
        final IbverbsContext context, final MemorySegment queuePair, final MemorySegment extended,
        final long operations, final boolean datagrams) throws ProviderException {
        super(context, queuePair, false);
        this.structure = extended.reinterpret((operations & SendOperationFlags.FLUSH) == 0
            ? ibv_qp_ex.sizeof() : FLUSH_OFFSET + ValueLayout.ADDRESS.byteSize());
        this.address = extended.address();
        this.startFunction = requiredFunction(ibv_qp_ex.wr_start$offset(), "ibv_wr_start");
        this.completeFunction = requiredFunction(ibv_qp_ex.wr_complete$offset(), "ibv_wr_complete");
        this.abortFunction = requiredFunction(ibv_qp_ex.wr_abort$offset(), "ibv_wr_abort");
        this.elementFunction = requiredFunction(ibv_qp_ex.wr_set_sge$offset(), "ibv_wr_set_sge");
        this.elementListFunction = requiredFunction(ibv_qp_ex.wr_set_sge_list$offset(), "ibv_wr_set_sge_list");
        this.inlineDataFunction = requiredFunction(ibv_qp_ex.wr_set_inline_data$offset(), "ibv_wr_set_inline_data");
        this.datagramAddressFunction =
            datagrams ? requiredFunction(ibv_qp_ex.wr_set_ud_addr$offset(), "ibv_wr_set_ud_addr") : 0;
        this.sendFunction = optionalFunction(operations, SendOperationFlags.SEND,
            ibv_qp_ex.wr_send$offset(), "ibv_wr_send");
        this.sendImmediateFunction = optionalFunction(operations, SendOperationFlags.SEND_WITH_IMMEDIATE,
            ibv_qp_ex.wr_send_imm$offset(), "ibv_wr_send_imm");
        this.sendInvalidateFunction = optionalFunction(operations, SendOperationFlags.SEND_WITH_INVALIDATE,
            ibv_qp_ex.wr_send_inv$offset(), "ibv_wr_send_inv");
        this.writeFunction = optionalFunction(operations, SendOperationFlags.RDMA_WRITE,
            ibv_qp_ex.wr_rdma_write$offset(), "ibv_wr_rdma_write");
        this.writeImmediateFunction = optionalFunction(operations, SendOperationFlags.RDMA_WRITE_WITH_IMMEDIATE,
            ibv_qp_ex.wr_rdma_write_imm$offset(), "ibv_wr_rdma_write_imm");
        this.readFunction = optionalFunction(operations, SendOperationFlags.RDMA_READ,
            ibv_qp_ex.wr_rdma_read$offset(), "ibv_wr_rdma_read");
        this.compareAndSwapFunction = optionalFunction(operations, SendOperationFlags.COMPARE_AND_SWAP,
            ibv_qp_ex.wr_atomic_cmp_swp$offset(), "ibv_wr_atomic_cmp_swp");
        this.fetchAndAddFunction = optionalFunction(operations, SendOperationFlags.FETCH_AND_ADD,
            ibv_qp_ex.wr_atomic_fetch_add$offset(), "ibv_wr_atomic_fetch_add");
        this.localInvalidateFunction = optionalFunction(operations, SendOperationFlags.LOCAL_INVALIDATE,
            ibv_qp_ex.wr_local_inv$offset(), "ibv_wr_local_inv");
        this.bindFunction = optionalFunction(operations, SendOperationFlags.BIND_MEMORY_WINDOW,
            ibv_qp_ex.wr_bind_mw$offset(), "ibv_wr_bind_mw");
        this.flushFunction = optionalFunction(operations, SendOperationFlags.FLUSH, FLUSH_OFFSET, "ibv_wr_flush");
        this.atomicWriteFunction = optionalFunction(operations, SendOperationFlags.ATOMIC_WRITE,
            ibv_qp_ex.wr_atomic_write$offset(), "ibv_wr_atomic_write");
    }

    private long requiredFunction(final long offset, final String verb) throws ProviderException {
        return HeaderDispatch.requireFilledIn(structure, offset, verb);
    }

    private long optionalFunction(final long operations, final int flag, final long offset, final String verb)
        throws ProviderException {
        return (operations & flag) == 0 ? 0 : requiredFunction(offset, verb);
    }

    /** {@code ibv_create_qp_ex}. The attributes already name the protection domain and the queues. */
    static IbverbsExtendedQueuePair create(final IbverbsContext context, final MemorySegment initAttributes)
        throws ProviderException {
        final long operations = initAttributes.get(JAVA_LONG, ExtendedQueuePairCreationLayout.SEND_OPERATIONS);
        final int type = initAttributes.get(JAVA_INT, QueuePairCreationLayout.TYPE);
        final Supplier<String> text = () -> "type=" + type + ", send_ops_flags=0x" + Long.toHexString(operations);
        final MemorySegment function =
            HeaderDispatch.extendedOperation(context.structure(), verbs_context.create_qp_ex$offset());
        if (function.address() == 0) {
            throw new ProviderException("ibv_create_qp_ex", text.get(), Errno.EOPNOTSUPP);
        }
        requireRightLists(context, initAttributes, text);
        requireNewOperations(context, operations, text);
        final MemorySegment queuePair =
            new ControlFunction("ibv_create_qp_ex", () -> function, verbs_context.create_qp_ex::descriptor)
                .pointer(text, context.structure(), initAttributes);
        try {
            return new IbverbsExtendedQueuePair(context, queuePair, TO_EXTENDED.pointer(text, queuePair), operations,
                type == QueuePairTypes.UNRELIABLE_DATAGRAM);
        } catch (final ProviderException e) {
            context.forget(queuePair);
            destroy(context, queuePair, text);
            throw e;
        }
    }

    private static void requireRightLists(
        final IbverbsContext context, final MemorySegment initAttributes, final Supplier<String> text)
        throws ProviderException {
        final int elements = QueuePairCreationLayout.capacities(initAttributes)
            .get(JAVA_INT, QueuePairCapacitiesLayout.SEND_ELEMENTS);
        if (elements > 1 && context.device().isRxe() && RdmaCoreVersion.mayBeOlderThan(RXE_LISTS_MENDED)) {
            throw new ProviderException("ibv_create_qp_ex", text.get() + ", max_send_sge=" + elements, Errno.EOPNOTSUPP,
                "rxe of rdma-core before " + RXE_LISTS_MENDED + " sends wrong lengths when a request names several"
                    + " buffers; create it for one buffer per request, or use an ordinary queue pair");
        }
    }

    /** Refuses operations that a newer library would offer although the library or the kernel lacks them. */
    private static void requireNewOperations(
        final IbverbsContext context, final long operations, final Supplier<String> text) throws ProviderException {
        final boolean flush = (operations & SendOperationFlags.FLUSH) != 0;
        final boolean atomicWrite = (operations & SendOperationFlags.ATOMIC_WRITE) != 0;
        if (!flush && !atomicWrite) {
            return;
        }
        if (flush && RdmaCoreVersion.mayBeOlderThan(FLUSH_ADDED)) {
            throw new ProviderException("ibv_wr_flush", text.get(), Errno.EOPNOTSUPP,
                "it needs rdma-core " + FLUSH_ADDED + " or newer, and the one loaded is older or unknown");
        }
        final long capabilities = context.extendedCapabilities();
        final long flushes =
            DeviceCapabilityFlags.FLUSH_TO_GLOBAL_VISIBILITY | DeviceCapabilityFlags.FLUSH_TO_PERSISTENCE;
        if (flush && (capabilities & flushes) == 0) {
            throw withoutCapability("ibv_wr_flush", text);
        }
        if (atomicWrite && (capabilities & DeviceCapabilityFlags.ATOMIC_WRITE) == 0) {
            throw withoutCapability("ibv_wr_atomic_write", text);
        }
    }

    private static ProviderException withoutCapability(final String verb, final Supplier<String> text) {
        return new ProviderException(verb, text.get(), Errno.EOPNOTSUPP,
            "the kernel's driver does not report the capability; that of rxe does from Linux 6.2 on");
    }

    @Override
    public void start() {
        ExtendedDataPath.call(startFunction, address);
    }

    @Override
    public int complete() {
        return ExtendedDataPath.callInt(completeFunction, address);
    }

    @Override
    public void abort() {
        ExtendedDataPath.call(abortFunction, address);
    }

    @Override
    public void prepare(final long workRequestId, final int flags) {
        structure.set(JAVA_LONG, ibv_qp_ex.wr_id$offset(), workRequestId);
        structure.set(JAVA_INT, ibv_qp_ex.wr_flags$offset(), flags);
    }

    @Override
    public void send() {
        ExtendedDataPath.call(sendFunction, address);
    }

    @Override
    public void sendWithImmediate(final int immediateData) {
        ExtendedDataPath.call(sendImmediateFunction, address, immediateData);
    }

    @Override
    public void sendWithInvalidate(final int rkey) {
        ExtendedDataPath.call(sendInvalidateFunction, address, rkey);
    }

    @Override
    public void write(final int rkey, final long remoteAddress) {
        ExtendedDataPath.call(writeFunction, address, rkey, remoteAddress);
    }

    @Override
    public void writeWithImmediate(final int rkey, final long remoteAddress, final int immediateData) {
        ExtendedDataPath.call(writeImmediateFunction, address, rkey, remoteAddress, immediateData);
    }

    @Override
    public void read(final int rkey, final long remoteAddress) {
        ExtendedDataPath.call(readFunction, address, rkey, remoteAddress);
    }

    @Override
    public void compareAndSwap(final int rkey, final long remoteAddress, final long compare, final long swap) {
        ExtendedDataPath.call(compareAndSwapFunction, address, rkey, remoteAddress, compare, swap);
    }

    @Override
    public void fetchAndAdd(final int rkey, final long remoteAddress, final long add) {
        ExtendedDataPath.call(fetchAndAddFunction, address, rkey, remoteAddress, add);
    }

    @Override
    public void localInvalidate(final int rkey) {
        ExtendedDataPath.call(localInvalidateFunction, address, rkey);
    }

    @Override
    public void flush(
        final int rkey, final long remoteAddress, final long lengthBytes, final int placement, final int selection) {
        ExtendedDataPath.flush(
            flushFunction, address, rkey, remoteAddress, lengthBytes, (byte) placement, (byte) selection);
    }

    @Override
    public void atomicWrite(final int rkey, final long remoteAddress, final long value) {
        atomicValue.set(JAVA_LONG, 0, value);
        ExtendedDataPath.call(atomicWriteFunction, address, rkey, remoteAddress, atomicValue.address());
    }

    @Override
    public void bindMemoryWindow(final long window, final int rkey, final MemorySegment bindInfo) {
        ExtendedDataPath.call(bindFunction, address, window, rkey, bindInfo.address());
    }

    @Override
    public void datagramAddress(final long addressHandle, final int remoteQueuePair, final int queueKey) {
        ExtendedDataPath.call(datagramAddressFunction, address, addressHandle, remoteQueuePair, queueKey);
    }

    @Override
    public void scatterGather(final int lkey, final long localAddress, final int lengthBytes) {
        ExtendedDataPath.call(elementFunction, address, lkey, localAddress, lengthBytes);
    }

    @Override
    public void scatterGatherList(final int count, final MemorySegment elements) {
        ExtendedDataPath.call(elementListFunction, address, (long) count, elements.address());
    }

    @Override
    public void inlineData(final MemorySegment data, final int lengthBytes) {
        ExtendedDataPath.call(inlineDataFunction, address, data.address(), (long) lengthBytes);
    }
}
