// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A file descriptor that others wait for ({@code eventfd(2)}). It is readable between {@link #raise} and {@link
 * #lower}, for {@code poll(2)}, {@code epoll(7)} and the like.
 *
 * <p>Thread-safe. Raising it twice is the same as raising it once.
 */
public final class EventSignal implements AutoCloseable {

    private final MemorySegment errno;
    private final MemorySegment count;
    private final int descriptor;
    private boolean raised;
    private boolean open = true;

    /**
     * Opens a descriptor that is not readable.
     *
     * @throws CallFailedException if the process has no descriptors left. The message contains the call and the error.
     */
    public EventSignal() throws CallFailedException {
        final Arena arena = Arena.ofAuto();
        errno = Libc.allocateErrno(arena);
        count = arena.allocate(JAVA_LONG);
        descriptor = Libc.eventfd(errno, 0, DescriptorWait.EFD_NONBLOCK | DescriptorWait.EFD_CLOEXEC);
        if (descriptor < 0) {
            throw new CallFailedException("eventfd(0)", -descriptor);
        }
    }

    /**
     * Returns the descriptor.
     *
     * @return its number. It is valid until {@link #close}.
     */
    public int descriptor() {
        return descriptor;
    }

    /** Makes the descriptor readable. Does nothing once it is closed. */
    public synchronized void raise() {
        if (open && !raised) {
            count.set(JAVA_LONG, 0, 1);
            // It cannot fail: the counter is 0, or someone else has written to it and it is readable already.
            Libc.write(descriptor, count, Long.BYTES);
            raised = true;
        }
    }

    /** Makes the descriptor not readable. Does nothing once it is closed. */
    public synchronized void lower() {
        if (open && raised) {
            // It fails if someone else has read from it, and then it is not readable.
            Libc.read(descriptor, count, Long.BYTES);
            raised = false;
        }
    }

    /** Closes the descriptor. */
    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            Libc.close(errno, descriptor);
        }
    }

    @Override
    public synchronized String toString() {
        return "eventfd " + descriptor + (!open ? ", closed" : raised ? ", raised" : "");
    }
}
