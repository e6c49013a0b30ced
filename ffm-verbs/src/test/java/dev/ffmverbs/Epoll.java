// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.jextract.ffm_verbs_h;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Waits for a file descriptor as a program with an event loop does ({@code epoll(7)}). */
@SuppressWarnings("restricted")
final class Epoll implements AutoCloseable {

    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLLIN = 1;
    private static final long EVENT_BYTES = 16;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment event = arena.allocate(EVENT_BYTES);
    private final int descriptor;

    Epoll(final int watched) {
        descriptor = call("epoll_create1", new MemoryLayout[] {JAVA_INT}, 0);
        event.set(JAVA_INT, 0, EPOLLIN);
        call("epoll_ctl", new MemoryLayout[] {JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS},
            descriptor, EPOLL_CTL_ADD, watched, event);
    }

    private static int call(final String name, final MemoryLayout[] parameters, final Object... arguments) {
        final Linker linker = Linker.nativeLinker();
        final MethodHandle function = linker.downcallHandle(
            linker.defaultLookup().find(name).orElseThrow(), FunctionDescriptor.of(JAVA_INT, parameters));
        try {
            final int result = (int) function.invokeWithArguments(arguments);
            if (result < 0) {
                throw new IllegalStateException(name + " returned " + result);
            }
            return result;
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError("C functions throw nothing", e);
        }
    }

    /** Returns whether the descriptor is readable before the time is up. */
    boolean isReadable(final int timeoutMs) {
        return call("epoll_wait", new MemoryLayout[] {JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT},
            descriptor, event, 1, timeoutMs) == 1;
    }

    @Override
    public void close() {
        ffm_verbs_h.close(descriptor);
        arena.close();
    }
}
