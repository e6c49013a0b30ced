// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Copies between user memory and packets so that no aligned word of user memory is ever torn.
 *
 * <p>Short ranges move word by word, in ascending order, with acquire or release. Long ones pass through an aligned
 * buffer of this object: a copy whose two addresses and length are multiples of eight is made in units of eight bytes
 * or more ({@code jdk.internal.misc.Unsafe.copyMemory}), and even done twice it is several times faster than the loop.
 *
 * <p>Packets need no such care, one thread has them; nor is this object made for several threads at once.
 */
final class WordCopy {

    private static final int WORD_BYTES = Long.BYTES;
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final VarHandle HALF = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();
    private static final ValueLayout.OfLong PACKET_WORD = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt PACKET_HALF = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    /** Longest range, in bytes, that moves word by word: a cache line, which is a status record. */
    private static final int SHORT_BYTES = 64;
    private static final int BOUNCE_BYTES = 4096;

    private final MemorySegment bounce = Arena.ofAuto().allocate(BOUNCE_BYTES, SHORT_BYTES);

    /**
     * Reads user memory.
     *
     * @param memory       user memory, native.
     * @param offset       where to start in it.
     * @param packet       where to put it.
     * @param packetOffset where to start there.
     * @param bytes        how much, at most 4096.
     */
    void read(
        final MemorySegment memory, final long offset, final MemorySegment packet, final long packetOffset,
        final int bytes) {
        final long end = offset + bytes;
        final long shift = packetOffset - offset;
        final long base = memory.address();
        long at = offset;
        while (at < end && (base + at & WORD_BYTES - 1) != 0) {
            at = readPart(memory, at, end, packet, shift);
        }
        if (end - at > SHORT_BYTES) {
            final long words = end - at & -WORD_BYTES;
            final MemorySegment bounce = this.bounce;
            MemorySegment.copy(memory, at, bounce, 0, words);
            VarHandle.acquireFence();
            MemorySegment.copy(bounce, 0, packet, at + shift, words);
            at += words;
        }
        for (; at <= end - WORD_BYTES; at += WORD_BYTES) {
            packet.set(PACKET_WORD, at + shift, (long) WORD.getAcquire(memory, at));
        }
        while (at < end) {
            at = readPart(memory, at, end, packet, shift);
        }
    }

    /**
     * Writes user memory.
     *
     * @param packet       where to take it from.
     * @param packetOffset where to start there.
     * @param memory       user memory, native and writable.
     * @param offset       where to start in it.
     * @param bytes        how much, at most 4096.
     */
    void write(
        final MemorySegment packet, final long packetOffset, final MemorySegment memory, final long offset,
        final int bytes) {
        final long end = offset + bytes;
        final long shift = packetOffset - offset;
        final long base = memory.address();
        long at = offset;
        while (at < end && (base + at & WORD_BYTES - 1) != 0) {
            at = writePart(packet, shift, memory, at, end);
        }
        if (end - at > SHORT_BYTES) {
            final long words = end - at & -WORD_BYTES;
            final MemorySegment bounce = this.bounce;
            MemorySegment.copy(packet, at + shift, bounce, 0, words);
            VarHandle.releaseFence();
            MemorySegment.copy(bounce, 0, memory, at, words);
            at += words;
        }
        for (; at <= end - WORD_BYTES; at += WORD_BYTES) {
            WORD.setRelease(memory, at, packet.get(PACKET_WORD, at + shift));
        }
        while (at < end) {
            at = writePart(packet, shift, memory, at, end);
        }
    }

    /** Copies four bytes where four aligned ones are left before the next word or the end, else one. */
    private static long readPart(
        final MemorySegment memory, final long at, final long end, final MemorySegment packet, final long shift) {
        if (end - at >= Integer.BYTES && (memory.address() + at & Integer.BYTES - 1) == 0) {
            packet.set(PACKET_HALF, at + shift, (int) HALF.getAcquire(memory, at));
            return at + Integer.BYTES;
        }
        packet.set(BYTE, at + shift, memory.get(BYTE, at));
        return at + 1;
    }

    private static long writePart(
        final MemorySegment packet, final long shift, final MemorySegment memory, final long at, final long end) {
        if (end - at >= Integer.BYTES && (memory.address() + at & Integer.BYTES - 1) == 0) {
            HALF.setRelease(memory, at, packet.get(PACKET_HALF, at + shift));
            return at + Integer.BYTES;
        }
        memory.set(BYTE, at, packet.get(BYTE, at + shift));
        return at + 1;
    }
}
