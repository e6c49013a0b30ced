// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_ah;
import dev.ffmverbs.jextract.ibv_comp_channel;
import dev.ffmverbs.jextract.ibv_context;
import dev.ffmverbs.jextract.ibv_cq;
import dev.ffmverbs.jextract.ibv_cq_ex;
import dev.ffmverbs.jextract.ibv_mr;
import dev.ffmverbs.jextract.ibv_mw;
import dev.ffmverbs.jextract.ibv_pd;
import dev.ffmverbs.jextract.ibv_qp;
import dev.ffmverbs.jextract.ibv_qp_cap;
import dev.ffmverbs.jextract.ibv_qp_ex;
import dev.ffmverbs.jextract.ibv_qp_init_attr_ex;
import dev.ffmverbs.jextract.ibv_srq;
import dev.ffmverbs.jextract.verbs_context;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The C structure behind each object: its address, and who may have it. */
@Timeout(60)
@SuppressWarnings("restricted")
class NativeAddressTest {

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Context context;
    private ProtectionDomain domain;

    static void requireStructures(final DevicePair devices) {
        devices.require();
        Assumptions.assumeTrue("ibverbs".equals(devices.left().provider()),
            () -> devices.left() + " has no C structures");
    }

    private <T extends AutoCloseable> T open(final T object) {
        opened.addFirst(object);
        return object;
    }

    private void openDomain(final DevicePair devices) {
        context = open(devices.left().open());
        domain = open(context.allocateProtectionDomain());
    }

    @AfterEach
    void closeInReverse() throws Exception {
        for (final AutoCloseable object : opened) {
            object.close();
        }
    }

    /** Reads a pointer of an object's structure. */
    private static MemorySegment read(
        final ProviderObject object, final Function<MemorySegment, MemorySegment> reader, final long sizeBytes) {
        return reader.apply(sized(object, sizeBytes));
    }

