// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.jextract.ibv_context;
import dev.ffmverbs.jextract.ibv_cq;
import dev.ffmverbs.jextract.ibv_cq_ex;
import dev.ffmverbs.jextract.ibv_device;
import dev.ffmverbs.jextract.ibv_parent_domain_init_attr;
import dev.ffmverbs.jextract.ibv_pd;
import dev.ffmverbs.jextract.ibv_qp;
import dev.ffmverbs.jextract.ibv_qp_ex;
import dev.ffmverbs.jextract.verbs_context;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ExtendedCompletionQueueOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.ThreadDomainOperations;
import dev.ffmverbs.spi.constants.ClockValueFlags;
import dev.ffmverbs.spi.constants.CompletionQueueAttributeFlags;
import dev.ffmverbs.spi.constants.CompletionQueueCreationMasks;
import dev.ffmverbs.spi.constants.ExtendedCompletionFlags;
import dev.ffmverbs.spi.constants.FlushPlacements;
import dev.ffmverbs.spi.constants.FlushSelections;
import dev.ffmverbs.spi.constants.MemoryAdvices;
import dev.ffmverbs.spi.constants.SendOperationFlags;
import dev.ffmverbs.spi.constants.TransportTypes;
import dev.ffmverbs.spi.layout.ClockValuesLayout;
import dev.ffmverbs.spi.layout.CompletionQueueAttributesLayout;
import dev.ffmverbs.spi.layout.CompletionQueueCreationLayout;
import dev.ffmverbs.spi.layout.ScatterGatherElementLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Verbs that no device here has reach the driver's function with their arguments. */
@Timeout(60)
@SuppressWarnings("restricted")
class FakeDriverTest {

    private FakeDriver driver;

    @BeforeEach
    void load() throws ProviderException {
        new IbverbsProvider().unavailability().ifPresent(Assumptions::abort);
        driver = new FakeDriver();
    }

    @AfterEach
    void unload() {
        if (driver != null) {
            driver.close();
        }
    }

    private static MemorySegment at(final Object pointer, final long bytes) {
        return ((MemorySegment) pointer).reinterpret(bytes);
    }

    private CompletionQueueOperations queue() throws ProviderException {
        return new IbverbsCompletionQueue(driver.context, driver.structure(ibv_cq.sizeof()), false);
    }

    private MemorySegment moderation() {
        final MemorySegment attributes = driver.arena.allocate(CompletionQueueAttributesLayout.LAYOUT);
        attributes.set(JAVA_INT, CompletionQueueAttributesLayout.MASK, CompletionQueueAttributeFlags.MODERATION);
        attributes.set(JAVA_SHORT, CompletionQueueAttributesLayout.MODERATION_COUNT, (short) 7);
        attributes.set(JAVA_SHORT, CompletionQueueAttributesLayout.MODERATION_PERIOD, (short) 9);
        return attributes;
    }

    @Test
    void aModerationReachesTheDriver() throws ProviderException {
        driver.offer(verbs_context.modify_cq$offset(), 0, verbs_context.modify_cq.descriptor());
        final CompletionQueueOperations queue = queue();
        queue.modify(moderation());

        final List<Object> call = driver.takeCall();
        assertEquals(queue.nativeAddress(), ((MemorySegment) call.get(0)).address());
        final MemorySegment given = at(call.get(1), CompletionQueueAttributesLayout.BYTES);
        assertEquals("attr_mask=0x1, cq_count=7, cq_period=9", CompletionQueueAttributesLayout.describe(given));
    }

    @Test
    void aRefusalOfTheDriverKeepsItsNumber() {
        driver.offer(verbs_context.modify_cq$offset(), Errno.EINVAL, verbs_context.modify_cq.descriptor());
        final ProviderException refused =
            assertThrows(ProviderException.class, () -> queue().modify(moderation()));
        assertEquals(Errno.EINVAL, refused.errno());
    }

    @Test
    void anOperationThatTheDriverLacksIsRefusedByName() {
        final ProviderException refused =
            assertThrows(ProviderException.class, () -> queue().modify(moderation()));
        assertEquals(Errno.EOPNOTSUPP, refused.errno());
        assertEquals("ibv_modify_cq", refused.verb());
        assertEquals("ibv_alloc_td",
            assertThrows(ProviderException.class, driver.context::allocateThreadDomain).verb());
    }

    @Test
    void theClockIsAskedFor() throws ProviderException {
        driver.offer(
            verbs_context.query_rt_values$offset(), 0, verbs_context.query_rt_values.descriptor());
        final MemorySegment values = driver.arena.allocate(ClockValuesLayout.LAYOUT);
        values.set(JAVA_INT, ClockValuesLayout.PRESENT_FIELDS, ClockValueFlags.RAW_CLOCK);
        driver.context.queryClock(values);

        assertEquals(values.address(), ((MemorySegment) driver.takeCall().get(1)).address());
    }

