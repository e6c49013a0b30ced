// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_context;
import dev.ffmverbs.jextract.ibv_context_ops;
import dev.ffmverbs.jextract.verbs_context;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A driver whose functions record their arguments. It stands for devices with operations that no device of the test
 * machine has.
 */
@SuppressWarnings("restricted")
final class FakeDriver implements AutoCloseable {

    private static final int EXTENDED_OPERATION_BYTES = 8;

    final Arena arena = Arena.ofShared();
    final IbverbsContext context;

    /** The arguments of every call, in order. */
    final List<List<Object>> calls = new ArrayList<>();

    /** Called during each call, while structures of the caller are still there. */
    Consumer<List<Object>> onCall = call -> { };

    private final MemorySegment extended;
    private final int events = ffm_verbs_h.eventfd(0, 0);

    FakeDriver() throws ProviderException {
        extended = arena.allocate(verbs_context.sizeof(), EXTENDED_OPERATION_BYTES);
        verbs_context.sz(extended, verbs_context.sizeof());
        final MemorySegment structure = verbs_context.context(extended);
        ibv_context.abi_compat(structure, ffm_verbs_h.__VERBS_ABI_IS_EXTENDED());
        ibv_context.async_fd(structure, events);
        ibv_context.num_comp_vectors(structure, 1);
        final MemorySegment operations = ibv_context.ops(structure);
        final MemorySegment unused = returning(null);
        for (final long offset : new long[] {
            ibv_context_ops.poll_cq$offset(), ibv_context_ops.req_notify_cq$offset(),
            ibv_context_ops.post_send$offset(), ibv_context_ops.post_recv$offset()}) {
            operations.set(ValueLayout.ADDRESS, offset, unused);
        }
        context = IbverbsContext.of(structure, "fake");
    }

    private MemorySegment returning(final Object nothing) {
        return stub(nothing, FunctionDescriptor.ofVoid());
    }

    /** Makes a C function of this signature, which records its arguments and returns a value. */
    MemorySegment stub(final Object value, final FunctionDescriptor descriptor) {
        final MethodType type = descriptor.toMethodType();
        final MethodHandle recording;
        try {
            recording = MethodHandles.lookup()
                .findVirtual(FakeDriver.class, "record", MethodType.methodType(Object.class, Object.class,
                    Object[].class))
                .bindTo(this).bindTo(value).asCollector(Object[].class, type.parameterCount()).asType(type);
        } catch (final ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        return Linker.nativeLinker().upcallStub(recording, descriptor, arena);
    }

    /** Gives the driver an extended operation. */
    void offer(final long offset, final Object value, final FunctionDescriptor descriptor) {
        extended.set(ValueLayout.ADDRESS, offset, stub(value, descriptor));
    }

    @SuppressWarnings("unused")
    private Object record(final Object value, final Object... arguments) {
        calls.add(List.of(arguments));
        onCall.accept(calls.getLast());
        return value;
    }

    /** Returns the arguments of the only call since the last time. */
    List<Object> takeCall() {
        if (calls.size() != 1) {
            throw new AssertionError("one call expected: " + calls);
        }
        return calls.removeFirst();
    }

    /** Allocates a structure for the driver. */
    MemorySegment structure(final long bytes) {
        return arena.allocate(bytes, Long.BYTES);
    }

    @Override
    public void close() {
        ffm_verbs_h.close(events);
        arena.close();
    }
}
