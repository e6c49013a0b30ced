// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.jextract.ibv_cq_ex;
import dev.ffmverbs.jextract.ibv_poll_cq_attr;
import dev.ffmverbs.jextract.verbs_context;
import dev.ffmverbs.spi.ExtendedCompletionQueueOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.CompletionQueueCreationMasks;
import dev.ffmverbs.spi.constants.ExtendedCompletionFlags;
import dev.ffmverbs.spi.layout.CompletionQueueCreationLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** A completion queue that is read in place: {@code struct ibv_cq_ex}. */
@SuppressWarnings("restricted")
final class IbverbsExtendedCompletionQueue extends IbverbsCompletionQueue
    implements ExtendedCompletionQueueOperations {

    /**
     * The release of rdma-core that fixed the last of two faults of rxe's {@code next_poll}. At the end of the queue,
     * it released the lock and advanced, and {@code end_poll} then did both again.
     */
    private static final int RXE_NEXT_POLL_MENDED = 61;

    private final MemorySegment structure;
    private final long address;
    private final MemorySegment pollAttributes;
    private final long startPollFunction;
    private final long nextPollFunction;
    private final long endPollFunction;
    private final long opcodeFunction;
    private final long vendorErrorFunction;
    private final long flagsFunction;
    private final long byteLengthFunction;
    private final long immediateDataFunction;
    private final long queuePairFunction;
    private final long sourceQueuePairFunction;
    private final long sourceLocalIdentifierFunction;
    private final long serviceLevelFunction;
    private final long destinationPathBitsFunction;
    private final long completionTimestampFunction;
    private final long wallclockTimestampFunction;
    private final long customerVlanFunction;
    private final long flowTagFunction;

    /** Whether every completion is read in a separate sequence, because the driver's next_poll is faulty. */
    private final boolean restarts;

    /** Whether the driver holds the queue. Used only by the thread that reads. */
    private boolean started;

    IbverbsExtendedCompletionQueue(
        final IbverbsContext context, final MemorySegment queue, final long fields, final boolean restarts)
        throws ProviderException {
        super(context, queue, false);
        this.structure = queue.reinterpret(ibv_cq_ex.sizeof());
        this.address = queue.address();
        this.pollAttributes = ibv_poll_cq_attr.allocate(Arena.ofAuto());
        this.restarts = restarts;
        this.startPollFunction = function(ibv_cq_ex.start_poll$offset(), "ibv_start_poll");
        this.nextPollFunction = function(ibv_cq_ex.next_poll$offset(), "ibv_next_poll");
        this.endPollFunction = function(ibv_cq_ex.end_poll$offset(), "ibv_end_poll");
        this.opcodeFunction = function(ibv_cq_ex.read_opcode$offset(), "ibv_wc_read_opcode");
        this.vendorErrorFunction = function(ibv_cq_ex.read_vendor_err$offset(), "ibv_wc_read_vendor_err");
        this.flagsFunction = function(ibv_cq_ex.read_wc_flags$offset(), "ibv_wc_read_wc_flags");
        this.byteLengthFunction = function(ibv_cq_ex.read_byte_len$offset(), "ibv_wc_read_byte_len");
        this.immediateDataFunction = function(ibv_cq_ex.read_imm_data$offset(), "ibv_wc_read_imm_data");
        this.queuePairFunction = function(ibv_cq_ex.read_qp_num$offset(), "ibv_wc_read_qp_num");
        this.sourceQueuePairFunction = function(ibv_cq_ex.read_src_qp$offset(), "ibv_wc_read_src_qp");
        this.sourceLocalIdentifierFunction = optionalFunction(fields,
            ExtendedCompletionFlags.SOURCE_LOCAL_IDENTIFIER, ibv_cq_ex.read_slid$offset(), "ibv_wc_read_slid");
        this.serviceLevelFunction = optionalFunction(fields,
            ExtendedCompletionFlags.SERVICE_LEVEL, ibv_cq_ex.read_sl$offset(), "ibv_wc_read_sl");
        this.destinationPathBitsFunction = optionalFunction(fields, ExtendedCompletionFlags.DESTINATION_PATH_BITS,
            ibv_cq_ex.read_dlid_path_bits$offset(), "ibv_wc_read_dlid_path_bits");
        this.completionTimestampFunction = optionalFunction(fields, ExtendedCompletionFlags.COMPLETION_TIMESTAMP,
            ibv_cq_ex.read_completion_ts$offset(), "ibv_wc_read_completion_ts");
        this.wallclockTimestampFunction = optionalFunction(fields, ExtendedCompletionFlags.WALLCLOCK_TIMESTAMP,
            ibv_cq_ex.read_completion_wallclock_ns$offset(), "ibv_wc_read_completion_wallclock_ns");
        this.customerVlanFunction = optionalFunction(fields,
            ExtendedCompletionFlags.CUSTOMER_VLAN, ibv_cq_ex.read_cvlan$offset(), "ibv_wc_read_cvlan");
        this.flowTagFunction = optionalFunction(fields,
            ExtendedCompletionFlags.FLOW_TAG, ibv_cq_ex.read_flow_tag$offset(), "ibv_wc_read_flow_tag");
    }

    private long optionalFunction(final long fields, final int field, final long offset, final String verb)
        throws ProviderException {
        return (fields & field) == 0 ? 0 : function(offset, verb);
    }

    private long function(final long offset, final String verb) throws ProviderException {
        return HeaderDispatch.requireFilledIn(structure, offset, verb);
    }

    static IbverbsExtendedCompletionQueue create(
        final IbverbsContext context, final MemorySegment initAttributes, final IbverbsCompletionChannel channel,
        final IbverbsProtectionDomain parentDomain) throws ProviderException {
        final long fields = initAttributes.get(JAVA_LONG, CompletionQueueCreationLayout.FIELDS);
        final Supplier<String> text = () ->
            "entries=" + initAttributes.get(JAVA_INT, CompletionQueueCreationLayout.ENTRIES)
            + ", wc_flags=0x" + Long.toHexString(fields)
            + ", flags=0x" + Integer.toHexString(initAttributes.get(JAVA_INT, CompletionQueueCreationLayout.FLAGS))
            + (parentDomain == null ? "" : ", with a parent domain");
        initAttributes.set(JAVA_LONG, CompletionQueueCreationLayout.CHANNEL,
            channel == null ? 0 : channel.structure().address());
        if (parentDomain != null) {
            initAttributes.set(
                JAVA_LONG, CompletionQueueCreationLayout.PARENT_DOMAIN, parentDomain.structure().address());
            initAttributes.set(JAVA_INT, CompletionQueueCreationLayout.PRESENT_FIELDS,
                initAttributes.get(JAVA_INT, CompletionQueueCreationLayout.PRESENT_FIELDS)
                    | CompletionQueueCreationMasks.PARENT_DOMAIN);
        }
        final MemorySegment queue = HeaderDispatch.requireExtended(context.structure(),
            verbs_context.create_cq_ex$offset(), verbs_context.create_cq_ex::descriptor, "ibv_create_cq_ex", text)
            .pointer(text, context.structure(), initAttributes);
        try {
            return new IbverbsExtendedCompletionQueue(context, queue, fields,
                context.device().isRxe() && RdmaCoreVersion.mayBeOlderThan(RXE_NEXT_POLL_MENDED));
        } catch (final ProviderException e) {
            context.forget(queue);
            destroy(context, queue, text);
            throw e;
        }
    }

    @Override
    public int startPoll() {
        final int errno = ExtendedDataPath.callInt(startPollFunction, address, pollAttributes.address());
        started = errno == 0;
        return errno;
    }

    @Override
    public int nextPoll() {
        if (restarts) {
            endPoll();
            return startPoll();
        }
        return ExtendedDataPath.callInt(nextPollFunction, address);
    }

    @Override
    public void endPoll() {
        if (started) {
            started = false;
            ExtendedDataPath.call(endPollFunction, address);
        }
    }

    @Override
    public long workRequestId() {
        return structure.get(JAVA_LONG, ibv_cq_ex.wr_id$offset());
    }

    @Override
    public int status() {
        return structure.get(JAVA_INT, ibv_cq_ex.status$offset());
    }

    @Override
    public int opcode() {
        return ExtendedDataPath.callInt(opcodeFunction, address);
    }

    @Override
    public int byteLength() {
        return ExtendedDataPath.callInt(byteLengthFunction, address);
    }

    @Override
    public int immediateData() {
        return ExtendedDataPath.callInt(immediateDataFunction, address);
    }

    @Override
    public int queuePairNumber() {
        return ExtendedDataPath.callInt(queuePairFunction, address);
    }

    @Override
    public int sourceQueuePairNumber() {
        return ExtendedDataPath.callInt(sourceQueuePairFunction, address);
    }

    @Override
    public int flags() {
        return ExtendedDataPath.callInt(flagsFunction, address);
    }

    @Override
    public int vendorError() {
        return ExtendedDataPath.callInt(vendorErrorFunction, address);
    }

    @Override
    public int sourceLocalIdentifier() {
        return ExtendedDataPath.callInt(sourceLocalIdentifierFunction, address);
    }

    /** A result narrower than 32 bits leaves the other bits of the register undefined. */
    @Override
    public int serviceLevel() {
        return ExtendedDataPath.callInt(serviceLevelFunction, address) & 0xFF;
    }

    @Override
    public int destinationPathBits() {
        return ExtendedDataPath.callInt(destinationPathBitsFunction, address) & 0xFF;
    }

    @Override
    public long completionTimestamp() {
        return ExtendedDataPath.callLong(completionTimestampFunction, address);
    }

    @Override
    public long wallclockTimestampNs() {
        return ExtendedDataPath.callLong(wallclockTimestampFunction, address);
    }

    @Override
    public int customerVlan() {
        return ExtendedDataPath.callInt(customerVlanFunction, address) & 0xFFFF;
    }

    @Override
    public int flowTag() {
        return ExtendedDataPath.callInt(flowTagFunction, address);
    }
}