    @Test
    void aParentDomainNamesItsDomainAndItsThreads() throws ProviderException {
        final MemorySegment threads = driver.structure(8);
        final MemorySegment parent = driver.structure(ibv_pd.sizeof());
        final MemorySegment shared = driver.structure(ibv_pd.sizeof());
        driver.offer(verbs_context.alloc_td$offset(), threads, verbs_context.alloc_td.descriptor());
        driver.offer(verbs_context.dealloc_td$offset(), 0, verbs_context.dealloc_td.descriptor());
        driver.offer(
            verbs_context.alloc_parent_domain$offset(), parent, verbs_context.alloc_parent_domain.descriptor());

        final ThreadDomainOperations domain = driver.context.allocateThreadDomain();
        assertEquals(threads.address(), domain.nativeAddress());
        driver.takeCall();
        final long[] given = new long[2];
        driver.onCall = call -> {
            final MemorySegment attributes = at(call.get(1), ibv_parent_domain_init_attr.sizeof());
            given[0] = ibv_parent_domain_init_attr.pd(attributes).address();
            given[1] = ibv_parent_domain_init_attr.td(attributes).address();
        };
        assertEquals(parent.address(),
            new IbverbsProtectionDomain(driver.context, shared).allocateParentDomain(domain).nativeAddress());
        assertEquals(shared.address(), given[0]);
        assertEquals(threads.address(), given[1]);
        driver.takeCall();
        driver.onCall = call -> { };
        domain.close();
        assertEquals(threads.address(), ((MemorySegment) driver.takeCall().get(0)).address());
    }

    @Test
    void anAdviceNamesItsElements() throws ProviderException {
        driver.offer(verbs_context.advise_mr$offset(), 0, verbs_context.advise_mr.descriptor());
        final MemorySegment shared = driver.structure(ibv_pd.sizeof());
        final MemorySegment element = driver.arena.allocate(ScatterGatherElementLayout.LAYOUT);
        new IbverbsProtectionDomain(driver.context, shared)
            .advise(MemoryAdvices.PREFETCH_FOR_WRITING, MemoryAdvices.FLAG_WAIT, element, 1);

        final List<Object> call = driver.takeCall();
        assertEquals(shared.address(), ((MemorySegment) call.get(0)).address());
        assertEquals(List.of(1, 1), call.subList(1, 3));
        assertEquals(element.address(), ((MemorySegment) call.get(3)).address());
        assertEquals(1, call.get(4));
    }

    private MemorySegment deviceOf(final int transportType) {
        final MemorySegment device = driver.structure(ibv_device.sizeof());
        ibv_device.transport_type(device, transportType);
        return device;
    }

    @Test
    void onlyAnIwarpDeviceIsAskedWhetherItTakesChosenAddresses() throws ProviderException {
        driver.offer(verbs_context.query_device_ex$offset(), 0, verbs_context.query_device_ex.descriptor());
        ibv_context.device(driver.context.structure(), deviceOf(TransportTypes.INFINIBAND));
        assertFalse(driver.context.ignoresChosenAddresses());
        assertEquals(List.of(), driver.calls);

        ibv_context.device(driver.context.structure(), deviceOf(TransportTypes.IWARP));
        assertFalse(driver.context.ignoresChosenAddresses(), "the vendor is not that of siw");
        driver.takeCall();
    }

    private MemorySegment extendedQueue() {
        final MemorySegment structure = driver.structure(ibv_cq_ex.sizeof());
        final FunctionDescriptor number = FunctionDescriptor.of(JAVA_INT, ADDRESS);
        for (final long offset : new long[] {
            ibv_cq_ex.start_poll$offset(), ibv_cq_ex.next_poll$offset(), ibv_cq_ex.end_poll$offset(),
            ibv_cq_ex.read_opcode$offset(), ibv_cq_ex.read_vendor_err$offset(), ibv_cq_ex.read_wc_flags$offset(),
            ibv_cq_ex.read_byte_len$offset(), ibv_cq_ex.read_imm_data$offset(), ibv_cq_ex.read_qp_num$offset(),
            ibv_cq_ex.read_src_qp$offset()}) {
            structure.set(ADDRESS, offset, driver.stub(0, number));
        }
        structure.set(ADDRESS, ibv_cq_ex.read_slid$offset(), driver.stub(0x1234, number));
        structure.set(ADDRESS, ibv_cq_ex.read_sl$offset(), driver.stub(0x7F05, number));
        structure.set(ADDRESS, ibv_cq_ex.read_dlid_path_bits$offset(), driver.stub(0x7F06, number));
        structure.set(ADDRESS, ibv_cq_ex.read_cvlan$offset(), driver.stub(0x7F_0102, number));
        structure.set(ADDRESS, ibv_cq_ex.read_flow_tag$offset(), driver.stub(0xABCDEF, number));
        final FunctionDescriptor clock = FunctionDescriptor.of(JAVA_LONG, ADDRESS);
        structure.set(ADDRESS, ibv_cq_ex.read_completion_ts$offset(), driver.stub(1L << 40, clock));
        structure.set(ADDRESS, ibv_cq_ex.read_completion_wallclock_ns$offset(), driver.stub(-5L, clock));
        return structure;
    }

