// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/** Memory for a wait at a completion channel, so that a wait allocates none. Used by one thread at a time. */
final class ChannelWait {

    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;
    private static final long WAKE_UPS = 2 * POLLFD_BYTES;
    private static final long QUEUE = WAKE_UPS + Long.BYTES;
    private static final long USER_CONTEXT = QUEUE + Long.BYTES;
    private static final long LENGTH_BYTES = USER_CONTEXT + Long.BYTES;
    private static final short POLLIN = 1;
    private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final MemorySegment memory = Arena.ofAuto().allocate(LENGTH_BYTES, Long.BYTES);
    private final long address = memory.address();
    private final int wakeUpDescriptor;

    ChannelWait(final int channelDescriptor, final int wakeUpDescriptor) {
        this.wakeUpDescriptor = wakeUpDescriptor;
        memory.set(ValueLayout.JAVA_INT, 0, channelDescriptor);
        memory.set(ValueLayout.JAVA_SHORT, EVENTS, POLLIN);
        memory.set(ValueLayout.JAVA_INT, POLLFD_BYTES, wakeUpDescriptor);
        memory.set(ValueLayout.JAVA_SHORT, POLLFD_BYTES + EVENTS, POLLIN);
    }

    /** Waits for an event or a wake-up, in whole milliseconds. Returns false when the system refuses or interrupts. */
    boolean await(final long timeoutNs) {
        final long roundedUpMs = timeoutNs / NS_PER_MS + (timeoutNs % NS_PER_MS > 0 ? 1 : 0);
        memory.set(ValueLayout.JAVA_SHORT, REVENTS, (short) 0);
        memory.set(ValueLayout.JAVA_SHORT, POLLFD_BYTES + REVENTS, (short) 0);
        return ChannelCalls.poll(address, 2, (int) Math.min(Integer.MAX_VALUE, roundedUpMs)) >= 0;
    }

    boolean hasEvent() {
        return memory.get(ValueLayout.JAVA_SHORT, REVENTS) != 0;
    }

    /** Consumes a wake-up, if there is one. */
    boolean takeWakeUp() {
        return memory.get(ValueLayout.JAVA_SHORT, POLLFD_BYTES + REVENTS) != 0
            && ChannelCalls.read(wakeUpDescriptor, address + WAKE_UPS, Long.BYTES) > 0;
    }

    /**
     * Takes an event. Returns the address of its queue, or 0 when there is no event. The queue cannot be destroyed
     * until the event is acknowledged.
     */
    long takeEvent(final long channel) {
        return ChannelCalls.getEvent(channel, address + QUEUE, address + USER_CONTEXT) != 0
            ? 0 : memory.get(ValueLayout.JAVA_LONG, QUEUE);
    }
}
