// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.function.LongSupplier;

/** A process of a node, as far as the log is concerned, without threads and devices. */
final class MirrorStoryNode {

    /** Keeps warnings. */
    private final class Warnings implements System.Logger {

        @Override
        public String getName() {
            return "warnings";
        }

        @Override
        public boolean isLoggable(final Level level) {
            return level.compareTo(Level.WARNING) >= 0;
        }

        @Override
        public void log(
            final Level level, final ResourceBundle bundle, final String message, final Throwable cause) {
            if (isLoggable(level)) {
                warnings.add(message);
            }
        }

        @Override
        public void log(
            final Level level, final ResourceBundle bundle, final String format, final Object... parameters) {
            log(level, bundle, format, (Throwable) null);
        }
    }

    final List<String> warnings = new ArrayList<>();

    private final Object lock = new Object();
    private final LogParts parts;
    private final MemorySegment partnersCopy;

    /** Starts with what is in memory, without ownership. */
    MirrorStoryNode(final MemorySegment memory, final int longestPayload) {
        this(memory, null, longestPayload);
    }

    /** Starts with what is in memory, also of the partner's log. */
    MirrorStoryNode(final MemorySegment memory, final MemorySegment partnersCopy, final int longestPayload) {
        this.partnersCopy = partnersCopy;
        parts = LogParts.of("log log", new LocalLog("log", memory, longestPayload), new Warnings(), lock);
        parts.copyRestorer().restoreFromMemory(partnersCopy);
    }

    void requireTerm(final LongSupplier heldTerm) {
        parts.term().require(heldTerm);
    }

    LogContinuation continueInTerm(final long newTerm) {
        synchronized (lock) {
            return parts.continuer().continueInTerm(newTerm, partnersCopy);
        }
    }

    LogContinuation continueDespiteLoss(final long newTerm) {
        synchronized (lock) {
            return parts.continuer().continueDespiteLoss(newTerm, partnersCopy);
        }
    }

    /** Does the first step of {@link #continueDespiteLoss}. */
    void beginWithoutPartner(final long newTerm) {
        synchronized (lock) {
            parts.copyRestorer().beginWithoutPartner(newTerm);
        }
    }

    /** Prepares what {@link #continueInTerm} does if the partner has appended last; otherwise returns null. */
    LogReplacement prepareReplacement() {
        final PartnersLog partners = PartnersLog.examine(partnersCopy);
        return partners.isThere() && partners.header().isWhole()
            && parts.local().lastRecord().isBehind(partners.end().contentTerm(), partners.end().contentSequence())
            ? new LogReplacement(parts.local(), partners, null) : null;
    }

    boolean isReady() {
        return parts.copyRestorer().isReady();
    }

    boolean connect(final CopyPort port) {
        return parts.copyRestorer().begin(port) && parts.copyKeeper().isOpenOver(port);
    }

    void check() {
        synchronized (lock) {
            parts.copyKeeper().check();
        }
    }

    MirrorState state() {
        check();
        return parts.copyKeeper().state();
    }

    long append(final MemorySegment payloads, final int[] lengths) {
        return lengths.length == 1 ? parts.appender().append(payloads, 0, lengths[0])
            : parts.appender().appendAll(payloads, 0, lengths);
    }

    long poll() {
        return parts.waits().poll();
    }

    /** Returns the last record that the partner holds, whether or not it counts as acknowledged. */
    long lastHeld() {
        synchronized (lock) {
            return parts.copyKeeper().acknowledgedSequence();
        }
    }

    long lastSequence() {
        return parts.local().lastSequence();
    }

    void trim(final long upTo) {
        if (parts.local().prepareTrim(upTo)) {
            synchronized (lock) {
                parts.local().trim();
                parts.copyKeeper().followTrim();
            }
        }
    }

    long trimmedUpTo() {
        return parts.local().header().sequence();
    }
}
