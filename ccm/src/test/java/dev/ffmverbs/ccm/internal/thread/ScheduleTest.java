// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScheduleTest {

    private static final long SEED = 20261128;
    private static final int MANY = 1_000;

    private final Schedule<Integer> schedule = new Schedule<>();
    private final List<Schedule.Entry<Integer>> entries =
        IntStream.range(0, MANY).mapToObj(schedule::add).toList();

    /** Returns all that have something to do at this time. */
    private List<Integer> collect(final long nowNs) {
        final List<Integer> collected = new ArrayList<>();
        for (int left = schedule.collect(nowNs); left > 0; left--) {
            collected.add(schedule.next().owner());
        }
        return collected;
    }

    private void letAllWait(final long nowNs, final long delayNs) {
        collect(nowNs);
        entries.forEach(entry -> schedule.setDue(entry, nowNs, delayNs));
    }

    @Test
    void ofAThousandOnlyTheOneThatIsWokenHasSomethingToDo() {
        letAllWait(0, 1_000);
        assertEquals(List.of(), collect(500));

        schedule.wake(entries.get(617));
        schedule.wake(entries.get(617));

        assertTrue(schedule.isAnyReady());
        assertEquals(List.of(617), collect(501));
        assertFalse(schedule.isAnyReady());
        assertEquals(499, schedule.untilNextNs(501));
    }

    @Test
    void anOwnerThatIsNeverDueIsCollectedOnlyWhenWoken() {
        letAllWait(0, Schedule.NEVER);

        assertEquals(Schedule.NEVER, schedule.untilNextNs(0));
        assertEquals(List.of(), collect(Long.MAX_VALUE / 4));
        schedule.wake(entries.get(3));
        assertEquals(List.of(3), collect(0));
    }

    @Test
    void eachIsCollectedAtItsTimeHoweverOftenThatIsChanged() {
        final Random story = new Random(SEED);
        letAllWait(0, Schedule.NEVER);
        final TreeMap<Integer, Long> expected = new TreeMap<>();
        long nowNs = Long.MAX_VALUE - 1_000_000;
        for (int turn = 0; turn < 20_000; turn++) {
            final int which = story.nextInt(MANY);
            if (story.nextInt(10) == 0) {
                schedule.setDue(entries.get(which), nowNs, Schedule.NEVER);
                expected.remove(which);
            } else {
                final long delayNs = 1 + story.nextInt(2_000);
                schedule.setDue(entries.get(which), nowNs, delayNs);
                expected.put(which, nowNs + delayNs);
            }
            nowNs += story.nextInt(20);
            final long atNs = nowNs;
            final List<Integer> due =
                expected.entrySet().stream().filter(entry -> entry.getValue() - atNs <= 0).map(entry -> entry.getKey())
                    .toList();
            due.forEach(expected::remove);
            assertEquals(due, collect(nowNs).stream().sorted().toList(), "seed " + SEED + ", turn " + turn);
            assertEquals(expected.values().stream().mapToLong(dueNs -> dueNs - atNs).min().orElse(Schedule.NEVER),
                schedule.untilNextNs(nowNs), "seed " + SEED + ", turn " + turn);
        }
    }

    @Test
    void noneThatIsWokenByAnyThreadIsForgotten() throws Exception {
        letAllWait(0, Schedule.NEVER);
        final int rounds = 200;
        final AtomicIntegerArray seen = new AtomicIntegerArray(MANY);
        final List<Thread> wakers = IntStream.range(0, 4).mapToObj(waker -> Thread.ofPlatform().start(() -> {
            for (int round = 0; round < rounds; round++) {
                for (int i = waker; i < MANY; i += 2) {
                    schedule.wake(entries.get(i));
                }
            }
        })).toList();
        while (wakers.stream().anyMatch(Thread::isAlive)) {
            collect(0).forEach(seen::incrementAndGet);
        }
        for (final Thread waker : wakers) {
            waker.join();
        }
        collect(0).forEach(seen::incrementAndGet);
        entries.forEach(schedule::wake);

        assertEquals(MANY, collect(0).stream().distinct().count(), "all can be woken again");
        assertTrue(IntStream.range(0, MANY).allMatch(i -> seen.get(i) > 0), "each was collected");
    }
}
