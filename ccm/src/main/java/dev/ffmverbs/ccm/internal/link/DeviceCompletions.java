// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.CompletionChannel;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.TransportType;
import dev.ffmverbs.WorkCompletions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Collects what has completed at all links over one device, in one completion queue that is announced on one channel.
 *
 * <p>A completion finds its link by its work request id, which names a slot here and is never used twice. Completions
 * of a closed link are dropped, even if its slot has a new owner.
 *
 * <p>The queue cannot overrun. Every queue pair reserves the entries it can fill. A closed queue pair returns them only
 * after the queue was seen empty, because its completions may still wait there.
 *
 * <p>One thread polls and waits. The other methods are thread-safe.
 */
final class DeviceCompletions implements AutoCloseable {

    private static final int POLLED_AT_ONCE = 32;

    /** How often one completion is passed to an owner that fails. */
    private static final int MOST_TRIES = 64;

    /** Completions polled in one go before the sessions have their turn. */
    private static final int MOST_PER_POLL = 1024;

    private static final int SLOT_BITS = 20;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int FIRST_SLOTS = 16;

    /**
     * Further entries on iWARP, where siw cannot resize a queue. Those of closed queue pairs are reserved until the
     * queue is seen empty, so that partners which connect repeatedly need many.
     */
    private static final int SPARE_ENTRIES = 1024;

    /**
     * Waits in whole milliseconds, which is how devices wait. They are created in advance, so that no wait allocates.
     */
    private static final Duration[] WAITS = new Duration[1001];

    static {
        for (int ms = 0; ms < WAITS.length; ms++) {
            WAITS[ms] = Duration.ofMillis(ms);
        }
    }

    private final Context context;
    private final CompletionChannel channel;
    private final WorkCompletions polled = WorkCompletions.allocate(POLLED_AT_ONCE);

    /** Used by the polling thread: how many the last batch has, how many were handed on, and how often the next was. */
    private int polledCount;
    private int handedOn;
    private int tries;
    private final AtomicLong workRequests = new AtomicLong();

    /** Created with the first queue pair, when the number of queue pairs is known. */
    private volatile CompletionQueue queue;

    /** Replaced when it grows. Slots change under the monitor and are read without it. */
    private volatile LinkQueuePair[] slots = new LinkQueuePair[FIRST_SLOTS];

    /** Guarded by the monitor: how many slots ever had an owner, and which of them have none now. */
    private int usedSlots;
    private final Queue<Integer> freedSlots = new ArrayDeque<>();

    /** Changed under the monitor: entries expected, reserved, and reserved by queue pairs that are closed. */
    private int expected;
    private int reserved;
    private volatile int left;

    /**
     * Creates a queue for links, without a queue pair yet.
     *
     * @param context open context of the device.
     * @throws dev.ffmverbs.VerbsException if the device has no completion channels.
     */
    DeviceCompletions(final Context context) {
        this.context = context;
        this.channel = context.createCompletionChannel();
    }

    /** Makes room for queue pairs that will need this number of further entries. */
    synchronized void expect(final int entries) {
        expected += entries;
    }

