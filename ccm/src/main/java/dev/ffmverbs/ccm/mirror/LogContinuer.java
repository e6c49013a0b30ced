// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;

/**
 * Lets a log continue in a new term, with every entry that was ever acknowledged to either node.
 *
 * <p><b>Why it has them.</b> An entry that was acknowledged was in the log of its owner and in the copy at the partner,
 * along with the beginning of its term, before the owner lost the term. Of two logs that end in different terms, the
 * one that ends in the later term has all that was acknowledged in earlier terms, because its owner had it when that
 * term began. Of two that end in the same term, one is the start of the other, because one process appends in a term.
 * So the one that goes further has everything, unless a node has lost its memory. Then the copy says what it lacks,
 * and neither log counts until it has that.
 *
 * <p>All methods are called under the log's lock, and while nothing is trimmed.
 */
final class LogContinuer {

    private final String log;
    private final LocalLog local;
    private final CopyKeeper copyKeeper;
    private final CopyRestorer copyRestorer;
    private final LogAppender appender;
    private final LogTerm term;
    private final Logger logger;

    /** What was removed since the log last continued in a term. */
    private boolean replaced;
    private long heldByBoth;
    private long cutEntries;
    private long firstCut;
    private long lastCut;

    /** Up to which number acknowledged entries may be among what was removed. */
    private long lostUpTo;

    LogContinuer(
        final String log, final LocalLog local, final CopyKeeper copyKeeper, final CopyRestorer copyRestorer,
        final LogAppender appender, final LogTerm term, final Logger logger) {
        this.log = log;
        this.local = local;
        this.copyKeeper = copyKeeper;
        this.copyRestorer = copyRestorer;
        this.appender = appender;
        this.term = term;
        this.logger = logger;
    }

    /**
     * Continues the log in a term.
     *
     * @param newTerm      the term, which this node holds.
     * @param partnersCopy the copy of the partner's log; null if there is none yet.
     */
    LogContinuation continueInTerm(final long newTerm, final MemorySegment partnersCopy) {
        appender.requireUsable();
        // Before the copy is read: what was acknowledged to an earlier owner is there then.
        term.requireHeld(newTerm);
        final LogContinuation present = term.continuationIn(newTerm);
        if (present != null) {
            return present;
        }
        final PartnersLog partners = PartnersLog.examine(partnersCopy);
        requireLaterTerm(newTerm, partners);
        final String lack = describeLack(partners);
        if (!lack.isEmpty()) {
            throw new IncompleteLogException(log + " cannot continue yet: " + lack + "; try again when the partner has"
                + " brought its copy up to date, or call continueDespiteLoss() if it never comes back");
        }
        takeLaterLog(partners);
        return begin(newTerm);
    }

    /**
     * Continues the log in a term with what this node has, whatever it lacks.
     *
     * @param newTerm      the term, which this node holds.
     * @param partnersCopy the copy of the partner's log; null if there is none.
     */
    LogContinuation continueDespiteLoss(final long newTerm, final MemorySegment partnersCopy) {
        appender.requireOpen();
        term.requireHeld(newTerm);
        final LogContinuation present = term.continuationIn(newTerm);
        if (present != null) {
            return present;
        }
        final PartnersLog partners = PartnersLog.examine(partnersCopy);
        requireLaterTerm(newTerm, partners);
        if (!copyRestorer.isReady()) {
            copyRestorer.beginWithoutPartner(newTerm);
        }
        final String lack = describeLack(partners);
        // Even if there is no room behind it for the mark of the loss: only what has become this log can be trimmed.
        takeLaterLog(partners);
        if (!lack.isEmpty()) {
            giveUp(newTerm, partners.header().lackedUpTo(), lack);
        }
        return begin(newTerm);
    }

    /** Marks in the log that entries may be lost, so that every later owner and reader is told. */
    private void giveUp(final long newTerm, final long lackedUpTo, final String lack) {
        final LogCursor last = local.lastRecord();
        final long upTo = last.isGap() && last.sequence() >= lackedUpTo ? last.sequence()
            : appender.appendGap(Math.max(last.sequence() + 1, lackedUpTo));
        lostUpTo = Math.max(lostUpTo, upTo);
        logger.log(Level.WARNING, log + " continues in term " + newTerm + " although acknowledged entries may be lost,"
            + " because continueDespiteLoss() was called: " + lack + ". It continues after number " + upTo
            + ". If the partner comes back with entries that this log lacks, they are cut when it continues the log;"
            + " read them there first, or here with partnersEntries()");
    }

    private LogContinuation begin(final long newTerm) {
        final long sequence = appender.appendBeginning(newTerm);
        final LogContinuation begun =
            new LogContinuation(newTerm, sequence, replaced, heldByBoth, cutEntries, firstCut, lastCut, lostUpTo);
        term.begin(begun);
        replaced = false;
        cutEntries = 0;
        firstCut = 0;
        lastCut = 0;
        lostUpTo = 0;
        return begun;
    }

