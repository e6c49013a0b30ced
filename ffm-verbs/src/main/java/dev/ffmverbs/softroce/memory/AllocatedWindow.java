// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

/**
 * A memory window. The upper 24 bits of its keys are its index, and its user chooses the lower eight (IBTA volume 1,
 * 10.6.7).
 *
 * <p>Guarded by the dispatch lock.
 */
public final class AllocatedWindow {

    private static final int USER_BITS = 8;
    private static final int USER_MASK = (1 << USER_BITS) - 1;

    private final int index;
    private final int protectionDomain;
    private final boolean ofQueuePair;

    private int key;

    /** The region that the window is bound to and what the window opens of it, or null while it is not bound. */
    private RegisteredMemory region;
    private RegisteredMemory opened;

    AllocatedWindow(final int index, final int protectionDomain, final boolean ofQueuePair, final int userBits) {
        this.index = index;
        this.protectionDomain = protectionDomain;
        this.ofQueuePair = ofQueuePair;
        this.key = keyOf(index, userBits);
    }

    /** Returns the index that a key names if it is the key of a window. */
    static int indexOf(final int key) {
        return key >>> USER_BITS;
    }

    /** Returns the key with an index and the lower bits of any number. */
    static int keyOf(final int index, final int userBits) {
        return index << USER_BITS | userBits & USER_MASK;
    }

    /**
     * Returns the key that follows another key of the same window.
     *
     * @param key key of a window.
     * @return the key with the same index and the next lower eight bits.
     */
    public static int nextKey(final int key) {
        return keyOf(indexOf(key), key + 1);
    }

    /**
     * Returns the index.
     *
     * @return 24 bits that no other window or region of the device has in its keys.
     */
    public int index() {
        return index;
    }

    /**
     * Returns the key of the last bind, or the first key of a window that was never bound.
     *
     * @return the key, which opens memory to peers only while the window is bound.
     */
    public int key() {
        return key;
    }

    int protectionDomain() {
        return protectionDomain;
    }

    /** Returns whether this is a window of type 2, which belongs to the queue pair that bound it. */
    boolean isOfQueuePair() {
        return ofQueuePair;
    }

    boolean isBound() {
        return opened != null;
    }

    /** Returns whether requests of a queue pair may change the window. */
    boolean isOpenTo(final int queuePair) {
        return opened == null || opened.isOpenTo(queuePair);
    }

    void bind(final int newKey, final RegisteredMemory newRegion, final RegisteredMemory newlyOpened) {
        key = newKey;
        region = newRegion;
        opened = newlyOpened;
        if (region != null) {
            region.addWindow();
        }
    }

    void unbind() {
        if (region != null) {
            region.removeWindow();
        }
        region = null;
        opened = null;
    }

    @Override
    public String toString() {
        return "AllocatedWindow[key=0x" + Integer.toHexString(key) + ", type=" + (ofQueuePair ? 2 : 1)
            + ", protectionDomain=" + protectionDomain + (opened == null ? "" : ", opened=" + opened) + "]";
    }
}
