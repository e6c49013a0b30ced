// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import dev.ffmverbs.ccm.ClientSession;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;

/**
 * Brings the partner's copy of a log up to date over new ports, while appending continues. The first time, the log
 * takes over what the copy holds.
 *
 * <p>Used by the client's thread, except for {@link #isReady}.
 */
final class CopyRestorer {

    private static final Logger LOGGER = System.getLogger(CopyRestorer.class.getName());
    private static final long FIRST_RETRY_MS = 10;
    private static final long LONGEST_RETRY_MS = 500;

    private final MirroredLog log;
    private final MemorySegment memory;
    private final EntryFormat format;
    private final LogEntries written;
    private final int maximumEntryBytes;
    private final CopyKeeper copyKeeper;
    private final Object lock;

    private boolean ready;
    private long retryMs = FIRST_RETRY_MS;

    CopyRestorer(
        final MirroredLog log, final MemorySegment memory, final LogEntries written, final int maximumPayloadBytes,
        final CopyKeeper copyKeeper, final Object lock) {
        this.log = log;
        this.memory = memory;
        this.format = new EntryFormat(memory);
        this.written = written;
        this.maximumEntryBytes = EntryFormat.entryBytes(maximumPayloadBytes);
        this.copyKeeper = copyKeeper;
        this.lock = lock;
    }

    /** Whether the log has what the partner's copy held, so that entries may be appended. Called under the lock. */
    boolean isReady() {
        return ready;
    }

    /** Returns when the copy is complete or the ports are no longer usable. Asks for new ports if it fails. */
    void restore(final ClientSession session) {
        try {
            final MirrorPort opened = new MirrorPort(session, maximumEntryBytes);
            if (compareAndOpen(opened)) {
                catchUp(opened);
                return;
            }
        } catch (final RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, log + " could not bring " + session.partner().name() + " up to date; "
                + "it asks for new ports", e);
        }
        pauseBeforeRetry(session);
    }

    /** Finds what the partner holds and opens the port for what it lacks. Returns false if the port has failed. */
    private boolean compareAndOpen(final MirrorPort opened) {
        final boolean recovers;
        final long snapshotEnd;
        final long required;
        synchronized (lock) {
            recovers = !ready;
            snapshotEnd = written.endOffset();
            required = copyKeeper.highestAcknowledgedSequence();
        }
        final PartnerCopy copy = new PartnerCopy(opened, memory, maximumEntryBytes);
        if (!(recovers ? copy.recover() : copy.compare(snapshotEnd, required))) {
            return false;
        }
        synchronized (lock) {
            if (recovers) {
                takeOver(copy);
            }
            retryMs = FIRST_RETRY_MS;
            copyKeeper.open(opened, copy.heldPosition());
            return true;
        }
    }

    /** Continues after the entries of this node's former incarnation that the partner holds. */
    private void takeOver(final PartnerCopy copy) {
        while (written.sequence() < copy.heldPosition().sequence()) {
            written.nextRecord();
        }
        if (copy.lackedUpTo() > written.sequence()) {
            LOGGER.log(Level.WARNING, log + " has lost entries " + (written.sequence() + 1) + " to "
                + copy.lackedUpTo() + ": the partner restarted, and this node was killed before the partner's copy was"
                + " whole again; their numbers are not used again");
            format.writeGap(written.endOffset(), copy.lackedUpTo());
            written.nextRecord();
        }
        copyKeeper.noteAcknowledged(written.sequence());
        ready = true;
    }

    /** Sends in batches until the partner's copy is complete or the port is replaced. */
    private void catchUp(final MirrorPort opened) {
        int looks = 0;
        while (true) {
            synchronized (lock) {
                if (!copyKeeper.isOpenOver(opened) || copyKeeper.state() == MirrorState.MIRRORED) {
                    return;
                }
                looks = copyKeeper.send(CopyKeeper.BATCH, 0) ? 0 : looks;
            }
            looks = MirrorPort.pause(looks);
        }
    }

    /** Pauses longer after each attempt, so that a recurring failure does not occupy the node. */
    private void pauseBeforeRetry(final ClientSession session) {
        final long pauseMs;
        synchronized (lock) {
            pauseMs = retryMs;
            retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
        }
        try {
            Thread.sleep(pauseMs);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (session.isOpen()) {
            session.reconnect();
        }
    }
}
