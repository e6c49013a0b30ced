// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.util.ResourceBundle;
import java.util.function.LongSupplier;

/** A process of a node, as far as the log is concerned, without threads and devices. */
final class MirrorStoryNode {

    private static final System.Logger SILENT = new System.Logger() {
        @Override
        public String getName() {
            return "silent";
        }

        @Override
        public boolean isLoggable(final Level level) {
            return false;
        }

        @Override
        public void log(
            final Level level, final ResourceBundle bundle, final String message, final Throwable cause) {
        }

        @Override
        public void log(
            final Level level, final ResourceBundle bundle, final String format, final Object... parameters) {
        }
    };

    private final Object lock = new Object();
    private final LocalLog local;
    private final CopyKeeper keeper;
    private final CopyRestorer restorer;
    private final LogAppender appender;
    private final LogWaits waits;
    private final LogTerm term = new LogTerm("log log");
    private final LogContinuer continuer;
    private final MemorySegment partnersCopy;

    /** Starts with what is in memory, without ownership. */
    MirrorStoryNode(final MemorySegment memory, final int longestPayload) {
        this(memory, null, longestPayload);
    }

    /** Starts with what is in memory, also of the partner's log. */
    MirrorStoryNode(final MemorySegment memory, final MemorySegment partnersCopy, final int longestPayload) {
        this.partnersCopy = partnersCopy;
        local = new LocalLog("log", memory, longestPayload);
        keeper = new CopyKeeper("log log", local, new MirrorStateNews("log log", SILENT), SILENT, lock);
        restorer = new CopyRestorer("log log", local, keeper, SILENT, lock);
        waits = new LogWaits(local, keeper, restorer, term, lock);
        appender = new LogAppender("log log", local, keeper, restorer, waits, term, lock);
        continuer = new LogContinuer("log log", local, keeper, restorer, appender, term, SILENT);
        restorer.restoreFromMemory(partnersCopy);
    }

    void requireTerm(final LongSupplier heldTerm) {
        term.require(heldTerm);
    }

    LogContinuation continueInTerm(final long newTerm) {
        synchronized (lock) {
            return continuer.continueInTerm(newTerm, partnersCopy);
        }
    }

    /** Prepares what {@link #continueInTerm} does if the partner has appended last; otherwise returns null. */
    LogReplacement prepareReplacement() {
        final PartnersLog partners = PartnersLog.examine(partnersCopy);
        return partners.isThere() && partners.header().isWhole()
            && local.lastRecord().isBehind(partners.end().contentTerm(), partners.end().contentSequence())
            ? new LogReplacement(local, partners, null) : null;
    }

    boolean isReady() {
        return restorer.isReady();
    }

    boolean connect(final SimulatedCopyPort port) {
        return restorer.begin(port) && keeper.isOpenOver(port);
    }

    void check() {
        synchronized (lock) {
            keeper.check();
        }
    }

    MirrorState state() {
        check();
        return keeper.state();
    }

    long append(final MemorySegment payloads, final int[] lengths) {
        return lengths.length == 1 ? appender.append(payloads, 0, lengths[0])
            : appender.appendAll(payloads, 0, lengths);
    }

    long poll() {
        return waits.poll();
    }

    /** Returns the last record that the partner holds, whether or not it counts as acknowledged. */
    long lastHeld() {
        synchronized (lock) {
            return keeper.acknowledgedSequence();
        }
    }

    long lastSequence() {
        return local.lastSequence();
    }

    void trim(final long upTo) {
        if (local.prepareTrim(upTo)) {
            synchronized (lock) {
                local.trim();
                keeper.followTrim();
            }
        }
    }

    long trimmedUpTo() {
        return local.header().sequence();
    }
}
