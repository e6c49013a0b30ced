// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.jextract.ffm_verbs_h;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The C functions that register and deregister memory, linked like those of {@link DataPath}. Some programs register
 * memory for single transfers, and drivers that cache registrations need no system call.
 */
@SuppressWarnings("restricted")
final class MemoryCalls {

    private MemoryCalls() {
    }

    /** Linked when memory is first registered, so only where a device exists. */
    private static final class Handles {

        static final MethodHandle REGISTER = link(ffm_verbs_h.ibv_reg_mr_iova2$address(),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
        static final MethodHandle DEREGISTER =
            link(ffm_verbs_h.ibv_dereg_mr$address(), FunctionDescriptor.of(JAVA_INT, JAVA_LONG));

        private static MethodHandle link(final MemorySegment function, final FunctionDescriptor descriptor) {
            return Linker.nativeLinker().downcallHandle(function, descriptor, CapturedErrno.OPTION);
        }
    }

    /**
     * {@code ibv_reg_mr_iova2(domain, address, lengthBytes, iova, access)}.
     *
     * @param errno receives {@code errno}.
     * @return the address of the {@code struct ibv_mr}, or 0 on failure.
     */
    static long register(
        final MemorySegment errno, final long domain, final long address, final long lengthBytes, final long iova,
        final int access) {
        try {
            return (long) Handles.REGISTER.invokeExact(errno, domain, address, lengthBytes, iova, access);
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError("a downcall itself throws nothing", e);
        }
    }

    /**
     * {@code ibv_dereg_mr(region)}.
     *
     * @param errno receives {@code errno}.
     * @return 0, or on failure either the error number or -1 with {@code errno} set.
     */
    static int deregister(final MemorySegment errno, final long region) {
        try {
            return (int) Handles.DEREGISTER.invokeExact(errno, region);
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError("a downcall itself throws nothing", e);
        }
    }
}