    /**
     * Creates a queue pair that completes here.
     *
     * @param domain   its protection domain.
     * @param sends    work requests that its send queue holds.
     * @param receives maximum number of receive requests posted to it at a time.
     * @return the queue pair.
     * @throws dev.ffmverbs.VerbsException if the device refuses it or has no room for its completions.
     */
    synchronized LinkQueuePair create(final ProtectionDomain domain, final int sends, final int receives) {
        final int entries = sends + receives;
        final CompletionQueue roomy = queueFor(reserved + entries);
        final int slot = freeSlot();
        final QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(roomy)
            .withSendRequests(sends).withReceiveRequests(Math.max(1, receives)));
        final LinkQueuePair created = new LinkQueuePair(this, queuePair, slot, entries);
        take(slot, created);
        reserved += entries;
        return created;
    }

    private CompletionQueue queueFor(final int entries) {
        CompletionQueue present = queue;
        if (present == null) {
            final int most = context.attributes().maximumCompletionEntries();
            final int spare = context.device().transportType() == TransportType.IWARP ? SPARE_ENTRIES : 0;
            present = context.createCompletionQueue(Math.max(entries, Math.min(expected + spare, most)), channel, 0);
            queue = present;
        } else if (entries > present.capacity()) {
            present.resize(Math.max(entries, 2 * present.capacity()));
        }
        return present;
    }

    /**
     * Returns the slot that has been free for longest, or the next unused one. The result does not change until the
     * slot is taken.
     */
    private int freeSlot() {
        final Integer freed = freedSlots.peek();
        if (freed != null) {
            return freed;
        }
        if (usedSlots > SLOT_MASK) {
            throw new IllegalStateException("this node has " + usedSlots + " connections on "
                + context.device().name() + "; it cannot have more");
        }
        if (usedSlots == slots.length) {
            slots = Arrays.copyOf(slots, 2 * usedSlots);
        }
        return usedSlots;
    }

    private void take(final int slot, final LinkQueuePair owner) {
        if (slot == usedSlots) {
            usedSlots++;
        } else {
            freedSlots.remove();
        }
        slots[slot] = owner;
    }

    synchronized void remove(final LinkQueuePair closed) {
        if (slots[closed.slot()] == closed) {
            slots[closed.slot()] = null;
            freedSlots.add(closed.slot());
            left += closed.entries();
        }
    }

    long nextWorkRequestId(final int slot) {
        return workRequests.incrementAndGet() << SLOT_BITS | slot;
    }

    /**
     * Passes completions to the links they belong to, and returns how many there were. If that fails for one of them,
     * the next call tries again and passes on the rest.
     */
    int poll() {
        final CompletionQueue from = queue;
        if (from == null) {
            return 0;
        }
        final int leftBefore = left;
        final WorkCompletions taken = polled;
        int count = handOn(taken);
        int last = POLLED_AT_ONCE;
        while (last == POLLED_AT_ONCE && count < MOST_PER_POLL) {
            last = from.poll(taken);
            handedOn = 0;
            polledCount = last;
            count += handOn(taken);
        }
        if (last < POLLED_AT_ONCE && leftBefore > 0) {
            takeBack(leftBefore);
        }
        return count;
    }

    /** Hands on what is left of the last batch, and returns how many that were. */
    private int handOn(final WorkCompletions taken) {
        final int first = handedOn;
        for (int i = first; i < polledCount; i++) {
            tries++;
            if (tries <= MOST_TRIES) {
                final long workRequestId = taken.workRequestId(i);
                final LinkQueuePair owner = ownerOf(workRequestId);
                if (owner != null) {
                    owner.complete(workRequestId, taken.status(i));
                }
            }
            tries = 0;
            handedOn = i + 1;
        }
        return polledCount - first;
    }

    private LinkQueuePair ownerOf(final long workRequestId) {
        final int slot = (int) workRequestId & SLOT_MASK;
        final LinkQueuePair[] present = slots;
        return slot < present.length ? present[slot] : null;
    }

    private synchronized void takeBack(final int entries) {
        reserved -= entries;
        left -= entries;
    }

    /**
     * Requests an announcement of the next completion on the channel. The caller polls for what has completed before.
     */
    void arm() {
        final CompletionQueue armed = queue;
        if (armed != null) {
            armed.requestNotification(false);
        }
    }

    /**
     * Sleeps until a completion is announced, {@link #wakeUp} is called or the time is over.
     *
     * @return whether one was announced.
     */
    boolean await(final long timeoutNs) {
        final long wholeMs = TimeUnit.NANOSECONDS.toMillis(timeoutNs);
        final long ms = TimeUnit.MILLISECONDS.toNanos(wholeMs) < timeoutNs ? wholeMs + 1 : wholeMs;
        return channel.await(WAITS[Math.clamp(ms, 0, WAITS.length - 1)]).isPresent();
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

    /** Frees the queue. Its queue pairs must be closed before. */
    @Override
    public void close() {
        final CompletionQueue closed = queue;
        try (channel; closed) {
            // In reverse order. A queue that stays open is reported before the channel, which it keeps open.
        }
    }

    @Override
    public String toString() {
        return "DeviceCompletions[queuePairs=" + (usedSlots - freedSlots.size()) + ", expected=" + expected
            + ", reserved=" + reserved + "]";
    }
}
