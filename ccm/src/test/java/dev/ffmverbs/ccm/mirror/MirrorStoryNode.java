// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.util.ResourceBundle;

/** A process of the appending node, as far as the log is concerned, without threads and devices. */
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

    MirrorStoryNode(final MemorySegment memory, final int longestPayload) {
        local = new LocalLog("log", memory, longestPayload);
        keeper = new CopyKeeper("log log", local, new MirrorStateNews("log log", SILENT), SILENT, lock);
        restorer = new CopyRestorer("log log", local, keeper, SILENT, lock);
        waits = new LogWaits(local, keeper, restorer, lock);
        appender = new LogAppender("log log", local, keeper, restorer, waits, lock);
        restorer.restoreFromMemory();
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
