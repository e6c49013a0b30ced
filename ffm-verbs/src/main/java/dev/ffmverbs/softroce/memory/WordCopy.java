// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Copies between user memory and packets without tearing any aligned word of user memory.
 *
 * <p>Short ranges move word by word, in ascending order, with acquire or release. Long ranges pass through an aligned
 * buffer of this object. A copy whose addresses and length are all multiples of eight runs in units of eight bytes or
 * more ({@code jdk.internal.misc.Unsafe.copyMemory}). Even with two such copies it is several times faster than the
 * loop.
 *
 * <p>Packets need no such care, because one thread owns them. This object is not thread-safe either.
 */
final class WordCopy {

    private static final int WORD_BYTES = Long.BYTES;
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final VarHandle HALF = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();
    private static final ValueLayout.OfLong PACKET_WORD = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt PACKET_HALF = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    /** Longest range, in bytes, that moves word by word: a cache line, the size of a status record. */
    private static final int SHORT_BYTES = 64;
    private static final int BOUNCE_BYTES = 4096;

    private final MemorySegment bounce = Arena.ofAuto().allocate(BOUNCE_BYTES, SHORT_BYTES);

    /**
     * Reads user memory.
     *
     * @param memory       user memory. Must be native.
     * @param offset       offset to start at in user memory.
     * @param packet       memory of the packet to copy to.
     * @param packetOffset offset to start at in the packet.
     * @param bytes        number of bytes, at most 4096.
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
     * @param packet       memory of the packet to copy from.
     * @param packetOffset offset to start at in the packet.
     * @param memory       user memory. Must be native and writable.
     * @param offset       offset to start at in user memory.
     * @param bytes        number of bytes, at most 4096.
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

    /** Copies four bytes if four aligned ones remain before the next word or the end, else one byte. */
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
