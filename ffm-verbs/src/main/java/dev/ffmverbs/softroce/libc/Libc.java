// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the C library. They are linked when this class is initialised.
 *
 * <p>A function with a memory argument for {@code errno} returns the result of the C function, or the negative error
 * number if it failed. Such a call allocates until the compiler proves that this is unnecessary. Functions called for
 * each packet or wait therefore have a second form without {@code errno}. It returns -1 on failure, and the caller then
 * calls the first form to get the reason.
 */
@SuppressWarnings("restricted")
final class Libc {

    private static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle SOCKET = link("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = link("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
        link("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
        link("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SENDMMSG =
        link("sendmmsg", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle EVENTFD = link("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle PPOLL = link("ppoll", JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle CLOSE = link("close", JAVA_INT, JAVA_INT);

    private static final MethodHandle FAST_SENDMSG =
        linkWithoutErrno("sendmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    /** Memory is given by address, so that no segment need be created for it. */
    private static final MethodHandle FAST_SENDTO =
        linkWithoutErrno("sendto", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FAST_SENDMMSG =
        linkWithoutErrno("sendmmsg", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle FAST_RECVMSG =
        linkWithoutErrno("recvmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle FAST_RECVMMSG =
        linkWithoutErrno("recvmmsg", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle FAST_PPOLL =
        linkWithoutErrno("ppoll", JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle FAST_READ =
        linkWithoutErrno("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle FAST_WRITE =
        linkWithoutErrno("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

    private Libc() {
    }

    private static MethodHandle link(final String name, final MemoryLayout result, final MemoryLayout... parameters) {
        return LINKER.downcallHandle(
            find(name), FunctionDescriptor.of(result, parameters), Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle linkWithoutErrno(
        final String name, final MemoryLayout result, final MemoryLayout... parameters) {
        return LINKER.downcallHandle(find(name), FunctionDescriptor.of(result, parameters));
    }

    private static MemorySegment find(final String name) {
        return LINKER.defaultLookup().find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
    }

    /** Ensures that all functions are linked. */
    static void link() {
        // Calling any method initialises the class.
    }

    /** Allocates memory for {@code errno}. */
    static MemorySegment allocateErrno(final Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    private static int result(final MemorySegment errno, final int returned) {
        return returned < 0 ? -errno.get(JAVA_INT, 0) : returned;
    }

    /** Passes on what the JVM throws in a call, for example if no stack is left. C functions throw nothing. */
    private static Error errorFor(final Throwable thrown) {
        return thrown instanceof Error error ? error : new AssertionError("a C function cannot throw", thrown);
    }

    static int socket(final MemorySegment errno, final int domain, final int type, final int protocol) {
        try {
            return result(errno, (int) SOCKET.invokeExact(errno, domain, type, protocol));
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static int bind(final MemorySegment errno, final int descriptor, final MemorySegment address, final int bytes) {
        try {
            return result(errno, (int) BIND.invokeExact(errno, descriptor, address, bytes));
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static int setsockopt(
        final MemorySegment errno, final int descriptor, final int level, final int name, final MemorySegment value,
        final int bytes) {
        try {
            return result(errno, (int) SETSOCKOPT.invokeExact(errno, descriptor, level, name, value, bytes));
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static int getsockopt(
        final MemorySegment errno, final int descriptor, final int level, final int name, final MemorySegment value,
        final MemorySegment bytes) {
        try {
            return result(errno, (int) GETSOCKOPT.invokeExact(errno, descriptor, level, name, value, bytes));
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    /** Sends one message. Returns its length in bytes, or -1. */
    static long sendmsg(final int descriptor, final MemorySegment message, final int flags) {
        try {
            return (long) FAST_SENDMSG.invokeExact(descriptor, message, flags);
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    /** Sends one message without control data. Returns its length in bytes, or -1. */
    static long sendto(
        final int descriptor, final long content, final long contentBytes, final int flags, final long address,
        final int addressBytes) {
        try {
            return (long) FAST_SENDTO.invokeExact(
                descriptor, content, contentBytes, flags, address, addressBytes);
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static int sendmmsg(final int descriptor, final MemorySegment messages, final int count, final int flags) {
        try {
            return (int) FAST_SENDMMSG.invokeExact(descriptor, messages, count, flags);
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static int sendmmsg(
        final MemorySegment errno, final int descriptor, final MemorySegment messages, final int count,
        final int flags) {
        try {
            return result(errno, (int) SENDMMSG.invokeExact(errno, descriptor, messages, count, flags));
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    /** Receives one message. Returns its length in bytes, or -1. */
    static long recvmsg(final int descriptor, final MemorySegment message, final int flags) {
        try {
            return (long) FAST_RECVMSG.invokeExact(descriptor, message, flags);
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static int recvmmsg(final int descriptor, final MemorySegment messages, final int count, final int flags) {
        try {
            return (int) FAST_RECVMMSG.invokeExact(descriptor, messages, count, flags, MemorySegment.NULL);
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static int eventfd(final MemorySegment errno, final int initialValue, final int flags) {
        try {
            return result(errno, (int) EVENTFD.invokeExact(errno, initialValue, flags));
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static int ppoll(
        final MemorySegment errno, final MemorySegment descriptors, final long count, final MemorySegment timeout) {
        try {
            return result(errno, (int) PPOLL.invokeExact(errno, descriptors, count, timeout, MemorySegment.NULL));
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static int ppoll(final MemorySegment descriptors, final long count, final MemorySegment timeout) {
        try {
            return (int) FAST_PPOLL.invokeExact(descriptors, count, timeout, MemorySegment.NULL);
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static long read(final int descriptor, final MemorySegment to, final long bytes) {
        try {
            return (long) FAST_READ.invokeExact(descriptor, to, bytes);
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static long write(final int descriptor, final MemorySegment from, final long bytes) {
        try {
            return (long) FAST_WRITE.invokeExact(descriptor, from, bytes);
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }

    static int close(final MemorySegment errno, final int descriptor) {
        try {
            return result(errno, (int) CLOSE.invokeExact(errno, descriptor));
        } catch (final Throwable e) {
            throw errorFor(e);
        }
    }
}
