// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Waits for what happens to a log. Thread-safe.
 *
 * <p>Completions of a port wake nobody, so a thread that waits for one polls. A thread that waits for an append or for
 * a port sleeps. The beginning and the end of a term wake nobody either, so a thread that needs one looks from time to
 * time.
 */
final class LogWaits {

    /** Entries of the partner appear in memory without any code of this node. */
    static final EntrySource ARRIVING_ENTRIES = new EntrySource() {
        @Override
        public long lastReadable() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean awaitMore(final long sequence, final int looks, final long leftNs) {
            if (looks < MirrorPort.LOOKS_BEFORE_YIELDING) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(Math.min(leftNs, LOOK_INTERVAL_NS));
            }
            return true;
        }
    };

    private static final long LOOK_INTERVAL_NS = TimeUnit.MICROSECONDS.toNanos(50);

    /** How long a thread sleeps at most before it asks again whether the term is held. */
    private static final long TERM_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** In place of a number: nothing is acknowledged until the log continues in another term, or ever again. */
    private static final long NOT_EXPECTED = -1;

    private final LocalLog local;
    private final CopyKeeper copyKeeper;
    private final CopyRestorer copyRestorer;
    private final LogTerm term;
    private final Object lock;
    private int waiting;
    private boolean closed;

    LogWaits(
        final LocalLog local, final CopyKeeper copyKeeper, final CopyRestorer copyRestorer, final LogTerm term,
        final Object lock) {
        this.local = local;
        this.copyKeeper = copyKeeper;
        this.copyRestorer = copyRestorer;
        this.term = term;
        this.lock = lock;
    }

    /** Requires a term from now on, also of those who wait already. Called under the log's lock. */
    void requireTerm(final LongSupplier heldTerm) {
        term.require(heldTerm);
        lock.notifyAll();
    }

    /** Ends all waits, because nothing is appended any longer. */
    void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
    }

    /** Whether nothing is appended any longer. Called under the log's lock. */
    boolean isClosed() {
        return closed;
    }

    /** Wakes those who wait for an entry. Called under the log's lock. */
    void noteAppend() {
        if (waiting > 0) {
            lock.notifyAll();
        }
    }

    /** Polls for completions and returns the last entry acknowledged. */
    long poll() {
        synchronized (lock) {
            // The term is looked at after the completions: what the partner held while this node owned, a later owner
            // finds.
            return term.lastAcknowledged(copyKeeper.poll());
        }
    }

    /** Polls. Returns {@link #NOT_EXPECTED} if an entry is not acknowledged and will not be for now. */
    private long pollFor(final long sequence) {
        synchronized (lock) {
            final long last = term.lastAcknowledged(copyKeeper.poll());
            return last < sequence && (closed || last == 0 && !term.isHeld()) ? NOT_EXPECTED : last;
        }
    }

    /**
     * Waits until an entry is acknowledged. Returns false if the time has passed, the term has ended, the log is
     * closed, or the thread is interrupted.
     */
    boolean awaitAcknowledged(final long sequence, final long limitNs) {
        final long startNs = System.nanoTime();
        int looks = 0;
        long last = pollFor(sequence);
        while (last < sequence) {
            final long leftNs = limitNs - (System.nanoTime() - startNs);
            if (leftNs <= 0 || Thread.currentThread().isInterrupted() || last == NOT_EXPECTED) {
                return false;
            }
            if (looks < MirrorPort.LOOKS_BEFORE_YIELDING || !sleepUnless(true, Long.MIN_VALUE, leftNs)) {
                looks = MirrorPort.pause(looks);
            }
            last = pollFor(sequence);
        }
        return true;
    }

    /** Waits until entries may be appended. Returns false if the time has passed or the log is closed. */
    boolean awaitReady(final long limitNs) throws InterruptedException {
        final long startNs = System.nanoTime();
        synchronized (lock) {
            long leftNs = limitNs;
            while (!copyRestorer.isReady() && !closed && leftNs > 0) {
                TimeUnit.NANOSECONDS.timedWait(lock, leftNs);
                leftNs = limitNs - (System.nanoTime() - startNs);
            }
            return copyRestorer.isReady() && !closed;
        }
    }

    /** All entries that were appended. */
    EntrySource appendedEntries() {
        return new EntrySource() {
            @Override
            public long lastReadable() {
                return local.lastSequence();
            }

            @Override
            public boolean awaitMore(final long sequence, final int looks, final long leftNs) {
                sleepUnless(false, sequence, leftNs);
                return isOpen();
            }
        };
    }

    /** Entries up to the last one acknowledged. */
    EntrySource acknowledgedEntries() {
        return new EntrySource() {
            @Override
            public long lastReadable() {
                return poll();
            }

            @Override
            public boolean awaitMore(final long sequence, final int looks, final long leftNs) {
                if (!sleepUnless(true, sequence, leftNs)) {
                    MirrorPort.pause(looks);
                }
                return isOpen();
            }
        };
    }

    private boolean isOpen() {
        synchronized (lock) {
            return !closed;
        }
    }

    /**
     * Sleeps until something changes, unless there are entries after a number that only need to be looked at again.
     *
     * @param needsPort whether such entries also need a port that leads to the partner, and the term if there is one.
     * @return whether the thread slept, or need not because the log is closed.
     */
    private boolean sleepUnless(final boolean needsPort, final long sequence, final long leftNs) {
        synchronized (lock) {
            if (local.lastSequence() > sequence && (!needsPort || copyKeeper.isOpen() && term.isHeld())) {
                return false;
            }
            if (closed) {
                return true;
            }
            waiting++;
            try {
                TimeUnit.NANOSECONDS.timedWait(
                    lock, needsPort && term.isRequired() ? Math.min(leftNs, TERM_INTERVAL_NS) : leftNs);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                waiting--;
            }
            return true;
        }
    }
}
