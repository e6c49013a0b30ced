// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ring;

/** Offsets in the memory of either end, and in a frame. Numbers are in the byte order of x86_64 and aarch64, little. */
final class RingLayout {

    /** The word that the peer writes: the end of the last frame at the reader, the reader's position at the writer. */
    static final long PEER_POSITION = 0;

    /** The reader's position, from where it is written to the peer. In another cache line than the word above. */
    static final long OWN_POSITION = 64;

    /** The ring. */
    static final long FRAMES = 128;

    /** In a frame: the position at which it ends. */
    static final long FRAME_END = 0;

    /** In a frame: length of the message in bytes, or {@link #SKIP}. */
    static final long MESSAGE_LENGTH = 8;

    /** In a frame: the message. */
    static final int MESSAGE = 16;

    /** Length of a message that is none: the next frame is at the beginning of the ring. */
    static final int SKIP = -1;

    /**
     * The memory of a writer is longer than that of a reader by this number, so that the length, which a peer learns
     * with the address, tells which end it is.
     */
    static final int WRITERS_SURPLUS = 64;

    static final int SMALLEST_CAPACITY = 1 << 10;
    static final int LARGEST_CAPACITY = 1 << 30;

    /** Frames begin at multiples of this number, so that there is room for {@link #SKIP} wherever the ring ends. */
    private static final int FRAME_ALIGNMENT = 16;

    private RingLayout() {
    }

    static int frameBytes(final int messageBytes) {
        return MESSAGE + messageBytes + FRAME_ALIGNMENT - 1 & -FRAME_ALIGNMENT;
    }

    /**
     * Returns the longest message of a ring. A frame, and as much space that is skipped for it, take half of the ring,
     * and the reader returns space whenever it has read a quarter. A message therefore always fits in the end.
     */
    static int maximumMessageBytes(final int capacityBytes) {
        return capacityBytes / 4 - MESSAGE;
    }
}
