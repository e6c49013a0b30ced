// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests which attempts to connect may begin, on a clock that is about to overflow. */
@Timeout(30)
class AttemptPaceTest {

    private static final int MANY = 1_000;

    private final AttemptPace pace = new AttemptPace();
    private final List<AttemptPace.Place> places = new ArrayList<>();
    private final List<Integer> woken = new ArrayList<>();
    private long nowNs = Long.MAX_VALUE - AttemptPace.COUNTED_NS / 2;

    private void addPlaces(final int count) {
        for (int i = 0; i < count; i++) {
            final int number = places.size();
            places.add(pace.newPlace(() -> woken.add(number)));
        }
    }

    private boolean begins(final int number) {
        return places.get(number).take(nowNs) == 0;
    }

    /** Takes all places, and forgets who was woken. */
    private void takeAll() {
        for (int i = 0; i < places.size(); i++) {
            assertEquals(i < AttemptPace.MOST_AT_ONCE, begins(i), "number " + i);
        }
        woken.clear();
    }

    @Test
    void aLimitedNumberBeginsAndTheFirstInLineLooksAgainWhenTheOldestAttemptNoLongerCounts() {
        addPlaces(AttemptPace.MOST_AT_ONCE);
        takeAll();
        addPlaces(2);
        nowNs += 7;
        assertEquals(AttemptPace.COUNTED_NS - 7, places.get(AttemptPace.MOST_AT_ONCE).take(nowNs));
        assertEquals(AttemptPace.IN_LINE_NS, places.get(AttemptPace.MOST_AT_ONCE + 1).take(nowNs));
    }

    @Test
    void theEndOfAnAttemptLetsTheFirstInLineBegin() {
        addPlaces(AttemptPace.MOST_AT_ONCE + 2);
        takeAll();
        places.get(5).release();

        assertEquals(List.of(AttemptPace.MOST_AT_ONCE), woken);
        assertTrue(!begins(AttemptPace.MOST_AT_ONCE + 1), "the second in line");
        assertTrue(begins(AttemptPace.MOST_AT_ONCE), "the first in line");
        assertEquals(AttemptPace.MOST_AT_ONCE + 1, woken.getLast(), "is first now");
    }

    @Test
    void eachAttemptWakesAFewPlacesHoweverLongTheLineIs() {
        addPlaces(MANY);
        takeAll();
        int begun = AttemptPace.MOST_AT_ONCE;
        int wakeUps = 0;
        for (int ended = 0; ended < MANY; ended++) {
            places.get(ended).release();
            while (!woken.isEmpty()) {
                wakeUps++;
                begun += begins(woken.removeFirst()) ? 1 : 0;
            }
        }

        assertEquals(MANY, begun);
        assertTrue(wakeUps <= 3 * MANY, wakeUps + " wake-ups");
    }

    @Test
    void anAttemptThatTakesLongHoldsNobodyUp() {
        addPlaces(2 * AttemptPace.MOST_AT_ONCE);
        takeAll();
        nowNs += AttemptPace.COUNTED_NS;
        for (int i = 0; i < AttemptPace.MOST_AT_ONCE; i++) {
            assertTrue(begins(AttemptPace.MOST_AT_ONCE + i), "number " + i + " in line");
        }
        places.getFirst().release();
        addPlaces(1);
        assertTrue(!begins(places.size() - 1), "an attempt that no longer counts made room");
    }

    @Test
    void aPartnerThatShowsSignsOfLifeComesFirst() {
        addPlaces(AttemptPace.MOST_AT_ONCE + 5);
        takeAll();
        places.get(AttemptPace.MOST_AT_ONCE + 3).comeFirst();
        assertEquals(List.of(AttemptPace.MOST_AT_ONCE + 3), woken);
        places.getFirst().release();

        assertTrue(!begins(AttemptPace.MOST_AT_ONCE), "the one that was first");
        assertTrue(begins(AttemptPace.MOST_AT_ONCE + 3), "the one that is alive");
    }

    @Test
    void aPartnerThatShowsSignsOfLifeBeforeItsAttemptComesFirstToo() {
        addPlaces(AttemptPace.MOST_AT_ONCE + 2);
        takeAll();
        addPlaces(1);
        places.getLast().comeFirst();
        assertEquals(AttemptPace.COUNTED_NS, places.getLast().take(nowNs));
        places.getFirst().release();

        assertTrue(begins(places.size() - 1));
    }

    @Test
    void oneThatLeavesTheLineMakesTheNextOneFirst() {
        addPlaces(AttemptPace.MOST_AT_ONCE + 2);
        takeAll();
        places.get(AttemptPace.MOST_AT_ONCE).release();

        assertEquals(List.of(AttemptPace.MOST_AT_ONCE + 1), woken);
        assertEquals(AttemptPace.COUNTED_NS, places.get(AttemptPace.MOST_AT_ONCE + 1).take(nowNs));
    }
}
