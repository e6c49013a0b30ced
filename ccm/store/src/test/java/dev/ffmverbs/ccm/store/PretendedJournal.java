// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Logs without a partner: a test says what they have, and when the partner confirms. */
final class PretendedJournal extends Journal {

    final Replay own = Replay.empty();
    final Replay partners = Replay.empty();
    final List<Entry> appended = new ArrayList<>();
    boolean mirrored;
    boolean confirming;
    boolean isLong;
    long trimmedBefore;

    PretendedJournal() {
        super(null);
    }

    @Override
    Replay replayOwn() {
        return own;
    }

    @Override
    Replay replayPartners() {
        return partners;
    }

    @Override
    boolean isMirrored() {
        return mirrored;
    }

    @Override
    boolean isConfirmed() {
        return mirrored && confirming;
    }

    @Override
    boolean isConfirmed(final long sequence) {
        return isConfirmed();
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
