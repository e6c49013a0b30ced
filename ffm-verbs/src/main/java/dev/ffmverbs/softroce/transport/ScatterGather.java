// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.layout.ScatterGatherElementLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Moves bytes between packets and the memory that a list of scatter / gather elements names.
 *
 * <p>Keys are resolved again for every packet, because memory may be deregistered between two packets of a message.
 */
final class ScatterGather {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private final MemoryTable memory;
    private final int protectionDomain;

    ScatterGather(final MemoryTable memory, final int protectionDomain) {
        this.memory = memory;
        this.protectionDomain = protectionDomain;
    }

    int protectionDomain() {
        return protectionDomain;
    }

    static void setElement(
        final MemorySegment list, final long element, final long address, final int bytes, final int lkey) {
        list.set(LONG, element + ScatterGatherElementLayout.ADDRESS, address);
        list.set(INT, element + ScatterGatherElementLayout.LENGTH, bytes);
        list.set(INT, element + ScatterGatherElementLayout.LKEY, lkey);
    }

    /** Returns the sum of the lengths of the elements. */
    static long lengthBytes(final MemorySegment list, final long offset, final int elements) {
        long bytes = 0;
        for (int i = 0; i < elements; i++) {
            bytes += elementBytes(list, offset + (long) i * SendQueue.ELEMENT_BYTES);
        }
        return bytes;
    }

    /**
     * Returns whether every element names memory that is registered with these rights. Empty elements name no memory.
     */
    boolean isRegistered(final MemorySegment list, final long offset, final int elements, final int rights) {
        for (int i = 0; i < elements; i++) {
            final long element = offset + (long) i * SendQueue.ELEMENT_BYTES;
            final long bytes = elementBytes(list, element);
            if (bytes != 0 && find(list, element, rights, 0, bytes) == null) {
                return false;
            }
        }
        return true;
    }

    /**
     * Copies from the memory of the elements into a packet.
     *
     * @return false if memory is not registered or no longer alive.
     */
    boolean gather(
        final MemorySegment list, final long offset, final long skip, final MemorySegment packet,
        final long packetOffset, final int bytes) {
        return move(list, offset, skip, packet, packetOffset, bytes, false);
    }

    /**
     * Copies from a packet into the memory of the elements.
     *
     * @return false if memory is not registered for local writes or no longer alive.
     */
    boolean scatter(
        final MemorySegment list, final long offset, final long skip, final MemorySegment packet,
        final long packetOffset, final int bytes) {
        return move(list, offset, skip, packet, packetOffset, bytes, true);
    }

    /** The caller has checked that the elements have at least {@code skip + bytes} bytes in total. */
    private boolean move(
        final MemorySegment list, final long offset, final long skip, final MemorySegment packet,
        final long packetOffset, final int bytes, final boolean scatter) {
        long element = offset;
        long before = skip;
        int moved = 0;
        while (moved < bytes) {
            final long elementBytes = elementBytes(list, element);
            if (before >= elementBytes) {
                before -= elementBytes;
            } else {
                final int part = (int) Math.min(bytes - moved, elementBytes - before);
                final int rights = scatter ? AccessFlags.LOCAL_WRITE : 0;
                final RegisteredMemory target = find(list, element, rights, before, part);
                final long address = list.get(LONG, element + ScatterGatherElementLayout.ADDRESS) + before;
                if (target == null || !(scatter
                    ? target.write(packet, packetOffset + moved, address, part)
                    : target.read(address, packet, packetOffset + moved, part))) {
                    return false;
                }
                moved += part;
                before = 0;
            }
            element += SendQueue.ELEMENT_BYTES;
        }
        return true;
    }

    private RegisteredMemory find(
        final MemorySegment list, final long element, final int rights, final long skip, final long bytes) {
        return memory.find(list.get(INT, element + ScatterGatherElementLayout.LKEY), protectionDomain, rights,
            list.get(LONG, element + ScatterGatherElementLayout.ADDRESS) + skip, bytes);
    }

    private static long elementBytes(final MemorySegment list, final long element) {
        return Integer.toUnsignedLong(list.get(INT, element + ScatterGatherElementLayout.LENGTH));
    }
}
