// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Objects under keys that peers name but cannot guess: memory keys, queue pair numbers.
 *
 * <p>Keys are drawn at random, so that a key tells nothing about others, and a key of an earlier life of the process
 * names nothing in this one. Looking up allocates nothing: linear probing over a table at most half full, where the
 * random key is its own hash.
 *
 * <p>Not safe for use by several threads at once.
 *
 * @param <T> what the keys stand for.
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
     * @param random  source of keys; a secure one, except in tests.
     * @param lowest  lowest key to draw.
     * @param highest highest key to draw, both as unsigned numbers; at least 2^16 above the lowest.
     */
    public RandomKeyTable(final RandomGenerator random, final int lowest, final int highest) {
        this.random = random;
        this.lowest = lowest;
        this.span = highest - lowest + 1;
    }

    /**
     * Draws a key that is free now.
     *
     * @return the key; {@link #put} takes it.
     * @throws IllegalStateException when half of all keys are taken.
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
     * Enters an object.
     *
     * @param key   key from {@link #draw()}, or a well-known one outside the range drawn from; free.
     * @param value the object.
     * @throws IllegalStateException when the key is taken.
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
     * Looks a key up.
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
     * @return the object it had, or null.
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
     * How many keys are taken.
     *
     * @return number of objects.
     */
    public int size() {
        return size;
    }

    /**
     * Visits all objects, in no order.
     *
     * @param visitor called once for each; must not change the table.
     */
    @SuppressWarnings("unchecked")
    public void forEach(final Consumer<? super T> visitor) {
        for (final Object value : values) {
            if (value != null) {
                visitor.accept((T) value);
            }
        }
    }

    /** Re-enters what was pushed past a slot that is now free, so that probing still finds it. */
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
