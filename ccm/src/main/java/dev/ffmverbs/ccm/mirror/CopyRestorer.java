// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;

/**
 * Brings the partner's copy of a log up to date over new ports, while appending continues. The first time, a log that
 * has nothing takes over what the copy holds.
 *
 * <p>Used by the client's thread, except for {@link #isReady}.
 */
final class CopyRestorer {

    private static final long FIRST_RETRY_MS = 10;
    private static final long LONGEST_RETRY_MS = 500;

    private final String log;
    private final LocalLog local;
    private final CopyKeeper copyKeeper;
    private final Logger logger;
    private final Object lock;

    private boolean ready;

    /** Whether what the partner holds is being read into the log. Guarded by the log's lock. */
    private boolean recovering;

    /** Whether this process has read the header of a copy and may have written it. Used by the client's thread. */
    private boolean hasMet;

    private long retryMs = FIRST_RETRY_MS;

    CopyRestorer(
        final String log, final LocalLog local, final CopyKeeper copyKeeper, final Logger logger, final Object lock) {
        this.log = log;
        this.local = local;
        this.copyKeeper = copyKeeper;
        this.logger = logger;
        this.lock = lock;
    }

    /**
     * Continues after the entries that an earlier process left in the memory of the log, if it did.
     *
     * @param partnersCopy the copy of the partner's log; null if there is none.
     */
    void restoreFromMemory(final MemorySegment partnersCopy) {
        synchronized (lock) {
            if (!local.header().isWhole() && !LogReplacement.resume(local, partnersCopy)) {
                logger.log(Level.WARNING, log + " was being replaced by the partner's log up to entry "
                    + local.header().lackedUpTo() + " when its process was killed, and the copy no longer has that"
                    + " entry; it begins with what the partner holds of it");
            }
            ready = local.restore();
            copyKeeper.assumeAcknowledged();
        }
    }

    /**
     * Begins another log with what is in memory, although the partner may hold more. What it holds of the former log is
     * not overwritten. Called under the lock. The gap is written before the header: a process that is killed in
     * between leaves a log that is not ready. The header says in which term this was, because the partner's log may
     * take the place of the gap.
     *
     * @param newTerm the term that this node holds.
     * @throws IllegalStateException if what the partner holds is being read, or if there is no room for the gap and for
     *                               the beginning of a term behind it.
     */
    void beginWithoutPartner(final long newTerm) {
        if (recovering) {
            throw new IllegalStateException(log + " is about to recover what the partner holds; wait until"
                + " awaitReady() returns, or until the partner is lost");
        }
        final LogHeader header = local.header();
        local.moveToEnd(local.records().byteSize());
        local.requireRoomForGap();
        local.appendGap(local.lastSequence() + 1);
        copyKeeper.assumeAcknowledged();
        header.lackNothing();
        header.beginWithoutPartner(newTerm);
        local.begin(header.life() + 1, LogHeader.newIdentity());
        ready = true;
        lock.notifyAll();
    }

    /** Begins again with what the partner holds, because the log could not be replaced. Called under the lock. */
    void forget() {
        ready = false;
        copyKeeper.reopen();
    }

    /** Whether the log has what was appended before, so that entries may be appended. Called under the lock. */
    boolean isReady() {
        return ready;
    }

    /**
     * Returns when the copy is complete or the port is no longer usable. Asks for a new port if it fails.
     *
     * @param opened a new port, over which nothing was sent.
     */
    void restore(final CopyPort opened) {
        try {
            if (begin(opened)) {
                catchUp(opened);
                return;
            }
        } catch (final RuntimeException | Error e) {
            logger.log(Level.WARNING, log + " could not bring " + opened.partnerName() + " up to date; it asks for new"
                + " ports", e);
        }
        pauseBeforeRetry();
        opened.reconnect();
    }

