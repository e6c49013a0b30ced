// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The C functions by which a thread waits for completions, linked so that a call allocates nothing. A thread that waits
 * for each of its operations calls them as often as it polls. They do not report the cause of a failure; the {@link
 * ControlFunction} of the same name does.
 */
@SuppressWarnings("restricted")
final class ChannelCalls {

    private static final MethodHandle POLL = link(ffm_verbs_h.poll$address(), FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle READ = link(ffm_verbs_h.read$address(), FunctionDescriptor.of(
        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle GET_EVENT = link(ffm_verbs_h.ibv_get_cq_event$address(), FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle ACKNOWLEDGE = link(ffm_verbs_h.ibv_ack_cq_events$address(),
        FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));

    private ChannelCalls() {
    }

    private static MethodHandle link(final MemorySegment function, final FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(function, descriptor);
    }

    /** {@code poll(descriptors, count, timeoutMs)}: returns how many are ready, or a negative number. */
    static int poll(final long descriptors, final long count, final int timeoutMs) {
        try {
            return (int) POLL.invokeExact(descriptors, count, timeoutMs);
        } catch (final Throwable e) {
            throw unforeseen(e);
        }
    }

    /** {@code read(descriptor, buffer, bytes)}: returns how many bytes were read, or a negative number. */
    static long read(final int descriptor, final long buffer, final long bytes) {
        try {
            return (long) READ.invokeExact(descriptor, buffer, bytes);
        } catch (final Throwable e) {
            throw unforeseen(e);
        }
    }

    /** {@code ibv_get_cq_event(channel, queue, userContext)}: returns 0 when there was an event. */
    static int getEvent(final long channel, final long queue, final long userContext) {
        try {
            return (int) GET_EVENT.invokeExact(channel, queue, userContext);
        } catch (final Throwable e) {
            throw unforeseen(e);
        }
    }

    /** {@code ibv_ack_cq_events(queue, 1)}. */
    static void acknowledge(final long queue) {
        try {
            ACKNOWLEDGE.invokeExact(queue, 1);
        } catch (final Throwable e) {
            throw unforeseen(e);
        }
    }

    private static RuntimeException unforeseen(final Throwable thrown) {
        if (thrown instanceof RuntimeException exception) {
            return exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        throw new AssertionError("a downcall itself throws nothing", thrown);
    }
}
