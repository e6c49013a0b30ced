// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of the data path through function pointers of {@code ibv_context.ops}, as the header's inline functions do.
 *
 * <p>Handles are constants without an address, and pointers are passed as {@code long}. A call therefore acquires,
 * allocates and boxes nothing. The critical variants keep the thread in Java state, so that no garbage collection can
 * run until the C function returns. They are only for bounded calls of hardware drivers, never for calls that can enter
 * the kernel.
 */
@SuppressWarnings("restricted")
final class DataPath {

    private static final FunctionDescriptor POLL_DESCRIPTOR =
        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final FunctionDescriptor POST_DESCRIPTOR =
        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor NOTIFY_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT);

    private static final MethodHandle POLL = Linker.nativeLinker().downcallHandle(POLL_DESCRIPTOR);
    private static final MethodHandle POLL_CRITICAL =
        Linker.nativeLinker().downcallHandle(POLL_DESCRIPTOR, Linker.Option.critical(false));
    private static final MethodHandle POST = Linker.nativeLinker().downcallHandle(POST_DESCRIPTOR);
    private static final MethodHandle POST_CRITICAL =
        Linker.nativeLinker().downcallHandle(POST_DESCRIPTOR, Linker.Option.critical(false));
    private static final MethodHandle NOTIFY = Linker.nativeLinker().downcallHandle(NOTIFY_DESCRIPTOR);

    private DataPath() {
    }

    /** {@code ops.poll_cq(cq, maximum, workCompletions)}. */
    static int poll(
        final boolean critical, final long function, final long queue, final int maximum, final long workCompletions) {
        try {
            if (critical) {
                return (int) POLL_CRITICAL.invokeExact(
                    MemorySegment.ofAddress(function), queue, maximum, workCompletions);
            }
            return (int) POLL.invokeExact(MemorySegment.ofAddress(function), queue, maximum, workCompletions);
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError("a downcall itself throws nothing", e);
        }
    }

    /**
     * {@code ops.post_send}, {@code ops.post_recv} or {@code ops.post_srq_recv(queue, firstRequest, badRequest)}.
     *
     * @return 0, or the error number, which some drivers negate.
     */
    static int post(
        final boolean critical, final long function, final long queue, final long firstRequest,
        final long badRequest) {
        try {
            if (critical) {
                return Math.abs((int) POST_CRITICAL.invokeExact(
                    MemorySegment.ofAddress(function), queue, firstRequest, badRequest));
            }
            return Math.abs((int) POST.invokeExact(
                MemorySegment.ofAddress(function), queue, firstRequest, badRequest));
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError("a downcall itself throws nothing", e);
        }
    }

    /** {@code ops.req_notify_cq(cq, solicitedOnly)}. Never critical, because it enters the kernel on some devices. */
    static int requestNotification(final long function, final long queue, final boolean solicitedOnly) {
        try {
            return (int) NOTIFY.invokeExact(MemorySegment.ofAddress(function), queue, solicitedOnly ? 1 : 0);
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError("a downcall itself throws nothing", e);
        }
    }
}
