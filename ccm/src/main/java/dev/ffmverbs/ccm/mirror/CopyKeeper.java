// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import dev.ffmverbs.ccm.ClientSession;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;

/**
 * Keeps the partner's copy of a log up to date over the present port, and knows how far the copy has got.
 *
 * <p>All methods are called under the log's lock and never wait for another thread. Sending allocates nothing.
 */
final class CopyKeeper {

    /** Entries sent before the lock is released, so that appending threads get it in between. */
    static final int BATCH = 16;

    private static final Logger LOGGER = System.getLogger(CopyKeeper.class.getName());

    private final MirroredLog log;
    private final MemorySegment memory;
    private final LogEntries written;
    private final MirrorStateNews news;
    private final Object lock;

    private MirrorPort port;
    private LogEntries sent;
    private MirrorState state = MirrorState.ALONE;
    private long highestAcknowledgedSequence;

    /** The record that the partner must hold for its copy to be complete. Known once all records before it are sent. */
    private long wholeAt;

    CopyKeeper(
        final MirroredLog log, final MemorySegment memory, final LogEntries written, final MirrorStateNews news,
        final Object lock) {
        this.log = log;
        this.memory = memory;
        this.written = written;
        this.news = news;
        this.lock = lock;
    }

    /** Sends through this port from now on. The partner holds the records up to a position. */
    void open(final MirrorPort opened, final LogEntries held) {
        opened.startBehind(held.sequence());
        sent = held;
        noteAcknowledged(held.sequence());
        wholeAt = Long.MAX_VALUE;
        port = opened;
        changeState(MirrorState.CATCHING_UP);
    }

    /** Stops using the present port. */
    void close() {
        port = null;
        changeState(MirrorState.ALONE);
    }

    boolean isOpen() {
        return port != null;
    }

    boolean isOpenOver(final MirrorPort candidate) {
        return port == candidate;
    }

    MirrorState state() {
        return state;
    }

    /** Returns the last record that this node and the present partner hold; 0 if no port leads to the partner. */
    long acknowledgedSequence() {
        return port == null ? 0 : port.heldSequence();
    }

    /** Returns the last record that any incarnation of the partner has acknowledged. */
    long highestAcknowledgedSequence() {
        return highestAcknowledgedSequence;
    }

    void noteAcknowledged(final long sequence) {
        highestAcknowledgedSequence = Math.max(highestAcknowledgedSequence, sequence);
    }

    /** Closes the port if it has failed. */
    void check() {
        if (port != null && !port.isUsable()) {
            lose(null);
        }
    }

    /**
     * Sends at most this many of the records that the partner lacks, and takes completions. Ends early if the port
     * fails, or if no WRITE completes within {@code waitNs} while all slots are in use.
     *
     * @return whether anything was sent or has completed.
     */
    boolean send(final int records, final long waitNs) {
        final MirrorPort port = this.port;
        try {
            boolean progress = port.poll();
            int left = records;
            while (left > 0 && port.isUsable() && sent.sequence() < written.sequence()) {
                if (!port.hasRoom() && !port.awaitRoom(waitNs)) {
                    break;
                }
                sent.nextRecord();
                port.write(memory, sent);
                left--;
            }
            progress |= port.poll() || left < records;
            noteProgress(port);
            return progress;
        } catch (final RuntimeException e) {
            lose(e);
            return true;
        }
    }

    private void noteProgress(final MirrorPort port) {
        noteAcknowledged(port.heldSequence());
        if (!port.isUsable()) {
            lose(null);
        } else if (state == MirrorState.CATCHING_UP && sent.sequence() == written.sequence()) {
            wholeAt = Math.min(wholeAt, written.sequence());
            if (port.heldSequence() >= wholeAt && port.hasRoom()) {
                port.writeHeader(0);
                changeState(MirrorState.MIRRORED);
            }
        }
    }

    /** Handles the end of the session, or of its present ports. */
    private void lose(final Throwable cause) {
        final ClientSession session = port.session();
        LOGGER.log(Level.INFO, log + " has lost its port to " + session.partner().name() + "; entries behind "
            + port.heldSequence() + " are held by this node alone until there is a new one", cause);
        close();
        if (session.isOpen()) {
            session.reconnect();
        }
    }

    private void changeState(final MirrorState newState) {
        if (state != newState) {
            state = newState;
            news.add(newState);
        }
        lock.notifyAll();
    }
}
