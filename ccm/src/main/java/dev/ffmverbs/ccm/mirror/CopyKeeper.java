// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Keeps the partner's copy of a log up to date over the present port, and knows how far the copy has got.
 *
 * <p>All methods are called under the log's lock and never wait for another thread. Sending allocates nothing.
 */
final class CopyKeeper {

    /** Records that an append sends while the partner lacks some. More than one, so that the backlog shrinks. */
    private static final int RECORDS_PER_APPEND = 2;

    /** WRITEs of a backlog that may be outstanding. Few, so that the WRITE of a new entry waits little. */
    private static final int CATCHING_UP_WRITES = 8;

    private final String log;
    private final LocalLog local;
    private final MirrorStateNews news;
    private final Logger logger;
    private final Object lock;
    private final LogCursor sent;

    private CopyPort port;
    private LogHeader copyHeader;
    private MirrorState state = MirrorState.ALONE;

    /** What an incarnation of the partner has acknowledged to this process, and what one may have before. */
    private long acknowledged;
    private LogPosition assumed = LogPosition.NONE;

    /** The record that the partner must hold for its copy to be complete. Known once all records before it are sent. */
    private long wholeAt;

    CopyKeeper(
        final String log, final LocalLog local, final MirrorStateNews news, final Logger logger, final Object lock) {
        this.log = log;
        this.local = local;
        this.news = news;
        this.logger = logger;
        this.lock = lock;
        this.sent = new LogCursor(local.records());
    }

    /** Sends through this port from now on. The partner has this header, and holds the records up to a position. */
    void open(final CopyPort opened, final LogHeader header, final LogCursor held) {
        opened.startBehind(held.sequence());
        sent.moveTo(held);
        noteAcknowledged(held.sequence());
        wholeAt = Long.MAX_VALUE;
        port = opened;
        copyHeader = header;
        skipTrimmed();
        changeState(MirrorState.CATCHING_UP);
    }

    /** Lets the partner's copy begin where the log does after it was trimmed. */
    void followTrim() {
        if (port != null) {
            skipTrimmed();
            sendFew();
        }
    }

    /** Does not send what was trimmed meanwhile. */
    private void skipTrimmed() {
        if (sent.endOffset() < local.header().endOffset()) {
            sent.moveTo(local.header());
        }
    }

    /** Stops using the present port. */
    void close() {
        port = null;
        changeState(MirrorState.ALONE);
    }

    boolean isOpen() {
        return port != null;
    }

    boolean isOpenOver(final CopyPort candidate) {
        return port == candidate;
    }

    MirrorState state() {
        return state;
    }

    /** Sends some of what is left, takes completions, and returns the last record that both nodes hold. */
    long poll() {
        if (port != null) {
            sendSome();
        }
        return acknowledgedSequence();
    }

    /** Returns the last record that this node and the present partner hold; 0 if no port leads to the partner. */
    long acknowledgedSequence() {
        return port == null ? 0 : port.heldSequence();
    }

    /**
     * Returns the last record that any incarnation of the partner has acknowledged.
     *
     * @param hasLostNothing whether the copy has all records of this log that it ever had. Then what was acknowledged
     *                       to an earlier process is among them.
     */
    LogPosition highestAcknowledged(final boolean hasLostNothing) {
        final LogPosition told = new LogPosition(local.highestTermOf(acknowledged), acknowledged);
        return hasLostNothing || assumed.sequence() <= acknowledged ? told : assumed;
    }

    private void noteAcknowledged(final long sequence) {
        acknowledged = Math.max(acknowledged, sequence);
    }

    /** Notes that the partner may have acknowledged all that the log has, to earlier processes or for its own log. */
    void assumeAcknowledged() {
        acknowledged = 0;
        assumed = new LogPosition(local.lastRecord().term(), local.lastSequence());
    }

    /** Asks for a new port, because the log was replaced and the copy is that of the former one. */
    void reopen() {
        if (port != null) {
            final CopyPort former = port;
            close();
            former.reconnect();
        }
    }

    /** Closes the port if it has failed. */
    void check() {
        if (port != null && !port.isUsable()) {
            lose(null);
        }
    }

    /** Sends everything that the partner lacks, and waits if too much is outstanding. */
    void sendAll() {
        send(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    /** Sends some records of a backlog without waiting. Returns whether anything was sent or has completed. */
    boolean sendSome() {
        return send(1, Integer.MAX_VALUE, CATCHING_UP_WRITES, 0);
    }

    /** Sends a little more than one append adds, without waiting, so that a backlog shrinks. */
    void sendFew() {
        send(1, RECORDS_PER_APPEND, CATCHING_UP_WRITES, 0);
    }

    /**
     * Sends records that the partner lacks, and takes completions. Ends early if the port fails, or if no WRITE
     * completes within {@code waitNs} while all slots are in use.
     */
    private boolean send(final int writes, final int recordsPerWrite, final int mostOutstanding, final long waitNs) {
        final CopyPort port = this.port;
        try {
            boolean progress = port.poll();
            int left = writes;
            while (left > 0 && port.isUsable() && hasMore()
                && port.outstandingWrites() < mostOutstanding && (port.hasRoom() || port.awaitRoom(waitNs))) {
                sendNext(port, recordsPerWrite);
                left--;
            }
            progress |= port.poll() || left < writes;
            noteProgress(port);
            return progress;
        } catch (final RuntimeException e) {
            lose(e);
            return true;
        }
    }

    private boolean hasMore() {
        return sent.endOffset() < local.lastRecord().endOffset() || isHeaderOld();
    }

    private boolean isHeaderOld() {
        return copyHeader.endOffset() != local.header().endOffset();
    }

    private void sendNext(final CopyPort port, final int mostRecords) {
        if (isHeaderOld()) {
            // First, because what follows may use the memory of what was trimmed.
            copyHeader.follow(local.header());
            port.writeHeader(copyHeader, sent.sequence());
        } else {
            final long start = sent.endOffset() % local.records().byteSize();
            final long lengthBytes = sent.nextRun(port.slotBytes(), mostRecords, local.lastRecord().endOffset());
            port.write(local.records(), start, lengthBytes, sent.sequence());
        }
    }

    private void noteProgress(final CopyPort port) {
        noteAcknowledged(port.heldSequence());
        if (!port.isUsable()) {
            lose(null);
        } else if (state == MirrorState.CATCHING_UP) {
            wholeAt = hasMore() ? wholeAt : Math.min(wholeAt, sent.sequence());
            if (port.heldSequence() >= wholeAt && port.hasRoom()) {
                copyHeader.lackNothing();
                port.writeHeader(copyHeader, sent.sequence());
                changeState(MirrorState.MIRRORED);
            }
        }
    }

    /** Handles the end of the session, or of its present ports. */
    private void lose(final Throwable cause) {
        final CopyPort lost = port;
        logger.log(Level.INFO, log + " has lost its port to " + lost.partnerName() + "; only this node holds entries"
            + " after " + lost.heldSequence() + " until it has a new port", cause);
        close();
        lost.reconnect();
    }

    private void changeState(final MirrorState newState) {
        if (state != newState) {
            state = newState;
            news.add(newState);
        }
        lock.notifyAll();
    }
}