    private static MemorySegment sized(final ProviderObject object, final long sizeBytes) {
        return MemorySegment.ofAddress(object.nativeAddress().address()).reinterpret(sizeBytes);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theStructuresOfQueuesNameEachOther(final DevicePair devices) {
        requireStructures(devices);
        openDomain(devices);
        final CompletionChannel channel = open(context.createCompletionChannel());
        final CompletionQueue completions = open(context.createCompletionQueue(16, channel, 0));
        final SharedReceiveQueue shared = open(domain.createSharedReceiveQueue(16, 1));
        final QueuePair queuePair = open(domain.createQueuePair(
            QueuePairConfiguration.reliableConnection(completions).withSharedReceiveQueue(shared)));

        final MemorySegment structure = sized(queuePair, ibv_qp.sizeof());
        assertEquals(queuePair.number(), ibv_qp.qp_num(structure));
        assertEquals(context.nativeAddress(), ibv_qp.context(structure));
        assertEquals(domain.nativeAddress(), ibv_qp.pd(structure));
        assertEquals(completions.nativeAddress(), ibv_qp.send_cq(structure));
        assertEquals(shared.nativeAddress(), ibv_qp.srq(structure));
        assertEquals(context.nativeAddress(), read(domain, ibv_pd::context, ibv_pd.sizeof()));
        assertEquals(domain.nativeAddress(), read(shared, ibv_srq::pd, ibv_srq.sizeof()));
        assertEquals(channel.nativeAddress(), read(completions, ibv_cq::channel, ibv_cq.sizeof()));
        assertEquals(channel.fileDescriptor().orElseThrow(),
            ibv_comp_channel.fd(sized(channel, ibv_comp_channel.sizeof())));
        assertTrue(ibv_context.num_comp_vectors(sized(context, ibv_context.sizeof())) >= 1);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theStructuresOfMemoryNameItsKeysAndDomain(final DevicePair devices) {
        requireStructures(devices);
        openDomain(devices);
        final MemoryRegion region = open(domain.allocate(4096, Access.LOCAL_WRITE));
        final MemorySegment structure = sized(region, ibv_mr.sizeof());
        assertEquals(domain.nativeAddress(), ibv_mr.pd(structure));
        assertEquals(region.segment().address(), ibv_mr.addr(structure).address());
        assertEquals(4096, ibv_mr.length(structure));
        assertEquals(region.lkey(), ibv_mr.lkey(structure));
        assertEquals(region.rkey(), ibv_mr.rkey(structure));

        final MemoryWindow window =
            open(Unsupported.orSkip(() -> domain.allocateMemoryWindow(MemoryWindowType.TYPE_1)));
        assertEquals(domain.nativeAddress(), read(window, ibv_mw::pd, ibv_mw.sizeof()));
        assertEquals(window.rkey(), ibv_mw.rkey(sized(window, ibv_mw.sizeof())));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theStructureOfAnAddressHandleNamesItsDomain(final DevicePair devices) {
        requireStructures(devices);
        openDomain(devices);
        final GidEntry own = ConnectedPair.Side.anyGid(context);
        final AddressHandle handle =
            open(Unsupported.orSkip(() -> domain.createAddressHandle(own.gid(), own.index(), 1)));

        assertEquals(domain.nativeAddress(), read(handle, ibv_ah::pd, ibv_ah.sizeof()));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theStructuresOfExtendedQueuesBeginWithThePlainOnes(final DevicePair devices) {
        requireStructures(devices);
        openDomain(devices);
        final ExtendedCompletionQueue completions =
            open(Unsupported.orSkip(() -> context.createExtendedCompletionQueue(16, null, 0)));
        final ExtendedQueuePair queuePair = open(Unsupported.orSkip(() -> domain.createExtendedQueuePair(
            QueuePairConfiguration.reliableConnection(completions), SendOperation.SEND)));

        assertEquals(context.nativeAddress(), read(completions, ibv_cq_ex::context, ibv_cq_ex.sizeof()));
        assertTrue(read(completions, ibv_cq_ex::start_poll, ibv_cq_ex.sizeof()).address() != 0);
        final MemorySegment structure = sized(queuePair, ibv_qp_ex.sizeof());
        assertEquals(queuePair.number(), ibv_qp.qp_num(ibv_qp_ex.qp_base(structure)));
        assertTrue(ibv_qp_ex.wr_start(structure).address() != 0);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void nothingCanBeReadThroughTheAddressWithoutASize(final DevicePair devices) {
        requireStructures(devices);
        openDomain(devices);

        assertEquals(0, domain.nativeAddress().byteSize());
        assertThrows(IndexOutOfBoundsException.class, () -> ibv_pd.handle(domain.nativeAddress()));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aDeviceWithoutStructuresIsNamed(final DevicePair devices) {
        devices.require();
        Assumptions.assumeFalse("ibverbs".equals(devices.left().provider()),
            () -> devices.left() + " has C structures");
        openDomain(devices);
        final CompletionQueue completions = open(context.createCompletionQueue(16));
        final List<ProviderObject> objects = List.of(context, domain, completions,
            open(context.createCompletionChannel()), open(domain.createSharedReceiveQueue(16, 1)),
            open(domain.createQueuePair(QueuePairConfiguration.reliableConnection(completions))),
            open(domain.allocate(64, Access.LOCAL_WRITE)));

        for (final ProviderObject object : objects) {
            final UnsupportedVerbException refused =
                assertThrows(UnsupportedVerbException.class, object::nativeAddress);
            assertEquals(devices.left().name(), refused.deviceName());
            assertEquals(devices.left() + " does not support nativeAddress: nativeAddress() failed: EOPNOTSUPP (95, not"
                + " supported): its provider has no C structures; devices of libibverbs have them",
                refused.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aClosedObjectRefuses(final DevicePair devices) {
        devices.require();
        openDomain(devices);
        final CompletionQueue completions = context.createCompletionQueue(16);
        completions.close();

        assertEquals(completions + " is closed",
            assertThrows(IllegalStateException.class, completions::nativeAddress).getMessage());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anObjectConfinedToAThreadRefusesOthers(final DevicePair devices) {
        devices.require();
        openDomain(devices);
        final CompletionQueue completions = open(context.createCompletionQueue(16));
        completions.confine();

        assertThrows(WrongThreadException.class, () -> {
            try {
                CompletableFuture.supplyAsync(completions::nativeAddress).join();
            } catch (final CompletionException e) {
                throw e.getCause();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void memoryThatCannotBeFreedYetRefusesAfterItsDeregistration(final DevicePair devices) throws Throwable {
        devices.require();
        openDomain(devices);
        final MemoryRegion region = open(domain.allocate(4096, Access.LOCAL_WRITE));
        final List<Throwable> refusals = new ArrayList<>();
        final MethodHandle comparison = MethodHandles.lookup().findStatic(NativeAddressTest.class, "closeWhileInUse",
            MethodType.methodType(int.class, MemoryRegion.class, List.class, MemorySegment.class, MemorySegment.class));
        final Linker linker = Linker.nativeLinker();
        final MethodHandle sort = linker.downcallHandle(linker.defaultLookup().find("qsort").orElseThrow(),
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            sort.invokeExact(region.segment(), 2L, 1L, linker.upcallStub(
                MethodHandles.insertArguments(comparison, 0, region, refusals),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS), arena));
        }

        assertEquals(1, refusals.size(), "closing fails while a call uses the memory");
        assertTrue(assertThrows(IllegalStateException.class, region::nativeAddress).getMessage()
            .contains("is deregistered"));
    }

    /** Runs in a C function that was called with the region's memory. */
    private static int closeWhileInUse(
        final MemoryRegion region, final List<Throwable> refusals, final MemorySegment left,
        final MemorySegment right) {
        try {
            region.close();
        } catch (final Throwable e) {
            // Would end the JVM.
            refusals.add(e);
        }
        return 0;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anAddressReadIntoAnArenaEndsWithIt(final DevicePair devices) {
        requireStructures(devices);
        openDomain(devices);
        final MemorySegment structure;
        try (Arena arena = Arena.ofConfined()) {
            structure = ibv_pd.reinterpret(domain.nativeAddress(), arena, null);
            assertEquals(context.nativeAddress(), ibv_pd.context(structure));
        }

        assertThrows(IllegalStateException.class, () -> ibv_pd.context(structure));
    }

    /** The library has no type for such queue pairs, so only the way out reaches the refusal. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aRawPacketQueuePairBeyondTheLimitsOfTheDeviceIsRefused(final DevicePair devices) {
        requireStructures(devices);
        openDomain(devices);
        final CompletionQueue completions = open(context.createCompletionQueue(16));
        final DeviceAttributes limits = context.attributes();
        final List<BiConsumer<MemorySegment, Integer>> capacities = List.of(
            ibv_qp_cap::max_send_wr, ibv_qp_cap::max_recv_wr, ibv_qp_cap::max_send_sge, ibv_qp_cap::max_recv_sge);
        final int tooMany = Math.max(limits.maximumRequestsPerQueue(), limits.maximumScatterGatherElements()) + 1;
        for (final BiConsumer<MemorySegment, Integer> capacity : capacities) {
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment wanted = ibv_qp_init_attr_ex.allocate(arena);
                ibv_qp_init_attr_ex.qp_type(wanted, ffm_verbs_h.IBV_QPT_RAW_PACKET());
                ibv_qp_init_attr_ex.send_cq(wanted, completions.nativeAddress());
                ibv_qp_init_attr_ex.recv_cq(wanted, completions.nativeAddress());
                ibv_qp_init_attr_ex.comp_mask(wanted, ffm_verbs_h.IBV_QP_INIT_ATTR_PD());
                ibv_qp_init_attr_ex.pd(wanted, domain.nativeAddress());
                final MemorySegment cap = ibv_qp_init_attr_ex.cap(wanted);
                for (final BiConsumer<MemorySegment, Integer> each : capacities) {
                    each.accept(cap, 1);
                }
                capacity.accept(cap, tooMany);

                final MemorySegment created = verbs_context.create_qp_ex.invoke(
                    operation(verbs_context.create_qp_ex$offset()), context.nativeAddress(), wanted);

                assertEquals(MemorySegment.NULL, created);
            }
        }
    }

    /** Returns a pointer of the {@code verbs_context} around the context. */
    private MemorySegment operation(final long offset) {
        final long extended = context.nativeAddress().address() - verbs_context.context$offset();
        return MemorySegment.ofAddress(extended).reinterpret(verbs_context.sizeof()).get(ADDRESS, offset);
    }
}
