// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.ccm.mirror.IncompleteLogException;
import dev.ffmverbs.ccm.mirror.LogContinuation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A log without a partner: a test says what it has, and when the partner confirms. */
final class PretendedJournal extends Journal {

    private static final long BEGINNING = 10;

    final Replay replay = Replay.empty();
    final List<Long> terms = new ArrayList<>();
    boolean heldByBoth;
    boolean replaced;
    long beginning = BEGINNING;
    boolean incomplete;
    final List<Entry> appended = new ArrayList<>();
    boolean mirrored;
    boolean catchingUp;
    boolean confirming;
    boolean isLong;
    long trimmedBefore;

    PretendedJournal() {
        super(null);
    }

    @Override
    LogContinuation continueInTerm(final long term) {
        if (incomplete) {
            throw new IncompleteLogException("pretended");
        }
        terms.add(term);
        return new LogContinuation(term, beginning, replaced, heldByBoth ? beginning - 1 : 0, 0, 0, 0, 0);
    }

    @Override
    Map<String, String> replay() {
        return replay.items();
    }

    @Override
    boolean isMirrored() {
        return mirrored;
    }

    @Override
    boolean isAlone() {
        return !mirrored && !catchingUp;
    }

    @Override
    boolean isConfirmed(final long sequence) {
        return mirrored && confirming;
    }

    @Override
    long append(final Item item) {
        appended.add(Entry.of(item.kind()));
        return appended.size();
    }

    @Override
    long appendSnapshot(final Map<String, String> items) {
        appended.add(Entry.SNAPSHOT);
        isLong = false;
        return appended.size();
    }

    @Override
    void trimBefore(final long lastOfSnapshot, final int items) {
        trimmedBefore = lastOfSnapshot;
    }

    @Override
    boolean isLong() {
        return isLong;
    }
}
