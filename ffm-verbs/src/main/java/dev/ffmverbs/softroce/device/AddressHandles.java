// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.AddressHandleOperations;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The address handles of a protection domain, by the number that requests name them with.
 *
 * <p>Thread-safe. Finding a handle takes no lock and allocates nothing.
 */
final class AddressHandles {

    private static final int INITIAL_CAPACITY = 8;

    /** The handles, each at the index in the lower half of its number. */
    private volatile AtomicReferenceArray<Handle> handles = new AtomicReferenceArray<>(INITIAL_CAPACITY);

    /** Makes the numbers of handles at one index different. Guarded by this object, like all changes. */
    private int generation;

    /** No index before this one is free. */
    private int lowestFree;

    private final class Handle implements AddressHandleOperations {

        private final long number;
        private final UdpPath path;

        private Handle(final long number, final UdpPath path) {
            this.number = number;
            this.path = path;
        }

        @Override
        public long handle() {
            return number;
        }

        @Override
        public void close() {
            remove(this);
        }
    }

    /** Creates a handle for a path. Returns null if there are too many. */
    synchronized AddressHandleOperations add(final UdpPath path) {
        final int index = findFree();
        if (index == DeviceLimits.MAX_ADDRESS_HANDLES) {
            return null;
        }
        lowestFree = index + 1;
        generation++;
        final Handle handle = new Handle((long) generation << Integer.SIZE | index, path);
        handles.set(index, handle);
        return handle;
    }

    /** Returns a free index, after growing the array if necessary. */
    private int findFree() {
        final AtomicReferenceArray<Handle> present = handles;
        int index = lowestFree;
        while (index < present.length() && present.get(index) != null) {
            index++;
        }
        if (index == present.length() && index < DeviceLimits.MAX_ADDRESS_HANDLES) {
            final AtomicReferenceArray<Handle> larger = new AtomicReferenceArray<>(2 * index);
            for (int i = 0; i < index; i++) {
                larger.set(i, present.get(i));
            }
            handles = larger;
        }
        return index;
    }

    private synchronized void remove(final Handle handle) {
        final int index = (int) handle.number;
        if (handles.compareAndSet(index, handle, null)) {
            lowestFree = Math.min(lowestFree, index);
        }
    }

    /** Returns the path of a handle, or null if no open handle has the number. */
    UdpPath find(final long number) {
        final AtomicReferenceArray<Handle> present = handles;
        final int index = (int) number;
        final Handle handle = index >= 0 && index < present.length() ? present.get(index) : null;
        return handle != null && handle.number == number ? handle.path : null;
    }
}
