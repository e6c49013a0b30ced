// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.spi.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * Lets one thread at a time wait for sockets ({@code ppoll(2)}) until another thread wakes it ({@code eventfd(2)}) or
 * interrupts it.
 */
public final class DescriptorWait implements AutoCloseable {

    static final int EFD_NONBLOCK = 0x800;
    static final int EFD_CLOEXEC = 0x80000;

    /** {@code struct pollfd}. */
    static final long ENTRY_BYTES = 8;
    static final long EVENTS = 4;
    static final long RETURNED_EVENTS = 6;
    static final short POLLIN = 1;
    static final short POLLOUT = 4;

    /** The entries: the wake-up, the socket that must become writable, and the sockets that receive. */
    private static final int WRITABLE = 1;
    private static final int FIRST_SOCKET = 2;
    /** Maximum number of sockets that receive. */
    private static final int MAX_SOCKETS = 256;
    /** {@code poll(2)} ignores an entry with this descriptor. */
    private static final int NO_DESCRIPTOR = -1;

    /** {@code struct timespec}, after the entries. */
    private static final long TIMEOUT = (FIRST_SOCKET + MAX_SOCKETS) * ENTRY_BYTES;
    static final long TIMEOUT_BYTES = 16;
    private static final long WAKE_UPS = TIMEOUT + TIMEOUT_BYTES;
    private static final long NS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final MemorySegment memory;
    private final MemorySegment timeout;
    private final MemorySegment wakeUps;
    private final MemorySegment errno;
    private final Interruption interruption = new Interruption(this::wakeUp);

    /** Guards the wake-up descriptor against use after it is closed, and orders wake-ups. */
    private final Object wakeUpLock = new Object();

    /**
     * Whether a wake-up is pending. Set after the descriptor is written and cleared before it is read, so that an error
     * in between causes another wake-up and not a lost one. Written under the lock.
     */
    private volatile boolean woken;
    private final MemorySegment one;
    private final int wakeUpDescriptor;
    private boolean open = true;

    /** Number of entries. Written under the lock, after the entry. */
    private volatile int entries = FIRST_SOCKET;

    /**
     * Creates a wait.
     *
     * @param socket first socket to wait for. It must be closed after this wait.
     * @throws IOException if the process has no descriptors left.
     */
    public DescriptorWait(final UdpDescriptor socket) throws IOException {
        this();
        addEntry(socket);
    }

    /**
     * Creates a wait without sockets.
     *
     * @throws IOException if the process has no descriptors left.
     */
    public DescriptorWait() throws IOException {
        final Arena arena = Arena.ofAuto();
        memory = arena.allocate(WAKE_UPS + Long.BYTES, Long.BYTES);
        timeout = memory.asSlice(TIMEOUT, TIMEOUT_BYTES);
        wakeUps = memory.asSlice(WAKE_UPS, Long.BYTES);
        errno = Libc.allocateErrno(arena);
        one = arena.allocateFrom(JAVA_LONG, 1);
        wakeUpDescriptor = Libc.eventfd(errno, 0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (wakeUpDescriptor < 0) {
            throw new CallFailedException("eventfd(0)", -wakeUpDescriptor);
        }
        memory.set(JAVA_INT, 0, wakeUpDescriptor);
        memory.set(JAVA_SHORT, EVENTS, POLLIN);
        memory.set(JAVA_SHORT, WRITABLE * ENTRY_BYTES + EVENTS, POLLOUT);
    }

    /**
     * Waits for another socket as well, from now on. May be called by any thread at any time.
     *
     * @param socket a socket. It must be closed after this wait, or after it was removed from it.
     * @throws IOException if there are too many.
     */
    public void add(final UdpDescriptor socket) throws IOException {
        addEntry(socket);
        wakeUp();
    }

    private void addEntry(final UdpDescriptor socket) throws IOException {
        synchronized (wakeUpLock) {
            final int index = find(NO_DESCRIPTOR);
            if (index == FIRST_SOCKET + MAX_SOCKETS) {
                throw new IOException("no wait for more than " + MAX_SOCKETS + " sockets");
            }
            memory.set(JAVA_INT, index * ENTRY_BYTES, socket.descriptor());
            memory.set(JAVA_SHORT, index * ENTRY_BYTES + EVENTS, POLLIN);
            entries = Math.max(entries, index + 1);
        }
    }

    /** Returns the index of the first socket with a descriptor, or the number of entries if there is none. */
    private int find(final int descriptor) {
        int index = FIRST_SOCKET;
        while (index < entries && memory.get(JAVA_INT, index * ENTRY_BYTES) != descriptor) {
            index++;
        }
        return index;
    }

    /**
     * Waits for a socket no longer. The current wait may still end because of it. May be called by any thread at any
     * time.
     *
     * @param socket a socket that was added and is open.
     */
    public void remove(final UdpDescriptor socket) {
        synchronized (wakeUpLock) {
            final int index = find(socket.descriptor());
            if (index < entries) {
                memory.set(JAVA_INT, index * ENTRY_BYTES, NO_DESCRIPTOR);
            }
        }
        wakeUp();
    }

    /**
     * Waits until a packet has arrived, the thread is woken or interrupted, or the timeout expires.
     *
     * @param blocked   socket to wait for until it has room to send packets, or null.
     * @param timeoutNs longest wait in nanoseconds. {@link Long#MAX_VALUE} for no limit.
     * @throws IOException if the system refuses to wait.
     */
    public void await(final UdpDescriptor blocked, final long timeoutNs) throws IOException {
        memory.set(JAVA_INT, WRITABLE * ENTRY_BYTES, blocked == null ? NO_DESCRIPTOR : blocked.descriptor());
        timeout.set(JAVA_LONG, 0, timeoutNs / NS_PER_SECOND);
        timeout.set(JAVA_LONG, Long.BYTES, timeoutNs % NS_PER_SECOND);
        final int ready;
        interruption.enter();
        try {
            ready = Libc.ppoll(memory, entries, timeoutNs == Long.MAX_VALUE ? MemorySegment.NULL : timeout);
        } finally {
            interruption.leave();
        }
        if (ready < 0) {
            requireWaitable();
        } else if (ready > 0 && memory.get(JAVA_SHORT, RETURNED_EVENTS) != 0) {
            synchronized (wakeUpLock) {
                woken = false;
                Libc.read(wakeUpDescriptor, wakeUps, Long.BYTES);
            }
        }
    }

    /** Polls without waiting after a failed wait, and throws the reason if it still exists. */
    private void requireWaitable() throws CallFailedException {
        timeout.fill((byte) 0);
        final int result = Libc.ppoll(errno, memory, entries, timeout);
        if (result < 0 && result != -Errno.EINTR) {
            throw new CallFailedException("ppoll", -result);
        }
    }

    /** Ends the current wait, or else the next one. May be called by any thread at any time. */
    public void wakeUp() {
        if (!woken) {
            synchronized (wakeUpLock) {
                if (open && !woken) {
                    Libc.write(wakeUpDescriptor, one, Long.BYTES);
                    woken = true;
                }
            }
        }
    }

    /** Closes the resources of the wait. No thread may be waiting. */
    @Override
    public void close() {
        synchronized (wakeUpLock) {
            if (open) {
                open = false;
                Libc.close(errno, wakeUpDescriptor);
            }
        }
    }
}
