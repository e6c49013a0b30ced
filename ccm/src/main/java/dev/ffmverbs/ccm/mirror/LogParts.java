// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.System.Logger;

/**
 * The parts of a log in one process, which work under one lock.
 *
 * @param local        the log in this node's memory.
 * @param news         notifies of states.
 * @param copyKeeper   keeps the partner's copy up to date.
 * @param copyRestorer brings that copy up to date over new ports.
 * @param term         the term in which the log appends.
 * @param waits        polls and waits.
 * @param appender     appends.
 * @param continuer    lets the log continue in a new term.
 */
record LogParts(
    LocalLog local, MirrorStateNews news, CopyKeeper copyKeeper, CopyRestorer copyRestorer, LogTerm term,
    LogWaits waits, LogAppender appender, LogContinuer continuer) {

    /**
     * Creates the parts and connects them with each other.
     *
     * @param log  the log, for messages.
     * @param lock guards all parts.
     */
    static LogParts of(final String log, final LocalLog local, final Logger logger, final Object lock) {
        final MirrorStateNews news = new MirrorStateNews(log, logger);
        final CopyKeeper keeper = new CopyKeeper(log, local, news, logger, lock);
        final CopyRestorer restorer = new CopyRestorer(log, local, keeper, logger, lock);
        final LogTerm term = new LogTerm(log);
        final LogWaits waits = new LogWaits(local, keeper, restorer, term, lock);
        final LogAppender appender = new LogAppender(log, local, keeper, restorer, waits, term, lock);
        return new LogParts(local, news, keeper, restorer, term, waits, appender,
            new LogContinuer(log, local, keeper, restorer, appender, term, logger));
    }

    /**
     * Removes the oldest entries, unless the log begins after them already. Called by one thread at a time.
     *
     * @param upTo number of the last entry to remove.
     * @param lock guards all parts. It is not held while the entries are counted.
     */
    void trim(final long upTo, final Object lock) {
        if (local.prepareTrim(upTo)) {
            synchronized (lock) {
                local.trim();
                copyKeeper.followTrim();
            }
        }
    }
}