    private void requireLaterTerm(final long newTerm, final PartnersLog partners) {
        final long lastTerm = Math.max(local.lastRecord().term(), partners.end().term());
        if (lastTerm >= newTerm) {
            throw new IllegalStateException(log + " cannot continue in term " + newTerm + ": there is an entry of term "
                + lastTerm + " already, and each term is continued once, by one process; acquire a later term");
        }
    }

    private boolean isPartnersLater(final PartnersLog partners) {
        return local.lastRecord().isBehind(partners.end().contentTerm(), partners.end().contentSequence());
    }

    /** Says what this node may lack. Returns an empty text if it has everything that was acknowledged. */
    private String describeLack(final PartnersLog partners) {
        final LogCursor later = isPartnersLater(partners) ? partners.end() : local.lastRecord();
        if (later.contentTerm() < local.header().unmetTerm()) {
            return "it has not met its partner, which may hold what this node has appended before";
        }
        if (!partners.isThere()) {
            return "this node has no copy of the partner's log, which may have later entries";
        }
        final LogHeader header = partners.header();
        if (later.contentTerm() < header.unmetTerm()) {
            return "the partner has begun its log in term " + header.unmetTerm() + " without having met this node,"
                + " which no longer holds what the partner had appended before";
        }
        return header.isWhole() || !later.isBehind(header.lackedTerm(), header.lackedUpTo()) ? ""
            : "it ends with entry " + later.contentSequence() + " of term " + later.contentTerm()
                + ", and entries up to " + header.lackedUpTo() + " of term " + header.lackedTerm()
                + " may have been acknowledged, which only the partner holds";
    }

    /** Lets the log be the one of the two that has everything. */
    private void takeLaterLog(final PartnersLog partners) {
        final LogCursor common = findCommon(partners);
        heldByBoth = common == null ? 0 : common.sequence();
        if (isPartnersLater(partners)) {
            heldByBoth = partners.end().sequence();
            countCut(partners, common);
            lostUpTo = Math.max(lostUpTo, partners.findLostUpTo(common));
            replace(partners, common);
        }
    }

    /** Returns the last record that both logs have; null if they have none in common. */
    private LogCursor findCommon(final PartnersLog partners) {
        final LogCursor own = new LogCursor(local.records());
        final LogCursor theirs = new LogCursor(partners.records());
        own.moveTo(local.header());
        theirs.moveTo(partners.header());
        while (own.endOffset() < theirs.endOffset() && hasMore(own)) {
            own.nextKnown();
        }
        boolean more = true;
        while (more && theirs.endOffset() < own.endOffset()) {
            more = theirs.next();
        }
        if (!own.isAtSameRecord(theirs)) {
            return null;
        }
        final LogCursor common = new LogCursor(own);
        while (hasMore(own) && theirs.endOffset() < partners.end().endOffset() && theirs.next()) {
            own.nextKnown();
            if (!own.isAtSameRecord(theirs)) {
                break;
            }
            common.moveTo(own);
        }
        return common;
    }

    private boolean hasMore(final LogCursor own) {
        return own.endOffset() < local.lastRecord().endOffset();
    }

    /** Counts the entries of this node's log that the partner's does not have. */
    private void countCut(final PartnersLog partners, final LogCursor common) {
        final LogCursor own = new LogCursor(local.records());
        own.moveTo(local.header());
        if (common != null) {
            own.moveTo(common);
        }
        final long known = common == null ? partners.header().sequence() : common.sequence();
        while (hasMore(own)) {
            own.nextKnown();
            if (own.isEntry() && own.sequence() > known) {
                firstCut = firstCut == 0 ? own.sequence() : Math.min(firstCut, own.sequence());
                lastCut = Math.max(lastCut, own.sequence());
                cutEntries++;
            }
        }
    }

    private void replace(final PartnersLog partners, final LogCursor common) {
        if (cutEntries > 0) {
            logger.log(Level.WARNING, log + " continues without " + cutEntries + " entries, from " + firstCut + " to "
                + lastCut + ", that this node has appended and that " + (lostUpTo == 0 ? "were never acknowledged"
                    : "may have been acknowledged up to number " + lostUpTo + ", where the partner continued despite"
                        + " the loss of its memory")
                + ": the partner has owned since and did not have them");
        }
        try {
            new LogReplacement(local, partners, common).run();
        } catch (final IllegalStateException e) {
            copyRestorer.forget();
            throw e;
        }
        replaced = true;
        copyKeeper.assumeAcknowledged();
        copyKeeper.reopen();
    }
}