    /** Finds what the partner holds and begins to send what it lacks. Returns false if the port has failed. */
    boolean begin(final CopyPort opened) {
        opened.open();
        final PartnerCopy copy = new PartnerCopy(opened, local);
        if (!copy.readHeader()) {
            return false;
        }
        markRecovering(true);
        try {
            final String otherHistory = describeOtherHistory(copy.header(), opened.partnerName());
            if (!otherHistory.isEmpty()) {
                logger.log(Level.WARNING, otherHistory);
                return true;
            }
            hasMet = true;
            return compareAndOpen(opened, copy);
        } finally {
            markRecovering(false);
        }
    }

    /** Marks that a log which is not ready must not begin without the partner now. */
    private void markRecovering(final boolean mayRecover) {
        synchronized (lock) {
            recovering = mayRecover && !ready;
        }
    }

    /** Says why the copy does not belong to this log. Returns an empty text if it does. */
    private String describeOtherHistory(final LogHeader copy, final String partnerName) {
        synchronized (lock) {
            final LogHeader own = local.header();
            if (!ready || copy.identity() == 0) {
                return "";
            }
            if (copy.identity() != own.identity()) {
                return log + " is not mirrored: " + partnerName + " holds the copy of another log of this name. Remove"
                    + " the file of the log that is not needed, here or at " + partnerName + ", and restart that node";
            }
            if (!hasMet && copy.life() >= own.life()) {
                return log + " is not mirrored: " + partnerName + " holds what a later process of this node has"
                    + " appended, which did not use this file. Remove the file here and restart this node to continue"
                    + " with what " + partnerName + " holds";
            }
            return "";
        }
    }

    /** Finds what the partner holds and opens the port for what it lacks. Returns false if the port has failed. */
    private boolean compareAndOpen(final CopyPort opened, final PartnerCopy copy) {
        final boolean recovers;
        final LogPosition required;
        final LogHeader begin = new LogHeader();
        synchronized (lock) {
            recovers = !ready;
            recovering = recovers;
            begin.follow(local.header());
            required = copyKeeper.highestAcknowledged(copy.hasLostNothingOf(begin));
        }
        final long lackedUpTo = copy.header().lackedUpTo();
        if (!(recovers ? copy.recover() : copy.compare(begin, required))) {
            return false;
        }
        synchronized (lock) {
            if (recovers == ready || !recovers && begin.branch() != local.header().branch()) {
                // The log was replaced while it was compared.
                return false;
            }
            if (recovers) {
                takeOver(lackedUpTo);
            }
            retryMs = FIRST_RETRY_MS;
            copyKeeper.open(opened, copy.header(), copy.heldPosition());
            return true;
        }
    }

    /** Continues after the entries of this node's former incarnation that the partner holds. */
    private void takeOver(final long lackedUpTo) {
        local.moveToEnd(PartnerCopy.CHUNK_BYTES + local.longestEntryBytes());
        final long recovered = local.lastSequence();
        if (lackedUpTo > recovered) {
            logger.log(Level.WARNING, log + " has lost entries " + (recovered + 1) + " to " + lackedUpTo
                + ": the partner restarted, and this node was killed before the partner's copy was whole again; their"
                + " numbers are not used again");
            local.appendGap(lackedUpTo);
        }
        copyKeeper.assumeAcknowledged();
        local.header().lackNothing();
        local.begin(local.header().life(), local.header().identity());
        ready = true;
    }

    /** Sends in batches until the partner's copy is complete or the port is replaced. */
    private void catchUp(final CopyPort opened) {
        int looks = 0;
        while (true) {
            synchronized (lock) {
                if (!copyKeeper.isOpenOver(opened)) {
                    return;
                }
                if (copyKeeper.state() == MirrorState.MIRRORED) {
                    copyKeeper.sendAll();
                    return;
                }
                looks = copyKeeper.sendSome() ? 0 : looks;
            }
            looks = MirrorPort.pause(looks);
        }
    }

    /** Pauses longer after each attempt, so that a recurring failure does not occupy the node. */
    private void pauseBeforeRetry() {
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
    }
}
