// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls through the function pointers of {@code ibv_qp_ex} and {@code ibv_cq_ex}, one method per signature.
 *
 * <p>Never critical. Drivers hold a spin lock from the first call of a batch to the last, and the thread that holds it
 * can be stopped at a safepoint in between. A thread that waits for the lock in a critical call would never reach that
 * safepoint, and the two would deadlock.
 */
@SuppressWarnings("restricted")
final class ExtendedDataPath {

    private static final MethodHandle VOID_OBJECT = procedure(JAVA_LONG);
    private static final MethodHandle INT_OBJECT = function(JAVA_LONG);
    private static final MethodHandle LONG_OBJECT =
        Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle INT_OBJECT_LONG = function(JAVA_LONG, JAVA_LONG);
    private static final MethodHandle VOID_INT = procedure(JAVA_LONG, JAVA_INT);
    private static final MethodHandle VOID_INT_LONG = procedure(JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle VOID_INT_LONG_INT = procedure(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle VOID_INT_LONG_LONG = procedure(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle VOID_INT_LONG_LONG_LONG =
        procedure(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle VOID_LONG_LONG = procedure(JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle VOID_LONG_INT_INT = procedure(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle VOID_LONG_INT_LONG = procedure(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);

    private static final MethodHandle FLUSH =
        procedure(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_BYTE, JAVA_BYTE);

    private ExtendedDataPath() {
    }

    private static MethodHandle procedure(final MemoryLayout... parameters) {
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(parameters));
    }

    private static MethodHandle function(final MemoryLayout... parameters) {
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(JAVA_INT, parameters));
    }

    private static RuntimeException impossible(final Throwable thrown) {
        if (thrown instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        throw new AssertionError("a downcall itself throws nothing", thrown);
    }

    static void call(final long function, final long object) {
        try {
            VOID_OBJECT.invokeExact(MemorySegment.ofAddress(function), object);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    static int callInt(final long function, final long object) {
        try {
            return (int) INT_OBJECT.invokeExact(MemorySegment.ofAddress(function), object);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    static long callLong(final long function, final long object) {
        try {
            return (long) LONG_OBJECT.invokeExact(MemorySegment.ofAddress(function), object);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    static int callInt(final long function, final long object, final long first) {
        try {
            return (int) INT_OBJECT_LONG.invokeExact(MemorySegment.ofAddress(function), object, first);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    static void call(final long function, final long object, final int first) {
        try {
            VOID_INT.invokeExact(MemorySegment.ofAddress(function), object, first);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    static void call(final long function, final long object, final int first, final long second) {
        try {
            VOID_INT_LONG.invokeExact(MemorySegment.ofAddress(function), object, first, second);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    static void call(final long function, final long object, final int first, final long second, final int third) {
        try {
            VOID_INT_LONG_INT.invokeExact(MemorySegment.ofAddress(function), object, first, second, third);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    static void call(final long function, final long object, final int first, final long second, final long third) {
        try {
            VOID_INT_LONG_LONG.invokeExact(MemorySegment.ofAddress(function), object, first, second, third);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    static void call(
        final long function, final long object, final int first, final long second, final long third,
        final long fourth) {
        try {
            VOID_INT_LONG_LONG_LONG.invokeExact(
                MemorySegment.ofAddress(function), object, first, second, third, fourth);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    static void call(final long function, final long object, final long first, final long second) {
        try {
            VOID_LONG_LONG.invokeExact(MemorySegment.ofAddress(function), object, first, second);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    static void call(final long function, final long object, final long first, final int second, final int third) {
        try {
            VOID_LONG_INT_INT.invokeExact(MemorySegment.ofAddress(function), object, first, second, third);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    static void call(final long function, final long object, final long first, final int second, final long third) {
        try {
            VOID_LONG_INT_LONG.invokeExact(MemorySegment.ofAddress(function), object, first, second, third);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }

    /** {@code wr_flush(queuePair, rkey, remoteAddress, length, type, level)}. */
    static void flush(
        final long function, final long object, final int rkey, final long remoteAddress, final long lengthBytes,
        final byte type, final byte level) {
        try {
            FLUSH.invokeExact(
                MemorySegment.ofAddress(function), object, rkey, remoteAddress, lengthBytes, type, level);
        } catch (final Throwable e) {
            throw impossible(e);
        }
    }
}
