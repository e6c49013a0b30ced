// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionChannel;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.spi.Closing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The device through which a node reaches its witnesses, with one completion queue for all connections of a pair.
 *
 * <p>One thread at a time polls and waits. The other methods are thread-safe.
 */
final class VoiceDevice implements AutoCloseable {

    /** Is passed each completion. */
    @FunctionalInterface
    interface Target {

        void complete(long workRequestId, WorkCompletionStatus status);
    }

    /** Work requests of one connection at a time. */
    static final int REQUESTS = 4;

    /** Room for the completions of connections, and of as many closed ones whose completions were not polled. */
    private static final int ENTRIES_PER_VOICE = 4 * REQUESTS;

    private static final long PAGE_BYTES = 4096;
    private static final long SHORT_WAIT_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long WHOLE_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_WAIT_MS = 1_000;

    private final SharedDevice shared;
    private final Arena arena = Arena.ofShared();
    private final WorkCompletions polled = WorkCompletions.allocate(ENTRIES_PER_VOICE);
    private ProtectionDomain domain;
    private CompletionChannel channel;
    private CompletionQueue queue;

    /** Changed by the thread that posts. */
    private long workRequests;

    private VoiceDevice(final SharedDevice shared) {
        this.shared = shared;
    }

    /** Opens a device for this number of witnesses. */
    static VoiceDevice open(final Device device, final int voices) {
        final VoiceDevice opened = new VoiceDevice(SharedDevice.open(device));
        boolean complete = false;
        try {
            final Context context = opened.shared.context();
            opened.domain = context.allocateProtectionDomain();
            opened.channel = context.createCompletionChannel();
            opened.queue = context.createCompletionQueue(voices * ENTRIES_PER_VOICE, opened.channel, 0);
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    /** Registers a buffer for the operations of one witness at a time. */
    MemoryRegion registerBuffer(final long lengthBytes) {
        final MemorySegment memory = arena.allocate(PAGE_BYTES, PAGE_BYTES).asSlice(0, lengthBytes);
        return domain.register(memory, Access.LOCAL_WRITE);
    }

    QueuePair createQueuePair() {
        return domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
            .withSendRequests(REQUESTS).withReceiveRequests(1));
    }

    ConnectionManager connections() {
        return shared.connections();
    }

    /** Returns a number that no other work request has. */
    long nextWorkRequestId() {
        workRequests++;
        return workRequests;
    }

    /** Passes on what has completed. */
    void poll(final Target target) {
        int count = queue.poll(polled);
        while (count > 0) {
            for (int i = 0; i < count; i++) {
                target.complete(polled.workRequestId(i), polled.status(i));
            }
            count = queue.poll(polled);
        }
    }

    /** Requests that the next completion ends a wait. What has completed before must be polled after this call. */
    void arm() {
        queue.requestNotification(false);
    }

    /** Sleeps until something completes, {@link #wakeUp} is called or the time is nearly over. */
    void await(final long timeoutNs) {
        if (timeoutNs < WHOLE_WAIT_NS) {
            LockSupport.parkNanos(this, Math.min(timeoutNs, SHORT_WAIT_NS));
        } else {
            channel.await(Duration.ofMillis(Math.min(LONGEST_WAIT_MS, TimeUnit.NANOSECONDS.toMillis(timeoutNs))));
        }
    }

    /** Ends the present wait, or the next one. Has no effect after this is closed. */
    void wakeUp() {
        try {
            channel.wakeUp();
        } catch (final IllegalStateException e) {
            if (channel.isOpen()) {
                throw e;
            }
        }
    }

    /** Frees everything, each part even if others fail. Connections, buffers and queue pairs must be closed before. */
    @Override
    public void close() {
        Closing.closeAll(List.<Runnable>of(
            () -> Witness.closePart(queue), () -> Witness.closePart(channel), () -> Witness.closePart(domain),
            shared::close, arena::close), Runnable::run);
    }
}
