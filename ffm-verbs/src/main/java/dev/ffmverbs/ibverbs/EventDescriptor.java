// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.pollfd;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/**
 * A kernel file descriptor on which events arrive, with a second one that wakes a waiting thread.
 *
 * <p>A virtual thread does not block in the kernel, where it would hold its carrier. It checks and sleeps in turns.
 */
final class EventDescriptor {

    private static final ControlFunction POLL =
        new ControlFunction("poll", ffm_verbs_h::poll$address, ffm_verbs_h::poll$descriptor);
    private static final ControlFunction EVENTFD =
        new ControlFunction("eventfd", ffm_verbs_h::eventfd$address, ffm_verbs_h::eventfd$descriptor);
    private static final ControlFunction READ =
        new ControlFunction("read", ffm_verbs_h::read$address, ffm_verbs_h::read$descriptor);
    private static final ControlFunction WRITE =
        new ControlFunction("write", ffm_verbs_h::write$address, ffm_verbs_h::write$descriptor);
    private static final ControlFunction CLOSE =
        new ControlFunction("close", ffm_verbs_h::close$address, ffm_verbs_h::close$descriptor);
    private static final FunctionDescriptor FCNTL_DESCRIPTOR = FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MemorySegment FCNTL_ADDRESS =
        Linker.nativeLinker().defaultLookup().find("fcntl").orElseThrow();
    private static final ControlFunction FCNTL =
        new ControlFunction("fcntl", () -> FCNTL_ADDRESS, () -> FCNTL_DESCRIPTOR, Linker.Option.firstVariadicArg(2));

    /** Makes every read consume one wake-up ({@code eventfd(2)}). The generated constants lack it. */
    private static final int EFD_SEMAPHORE = 1;
    private static final int VIRTUAL_THREAD_PAUSE_MS = 1;

    /** Longest time in the kernel, which an interrupt of the thread does not end. */
    static final long INTERRUPT_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_WAIT_NS = TimeUnit.DAYS.toNanos(365);

    private final int descriptor;
    private final int wakeUpDescriptor;
    private boolean closed;

    /**
     * Wraps a descriptor and makes it non-blocking.
     *
     * @param descriptor the descriptor, which the caller still owns and closes.
     * @throws ProviderException when the process has no descriptors left.
     */
    EventDescriptor(final int descriptor) throws ProviderException {
        this.descriptor = descriptor;
        final long flags = FCNTL.number(() -> "fd=" + descriptor + ", F_GETFL", descriptor, ffm_verbs_h.F_GETFL(), 0);
        FCNTL.number(() -> "fd=" + descriptor + ", F_SETFL", descriptor, ffm_verbs_h.F_SETFL(),
            (int) flags | ffm_verbs_h.O_NONBLOCK());
        this.wakeUpDescriptor = (int) EVENTFD.number(() -> "initval=0", 0,
            ffm_verbs_h.EFD_NONBLOCK() | ffm_verbs_h.EFD_CLOEXEC() | EFD_SEMAPHORE);
    }

    int descriptor() {
        return descriptor;
    }

    /** Returns the descriptor that {@link #wakeUp} makes readable. */
    int wakeUpDescriptor() {
        return wakeUpDescriptor;
    }

    /**
     * Waits until an event can be read.
     *
     * @param timeoutNs how long to wait, in nanoseconds; 0 only checks, and consumes no wake-up.
     * @return true when an event can be read, false when the time ran out, or the thread was woken or interrupted.
     * @throws ProviderException when the kernel refuses to wait.
     */
    boolean await(final long timeoutNs) throws ProviderException {
        final long deadlineNs = System.nanoTime() + Math.min(timeoutNs, LONGEST_WAIT_NS);
        final boolean virtual = Thread.currentThread().isVirtual();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment descriptors = pollfd.allocateArray(2, arena);
            prepare(pollfd.asSlice(descriptors, 0), descriptor);
            prepare(pollfd.asSlice(descriptors, 1), wakeUpDescriptor);
            while (true) {
                final long remainingNs = Math.max(0, deadlineNs - System.nanoTime());
                poll(descriptors, virtual ? 0 : Math.min(remainingNs, INTERRUPT_CHECK_NS));
                if (pollfd.revents(pollfd.asSlice(descriptors, 0)) != 0) {
                    return true;
                }
                if (timeoutNs > 0 && pollfd.revents(pollfd.asSlice(descriptors, 1)) != 0 && takeWakeUp(arena)) {
                    return false;
                }
                if (deadlineNs - System.nanoTime() <= 0 || virtual && !pause()
                    || Thread.currentThread().isInterrupted()) {
                    return false;
                }
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(VIRTUAL_THREAD_PAUSE_MS);
            return true;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void prepare(final MemorySegment entry, final int descriptor) {
        pollfd.fd(entry, descriptor);
        pollfd.events(entry, (short) ffm_verbs_h.POLLIN());
    }

    private static void poll(final MemorySegment descriptors, final long timeoutNs) throws ProviderException {
        final long roundedUpMs = TimeUnit.NANOSECONDS.toMillis(timeoutNs + TimeUnit.MILLISECONDS.toNanos(1) - 1);
        try {
            POLL.number(
                () -> "timeout=" + roundedUpMs, descriptors, 2L, (int) Math.min(Integer.MAX_VALUE, roundedUpMs));
        } catch (final ProviderException e) {
            if (e.errno() != Errno.EINTR) {
                throw e;
            }
            pollfd.revents(pollfd.asSlice(descriptors, 0), (short) 0);
            pollfd.revents(pollfd.asSlice(descriptors, 1), (short) 0);
        }
    }

    /** Consumes one wake-up. Returns false when other threads consumed all of them. */
    private boolean takeWakeUp(final Arena arena) throws ProviderException {
        try {
            READ.number(() -> "eventfd", wakeUpDescriptor, arena.allocate(ValueLayout.JAVA_LONG), (long) Long.BYTES);
            return true;
        } catch (final ProviderException e) {
            if (e.errno() == Errno.EAGAIN) {
                return false;
            }
            throw e;
        }
    }

    /** Ends one wait in {@link #await}: a wait in progress, or else the next one. Each call ends one wait. */
    void wakeUp() {
        try (Arena arena = Arena.ofConfined()) {
            WRITE.number(() -> "eventfd", wakeUpDescriptor, arena.allocateFrom(ValueLayout.JAVA_LONG, 1L),
                (long) Long.BYTES);
        } catch (final ProviderException e) {
            throw new IllegalStateException("cannot wake a waiting thread", e);
        }
    }

    /** Closes the descriptor that wakes threads, once. After a failure it is closed as well ({@code close(2)}). */
    void close() throws ProviderException {
        if (!closed) {
            closed = true;
            CLOSE.status(() -> "eventfd", wakeUpDescriptor);
        }
    }
}
