// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import java.util.Arrays;

/** Runs actions at their times, one after the other. Actions of the same time run in the order they were added. */
final class VirtualTime {

    private long[] times = new long[64];
    private long[] numbers = new long[64];
    private Runnable[] actions = new Runnable[64];
    private int size;
    private long added;
    private long nowNs;

    long nowNs() {
        return nowNs;
    }

    void after(final long delayNs, final Runnable action) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
            actions = Arrays.copyOf(actions, 2 * size);
        }
        final long timeNs = nowNs + Math.max(0, delayNs);
        final long number = added++;
        int place = size++;
        while (place > 0 && times[(place - 1) / 2] > timeNs) {
            move((place - 1) / 2, place);
            place = (place - 1) / 2;
        }
        put(place, timeNs, number, action);
    }

    private void move(final int from, final int to) {
        put(to, times[from], numbers[from], actions[from]);
    }

    private void put(final int place, final long timeNs, final long number, final Runnable action) {
        times[place] = timeNs;
        numbers[place] = number;
        actions[place] = action;
    }

    private boolean isBefore(final int one, final long timeNs, final long number) {
        return times[one] < timeNs || times[one] == timeNs && numbers[one] < number;
    }

    /** Returns the time of the next action. */
    long nextNs() {
        return times[0];
    }

    /** Advances to the next action and returns it. */
    Runnable take() {
        final Runnable first = actions[0];
        nowNs = times[0];
        size--;
        final long timeNs = times[size];
        final long number = numbers[size];
        final Runnable action = actions[size];
        actions[size] = null;
        if (size > 0) {
            sink(timeNs, number, action);
        }
        return first;
    }

    private void sink(final long timeNs, final long number, final Runnable action) {
        int place = 0;
        while (2 * place + 1 < size) {
            int child = 2 * place + 1;
            if (child + 1 < size && isBefore(child + 1, times[child], numbers[child])) {
                child++;
            }
            if (!isBefore(child, timeNs, number)) {
                break;
            }
            move(child, place);
            place = child;
        }
        put(place, timeNs, number, action);
    }

    /** Advances without an action. */
    void advanceTo(final long timeNs) {
        nowNs = timeNs;
    }
}
