// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The memory of one bucket of the table, which one READ fetches: a checksum, the number of changes, and three slots.
 *
 * <p>A READ may fetch a bucket while the owner changes it. The checksum covers everything else in the bucket, so that
 * such a mixture of old and new is recognised, and read again.
 */
final class Bucket {

    static final int SLOTS = 3;
    static final int BYTES = 256;

    /** The kind of an item in a slot; 0 is an empty slot. */
    static final byte USED = 1;

    private static final long CHECKSUM = 0;
    private static final long CHANGES = 8;
    private static final long FIRST_SLOT = 16;

    private Bucket() {
    }

    /** Returns which of a number of buckets a key belongs to. */
    static int indexOf(final byte[] key, final int buckets) {
        final CRC32C hash = new CRC32C();
        hash.update(key);
        return (int) (hash.getValue() % buckets);
    }

    static long slotOffset(final long bucketOffset, final int slot) {
        return bucketOffset + FIRST_SLOT + (long) slot * Item.BYTES;
    }

    /** Gives a bucket that was changed its checksum. Until then, who READs it recognises that it is incomplete. */
    static void seal(final MemorySegment table, final long offset) {
        final long changes = table.get(ValueLayout.JAVA_LONG, offset + CHANGES);
        table.set(ValueLayout.JAVA_LONG, offset + CHANGES, changes + 1);
        table.set(ValueLayout.JAVA_INT, offset + CHECKSUM, checksum(table, offset));
    }

    /** Whether everything in a bucket was there at one moment. */
    static boolean isWhole(final MemorySegment memory, final long offset) {
        return memory.get(ValueLayout.JAVA_INT, offset + CHECKSUM) == checksum(memory, offset);
    }

    private static int checksum(final MemorySegment memory, final long offset) {
        final CRC32C checksum = new CRC32C();
        checksum.update(memory.asSlice(offset + CHANGES, BYTES - CHANGES).asByteBuffer());
        return (int) checksum.getValue();
    }

    /** Returns the slot of a key; -1 if it is not in this bucket. */
    static int slotOf(final MemorySegment memory, final long offset, final byte[] key) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (Item.hasKey(memory, slotOffset(offset, slot), key)) {
                return slot;
            }
        }
        return -1;
    }

    /** Returns the value of a key, if it is in this bucket. */
    static Optional<String> find(final MemorySegment memory, final long offset, final byte[] key) {
        final int slot = slotOf(memory, offset, key);
        return slot < 0 ? Optional.empty() : Optional.of(Item.valueAt(memory, slotOffset(offset, slot)));
    }
}
