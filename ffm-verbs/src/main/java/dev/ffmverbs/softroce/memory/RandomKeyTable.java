// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Maps keys that peers name but cannot guess, such as memory keys and queue pair numbers, to objects.
 *
 * <p>Keys are drawn at random. A key therefore reveals nothing about other keys, and a key from an earlier run of the
 * process names nothing in this one. A lookup does not allocate. It uses linear probing over a table that is at most
 * half full, where the random key is its own hash.
 *
 * <p>Not thread-safe.
 *
 * @param <T> type of the objects.
 */
public final class RandomKeyTable<T> {

    private static final int INITIAL_SLOTS = 16;

    private final RandomGenerator random;
    private final int lowest;
    private final int span;
    private int[] keys = new int[INITIAL_SLOTS];
    private Object[] values = new Object[INITIAL_SLOTS];
    private int size;

    /**
     * Creates an empty table.
     *
     * @param random  source of keys. Must be secure, except in tests.
     * @param lowest  lowest key to draw.
     * @param highest highest key to draw. Both bounds are unsigned, and this one is at least 2^16 above the lowest.
     */
    public RandomKeyTable(final RandomGenerator random, final int lowest, final int highest) {
        this.random = random;
        this.lowest = lowest;
        this.span = highest - lowest + 1;
    }

    /**
     * Draws a key that is free.
     *
     * @return a key for {@link #put}.
     * @throws IllegalStateException if half of all keys are taken.
     */
    public int draw() {
        if (Integer.compareUnsigned(size, span >>> 1) >= 0) {
            throw new IllegalStateException("half of all " + Integer.toUnsignedString(span) + " keys are taken");
        }
        int key;
        do {
            key = lowest + (int) random.nextLong(Integer.toUnsignedLong(span));
        } while (get(key) != null);
        return key;
    }

    /**
     * Adds an object.
     *
     * @param key   unused key: either from {@link #draw()}, or a well-known one outside the range of drawn keys.
     * @param value the object.
     * @throws IllegalStateException if the key is taken.
     */
    public void put(final int key, final T value) {
        if (get(key) != null) {
            throw new IllegalStateException("key 0x" + Integer.toHexString(key) + " is taken");
        }
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        insert(key, value);
        size++;
    }

    /**
     * Returns the object of a key.
     *
     * @param key any key.
     * @return its object, or null.
     */
    @SuppressWarnings("unchecked")
    public T get(final int key) {
        final int[] keys = this.keys;
        final Object[] values = this.values;
        final int mask = keys.length - 1;
        int slot = key & mask;
        Object value = values[slot];
        while (value != null && keys[slot] != key) {
            slot = slot + 1 & mask;
            value = values[slot];
        }
        return (T) value;
    }

    /**
     * Removes a key.
     *
     * @param key any key.
     * @return the object that it had, or null.
     */
    public T remove(final int key) {
        final T removed = get(key);
        if (removed != null) {
            final int mask = keys.length - 1;
            int slot = key & mask;
            while (keys[slot] != key || values[slot] == null) {
                slot = slot + 1 & mask;
            }
            values[slot] = null;
            size--;
            closeGap(slot, mask);
        }
        return removed;
    }

    /**
     * Returns the number of keys in use.
     *
     * @return number of objects.
     */
    public int size() {
        return size;
    }

    /**
     * Visits all objects, in no particular order.
     *
     * @param visitor called once for each object. Must not change the table.
     */
    @SuppressWarnings("unchecked")
    public void forEach(final Consumer<? super T> visitor) {
        for (final Object value : values) {
            if (value != null) {
                visitor.accept((T) value);
            }
        }
    }

    /** Reinserts the entries that were pushed past a slot that is now free, so that probing still finds them. */
    private void closeGap(final int gap, final int mask) {
        int slot = gap + 1 & mask;
        while (values[slot] != null) {
            final Object value = values[slot];
            values[slot] = null;
            insert(keys[slot], value);
            slot = slot + 1 & mask;
        }
    }

    private void insert(final int key, final Object value) {
        final int mask = keys.length - 1;
        int slot = key & mask;
        while (values[slot] != null) {
            slot = slot + 1 & mask;
        }
        keys[slot] = key;
        values[slot] = value;
    }

    private void grow() {
        final int[] oldKeys = keys;
        final Object[] oldValues = values;
        keys = new int[2 * oldKeys.length];
        values = new Object[2 * oldKeys.length];
        for (int slot = 0; slot < oldKeys.length; slot++) {
            if (oldValues[slot] != null) {
                insert(oldKeys[slot], oldValues[slot]);
            }
        }
    }
}