    @Test
    void everyFieldOfACompletionIsRead() throws ProviderException {
        driver.offer(
            verbs_context.create_cq_ex$offset(), extendedQueue(), verbs_context.create_cq_ex.descriptor());
        final MemorySegment attributes = driver.arena.allocate(CompletionQueueCreationLayout.LAYOUT);
        attributes.set(JAVA_LONG, CompletionQueueCreationLayout.FIELDS, 0xFFF);
        final MemorySegment parent = driver.structure(ibv_pd.sizeof());
        final ExtendedCompletionQueueOperations queue = driver.context.createExtendedCompletionQueue(
            attributes, null, new IbverbsProtectionDomain(driver.context, parent));

        assertEquals(CompletionQueueCreationMasks.PARENT_DOMAIN,
            attributes.get(JAVA_INT, CompletionQueueCreationLayout.PRESENT_FIELDS));
        assertEquals(parent.address(), attributes.get(JAVA_LONG, CompletionQueueCreationLayout.PARENT_DOMAIN));
        assertEquals(0x1234, queue.sourceLocalIdentifier());
        assertEquals(5, queue.serviceLevel());
        assertEquals(6, queue.destinationPathBits());
        assertEquals(0x0102, queue.customerVlan());
        assertEquals(0xABCDEF, queue.flowTag());
        assertEquals(1L << 40, queue.completionTimestamp());
        assertEquals(-5, queue.wallclockTimestampNs());
    }

    @Test
    void aFieldWithoutAFunctionIsRefusedByName() {
        final MemorySegment structure = extendedQueue();
        structure.set(ADDRESS, ibv_cq_ex.read_flow_tag$offset(), MemorySegment.NULL);
        assertEquals("ibv_wc_read_flow_tag", assertThrows(ProviderException.class,
            () -> new IbverbsExtendedCompletionQueue(
                driver.context, structure, ExtendedCompletionFlags.FLOW_TAG, false)).verb());
    }

    @Test
    void aFlushAndAnAtomicWriteReachTheFunctionsOfTheQueuePair() throws ProviderException {
        final long flush = ibv_qp_ex.wr_atomic_write$offset() + ADDRESS.byteSize();
        final MemorySegment structure = driver.structure(flush + ADDRESS.byteSize());
        final FunctionDescriptor nothing = FunctionDescriptor.ofVoid();
        for (final MemoryLayout member : ibv_qp_ex.layout().memberLayouts()) {
            final String name = member.name().orElse("");
            if (name.startsWith("wr_") && member.equals(ADDRESS.withName(name))) {
                structure.set(ADDRESS, ibv_qp_ex.layout().byteOffset(
                    MemoryLayout.PathElement.groupElement(name)), driver.stub(null, nothing));
            }
        }
        structure.set(ADDRESS, flush, driver.stub(null,
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_BYTE, JAVA_BYTE)));
        structure.set(ADDRESS, ibv_qp_ex.wr_atomic_write$offset(), driver.stub(null,
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS)));
        final IbverbsExtendedQueuePair queuePair = new IbverbsExtendedQueuePair(driver.context,
            driver.structure(ibv_qp.sizeof()), structure,
            SendOperationFlags.FLUSH | SendOperationFlags.ATOMIC_WRITE, false);

        queuePair.flush(0xCAFE, 1L << 45, 1L << 33, FlushPlacements.PERSISTENT, FlushSelections.REGION);
        final List<Object> call = driver.takeCall();
        assertEquals(structure.address(), ((MemorySegment) call.get(0)).address());
        assertEquals(List.of(0xCAFE, 1L << 45, 1L << 33, (byte) 2, (byte) 1), call.subList(1, 6));

        queuePair.atomicWrite(0xBEEF, 16, 0x0102_0304_0506_0708L);
        final List<Object> write = driver.takeCall();
        assertEquals(List.of(0xBEEF, 16L), write.subList(1, 3));
        assertEquals(0x0102_0304_0506_0708L, at(write.get(3), 8).get(JAVA_LONG, 0));
    }
}
