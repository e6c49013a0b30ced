// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The table of a node: buckets in memory that clients READ at any time. One thread changes it.
 *
 * <p>It holds what the node has answered, never more: an item gets here after both nodes hold the entry of the log that
 * makes it. A bucket never overflows into another one, so that one READ finds a key or shows that it is not there. A
 * key whose bucket is full is refused.
 */
final class Table {

    private final MemorySegment memory;
    private final int buckets;

    Table(final MemorySegment memory) {
        this.memory = memory;
        this.buckets = Math.toIntExact(memory.byteSize() / Bucket.BYTES);
        load(Map.of());
    }

    int buckets() {
        return buckets;
    }

    private long offsetOf(final byte[] key) {
        return (long) Bucket.indexOf(key, buckets) * Bucket.BYTES;
    }

    Optional<String> get(final String key) {
        final byte[] keyBytes = Item.encodeKey(key);
        return Bucket.find(memory, offsetOf(keyBytes), keyBytes);
    }

    /** Whether the bucket of a key has the key already, or a slot for it. */
    boolean hasRoomFor(final String key) {
        final byte[] keyBytes = Item.encodeKey(key);
        return slotFor(offsetOf(keyBytes), keyBytes) >= 0;
    }

    private int slotFor(final long bucket, final byte[] key) {
        final int present = Bucket.slotOf(memory, bucket, key);
        for (int slot = 0; present < 0 && slot < Bucket.SLOTS; slot++) {
            if (Item.kindAt(memory, Bucket.slotOffset(bucket, slot)) == 0) {
                return slot;
            }
        }
        return present;
    }

    void put(final String key, final String value) {
        final byte[] keyBytes = Item.encodeKey(key);
        final long bucket = offsetOf(keyBytes);
        final int slot = slotFor(bucket, keyBytes);
        if (slot < 0) {
            throw new IllegalStateException("the bucket of key \"" + key + "\" is full");
        }
        new Item(Bucket.USED, key, value, 0).write(memory, Bucket.slotOffset(bucket, slot));
        Bucket.seal(memory, bucket);
    }

    void delete(final String key) {
        final byte[] keyBytes = Item.encodeKey(key);
        final long bucket = offsetOf(keyBytes);
        final int slot = Bucket.slotOf(memory, bucket, keyBytes);
        if (slot >= 0) {
            memory.asSlice(Bucket.slotOffset(bucket, slot), Item.BYTES).fill((byte) 0);
            Bucket.seal(memory, bucket);
        }
    }

    /** Replaces everything. Clients must not rely on what they READ meanwhile. */
    void load(final Map<String, String> items) {
        for (int bucket = 0; bucket < buckets; bucket++) {
            final long offset = (long) bucket * Bucket.BYTES;
            memory.asSlice(Bucket.slotOffset(offset, 0), (long) Bucket.SLOTS * Item.BYTES).fill((byte) 0);
            Bucket.seal(memory, offset);
        }
        items.forEach(this::put);
    }

    /** Returns all items. */
    Map<String, String> items() {
        final Map<String, String> items = new LinkedHashMap<>();
        for (int i = 0; i < buckets * Bucket.SLOTS; i++) {
            final long offset = Bucket.slotOffset((long) (i / Bucket.SLOTS) * Bucket.BYTES, i % Bucket.SLOTS);
            if (memory.get(ValueLayout.JAVA_BYTE, offset) != 0) {
                final Item item = Item.read(memory, offset);
                items.put(item.key(), item.value());
            }
        }
        return items;
    }
}
