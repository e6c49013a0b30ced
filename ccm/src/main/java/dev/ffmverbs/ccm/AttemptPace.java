// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Limits how many attempts to connect a node makes at a time, so that each of them ends before its time limit. When all
 * partners of a node connect at once, most attempts would otherwise fail, and be made again.
 *
 * <p>An attempt counts until it ends, and at most for a short time, because an attempt to reach an absent partner takes
 * long and costs little. Those that have to wait stand in line. Partners that have shown signs of life come first,
 * because attempts to reach them succeed.
 *
 * <p>Each change costs the same, however long the line is. Used by the session thread. Does not read the clock.
 */
final class AttemptPace {

    static final int MOST_AT_ONCE = 128;

    /** After this time, a partner that is not absent has usually answered. */
    static final long COUNTED_NS = TimeUnit.MILLISECONDS.toNanos(200);

    /** A place in line is woken when it is the first. It looks again after this time, in case that has failed. */
    static final long IN_LINE_NS = TimeUnit.SECONDS.toNanos(1);

    /** Those that make an attempt, in the order in which they began. */
    private final Set<Place> counted = new LinkedHashSet<>();
    private final Set<Place> aliveInLine = new LinkedHashSet<>();
    private final Set<Place> othersInLine = new LinkedHashSet<>();

    /**
     * Returns a place for the attempts to reach one partner.
     *
     * @param wakeUp called when {@link Place#take} is to be called again.
     */
    Place newPlace(final Runnable wakeUp) {
        return new Place(wakeUp);
    }

    private Place first() {
        final Iterator<Place> line = (aliveInLine.isEmpty() ? othersInLine : aliveInLine).iterator();
        return line.hasNext() ? line.next() : null;
    }

    private void wakeFirst() {
        final Place first = first();
        if (first != null) {
            first.wakeUp.run();
        }
    }

    /** Stops counting attempts that have taken long. Returns how long the oldest that counts still does. */
    private long dropOld(final long nowNs) {
        final Iterator<Place> oldest = counted.iterator();
        while (oldest.hasNext()) {
            final long leftNs = oldest.next().beganNs + COUNTED_NS - nowNs;
            if (leftNs > 0) {
                return leftNs;
            }
            oldest.remove();
        }
        return 0;
    }

    /** The place of the attempts to reach one partner. It makes one at a time. */
    final class Place {

        private final Runnable wakeUp;
        private boolean alive;
        private long beganNs;

        private Place(final Runnable wakeUp) {
            this.wakeUp = wakeUp;
        }

        /**
         * Begins an attempt, or stands in line.
         *
         * @return 0 if the attempt may begin; otherwise in how many nanoseconds to call again, unless woken earlier.
         */
        long take(final long nowNs) {
            final long untilNextNs = dropOld(nowNs);
            final Set<Place> line = alive ? aliveInLine : othersInLine;
            line.add(this);
            if (first() != this) {
                return IN_LINE_NS;
            }
            if (counted.size() >= MOST_AT_ONCE) {
                return untilNextNs;
            }
            line.remove(this);
            beganNs = nowNs;
            counted.add(this);
            wakeFirst();
            return 0;
        }

        /** Comes before those that have shown no signs of life, for the next attempt. */
        void comeFirst() {
            if (!alive && othersInLine.remove(this)) {
                aliveInLine.add(this);
                wakeFirst();
            }
            alive = true;
        }

        /** Ends the attempt, or leaves the line. */
        void release() {
            final Set<Place> line = alive ? aliveInLine : othersInLine;
            alive = false;
            if (counted.remove(this) || line.remove(this)) {
                wakeFirst();
            }
        }
    }
}
