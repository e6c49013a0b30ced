// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_ah;
import dev.ffmverbs.jextract.ibv_comp_channel;
import dev.ffmverbs.jextract.ibv_context;
import dev.ffmverbs.jextract.ibv_context_ops;
import dev.ffmverbs.jextract.ibv_cq;
import dev.ffmverbs.jextract.ibv_mr;
import dev.ffmverbs.jextract.ibv_mw;
import dev.ffmverbs.jextract.ibv_pd;
import dev.ffmverbs.jextract.ibv_qp;
import dev.ffmverbs.jextract.ibv_srq;
import dev.ffmverbs.jextract.verbs_context;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.io.File;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** The objects of a device that was removed can be closed, though every call about them fails. */
@Timeout(60)
@SuppressWarnings("restricted")
class RemovedDeviceTest {

    /** More than a driver's table of operations, and than any structure. */
    private static final int BYTES = 8192;

    private FakeDriver driver;

    @BeforeEach
    void load() throws ProviderException {
        new IbverbsProvider().unavailability().ifPresent(Assumptions::abort);
        driver = new FakeDriver();
        // The operations of the library itself are in a structure without a public layout. All of them refuse.
        final MemorySegment refusing = driver.structure(BYTES);
        final MemorySegment refusal = driver.stub(Errno.EIO, FunctionDescriptor.of(JAVA_INT, ADDRESS));
        for (long offset = 0; offset < BYTES; offset += ADDRESS.byteSize()) {
            refusing.set(ADDRESS, offset, refusal);
        }
        final MemorySegment context = driver.context.structure();
        verbs_context.priv(MemorySegment.ofAddress(context.address() - verbs_context.context$offset())
            .reinterpret(verbs_context.sizeof()), refusing);
        final MemorySegment operations = ibv_context.ops(context);
        operations.set(ADDRESS, ibv_context_ops.alloc_mw$offset(),
            driver.stub(structure(ibv_mw.context$offset()), ibv_context_ops.alloc_mw.descriptor()));
        operations.set(ADDRESS, ibv_context_ops.bind_mw$offset(), refusal);
        operations.set(ADDRESS, ibv_context_ops.dealloc_mw$offset(), refusal);
        operations.set(ADDRESS, ibv_context_ops.post_srq_recv$offset(), refusal);
        driver.offer(verbs_context.alloc_td$offset(), driver.structure(BYTES), verbs_context.alloc_td.descriptor());
        driver.offer(verbs_context.dealloc_td$offset(), Errno.EIO, verbs_context.dealloc_td.descriptor());
    }

    @AfterEach
    void unload() {
        if (driver != null) {
            driver.close();
        }
    }

    /** Returns what stands for an object of the context. */
    private MemorySegment structure(final long contextOffset) {
        // Some structures are at the end of one that only the library knows.
        final MemorySegment structure = driver.structure(2 * BYTES).asSlice(BYTES);
        structure.set(ADDRESS, contextOffset, driver.context.structure());
        return structure;
    }

    private void answer(final int errno) {
        driver.offer(
            verbs_context.query_device_ex$offset(), errno, verbs_context.query_device_ex.descriptor());
    }

    private Map<String, Executable> closings() throws ProviderException {
        final IbverbsContext context = driver.context;
        final IbverbsProtectionDomain domain =
            new IbverbsProtectionDomain(context, structure(ibv_pd.context$offset()));
        final IbverbsQueuePair queuePair = new IbverbsQueuePair(context, structure(ibv_qp.context$offset()), false);
        final Map<String, Executable> closings = new LinkedHashMap<>();
        closings.put("address handle",
            new IbverbsAddressHandle(context, structure(ibv_ah.context$offset()))::close);
        closings.put("multicast group", () -> queuePair.detachMulticast(driver.structure(16), 0));
        closings.put("queue pair", queuePair::close);
        closings.put("shared receive queue",
            new IbverbsSharedReceiveQueue(context, structure(ibv_srq.context$offset()), 0)::close);
        closings.put("completion queue",
            new IbverbsCompletionQueue(context, structure(ibv_cq.context$offset()), false)::close);
        closings.put("memory region",
            new IbverbsMemoryRegion(context, structure(ibv_mr.context$offset()).address())::close);
        closings.put("memory window", domain.allocateMemoryWindow(1)::close);
        closings.put("thread domain", context.allocateThreadDomain()::close);
        closings.put("protection domain", domain::close);
        return closings;
    }

    @Test
    void everyObjectOfARemovedDeviceCanBeClosed() throws ProviderException {
        answer(Errno.EIO);

        closings().forEach((object, closing) -> assertDoesNotThrow(closing, object));
    }

    @Test
    void noObjectOfAPresentDeviceIsClosedIfTheDriverFails() throws ProviderException {
        answer(0);

        closings().forEach((object, closing) ->
            assertEquals(Errno.EIO, assertThrows(ProviderException.class, closing, object).errno(), object));
    }

    /** The library frees a structure before this one forgets it, and may create another at its address. */
    @Test
    void aQueueAtTheAddressOfOneThatIsBeingClosedIsFound() throws ProviderException {
        answer(Errno.EIO);
        final MemorySegment address = structure(ibv_cq.context$offset());
        final IbverbsCompletionQueue former = new IbverbsCompletionQueue(driver.context, address, false);
        final IbverbsCompletionQueue next = new IbverbsCompletionQueue(driver.context, address, false);

        former.close();

        assertSame(next, driver.context.completionQueue(address));
    }

    @Test
    void anObjectOfAnotherKindIsNoCompletionQueue() throws ProviderException {
        final MemorySegment address = structure(ibv_qp.context$offset());
        new IbverbsQueuePair(driver.context, address, false).number();

        assertNull(driver.context.completionQueue(address));
        assertNull(driver.context.completionQueue((Long) address.address()));
    }

    private static int descriptors() {
        return new File("/proc/self/fd").list().length;
    }

    @Test
    void aChannelWhoseQueuesTheLibraryStillCountsIsClosedWithItsDescriptor() throws ProviderException {
        answer(Errno.EIO);
        descriptors();
        final int before = descriptors();
        final MemorySegment channel = structure(ibv_comp_channel.context$offset());
        ibv_comp_channel.fd(channel, ffm_verbs_h.eventfd(0, 0));
        ibv_comp_channel.refcnt(channel, 1);

        new IbverbsCompletionChannel(driver.context, channel).close();

        assertEquals(before, descriptors());
    }
}
