// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import dev.ffmverbs.spi.constants.AccessFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The memory windows of a device. A window that is bound has an entry in the table of keys, so that peers reach it in
 * the same way as a region.
 *
 * <p>The rules are those of IBTA volume 1, 10.6.6 and 10.6.7, as in Linux rxe ({@code rxe_mw.c}). Windows of type 2 are
 * of type 2B: they belong to a queue pair and to a protection domain.
 *
 * <p>Guarded by the dispatch lock of the device.
 */
public final class WindowTable {

    private static final int HIGHEST_INDEX = 0xFF_FFFF;
    private static final int KEYS_OF_AN_INDEX = 1 << 8;
    private static final int REMOTE_RIGHTS =
        AccessFlags.REMOTE_READ | AccessFlags.REMOTE_WRITE | AccessFlags.REMOTE_ATOMIC | AccessFlags.FLUSH_GLOBAL
            | AccessFlags.FLUSH_PERSISTENT;
    private static final int CHANGING_RIGHTS = AccessFlags.REMOTE_WRITE | AccessFlags.REMOTE_ATOMIC;

    private final RandomGenerator random;
    private final RandomKeyTable<RegisteredMemory> byKey;
    private final RandomKeyTable<AllocatedWindow> byIndex;

    /** How many windows of type 2 are bound. */
    private int boundToQueuePairs;

    WindowTable(final RandomGenerator random, final RandomKeyTable<RegisteredMemory> byKey) {
        this.random = random;
        this.byKey = byKey;
        this.byIndex = new RandomKeyTable<>(random, 1, HIGHEST_INDEX);
    }

    /** Returns whether a key belongs to a window, whether or not it is the window's present key. */
    boolean owns(final int key) {
        return byIndex.get(AllocatedWindow.indexOf(key)) != null;
    }

    /**
     * Allocates a window that is not bound.
     *
     * @param protectionDomain number of its domain.
     * @param ofQueuePair      true for a window of type 2, false for one of type 1.
     * @return the window, under a random index and key.
     */
    public AllocatedWindow allocate(final int protectionDomain, final boolean ofQueuePair) {
        int index = byIndex.draw();
        while (isNamedByARegion(index)) {
            index = byIndex.draw();
        }
        final AllocatedWindow window =
            new AllocatedWindow(index, protectionDomain, ofQueuePair, random.nextInt(KEYS_OF_AN_INDEX));
        byIndex.put(index, window);
        return window;
    }

    private boolean isNamedByARegion(final int index) {
        for (int userBits = 0; userBits < KEYS_OF_AN_INDEX; userBits++) {
            if (byKey.get(AllocatedWindow.keyOf(index, userBits)) != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * Frees a window. Its last key opens nothing afterwards.
     *
     * @param window window from this table. Has no effect if it is already freed.
     */
    public void free(final AllocatedWindow window) {
        if (byIndex.get(window.index()) == window) {
            unbind(window);
            byIndex.remove(window.index());
        }
    }

    /**
     * Binds a window to a part of a region, or unbinds a window of type 1 if the part is empty. A window of type 1 may
     * be bound already. One of type 2 must not be.
     *
     * @param index            {@linkplain AllocatedWindow#index() index} of the window.
     * @param newKey           its new key. Only the lower eight bits count.
     * @param regionKey        lkey of the region. Any value for an empty part.
     * @param address          first address of the part.
     * @param bytes            length of the part.
     * @param rights           what peers may do through the window, flags of {@link AccessFlags}.
     * @param protectionDomain domain of the queue pair that binds.
     * @param queuePair        number of that queue pair.
     * @return false, with nothing changed, if the window or the region does not exist in the domain, if the region does
     *     not allow this, or if the part is not within the region.
     */
    public boolean bind(
        final int index, final int newKey, final int regionKey, final long address, final long bytes,
        final int rights, final int protectionDomain, final int queuePair) {
        final AllocatedWindow window = byIndex.get(index);
        if (window == null || window.protectionDomain() != protectionDomain || (rights & ~REMOTE_RIGHTS) != 0
            || window.isOfQueuePair() && (window.isBound() || bytes == 0)) {
            return false;
        }
        final RegisteredMemory region = bytes == 0 ? null : byKey.get(regionKey);
        if (bytes != 0 && !isBindable(region, protectionDomain, rights, address, bytes)) {
            return false;
        }
        unbind(window);
        final int key = AllocatedWindow.keyOf(index, newKey);
        final RegisteredMemory opened = region == null ? null : window.isOfQueuePair()
            ? region.open(key, address, bytes, rights, queuePair) : region.open(key, address, bytes, rights);
        window.bind(key, region, opened);
        if (opened != null) {
            byKey.put(key, opened);
            boundToQueuePairs += window.isOfQueuePair() ? 1 : 0;
        }
        return true;
    }

    private static boolean isBindable(
        final RegisteredMemory region, final int protectionDomain, final int rights, final long address,
        final long bytes) {
        return region != null && region.isRegion() && region.protectionDomain() == protectionDomain
            && region.allows(AccessFlags.MEMORY_WINDOW_BIND)
            && ((rights & CHANGING_RIGHTS) == 0 || region.allows(AccessFlags.LOCAL_WRITE))
            && region.covers(address, bytes);
    }

    /**
     * Invalidates the key of a window of type 2. The window is then not bound.
     *
     * @param key              the key.
     * @param protectionDomain domain of the queue pair that invalidates, or whose peer does.
     * @param queuePair        number of that queue pair.
     * @return false, with nothing changed, if this is not the present key of a window of type 2 in the domain, or if
     *     another queue pair has bound the window. The keys of regions cannot be invalidated.
     */
    public boolean invalidate(final int key, final int protectionDomain, final int queuePair) {
        final AllocatedWindow window = byIndex.get(AllocatedWindow.indexOf(key));
        if (window == null || window.key() != key || !window.isOfQueuePair()
            || window.protectionDomain() != protectionDomain || !window.isOpenTo(queuePair)) {
            return false;
        }
        unbind(window);
        return true;
    }

    /**
     * Unbinds the windows of type 2 that a queue pair has bound, because another queue pair may get its number.
     *
     * @param queuePair number of the queue pair.
     */
    public void unbindAllOf(final int queuePair) {
        if (boundToQueuePairs > 0) {
            final List<AllocatedWindow> bound = new ArrayList<>();
            byIndex.forEach(window -> {
                if (window.isOfQueuePair() && window.isBound() && window.isOpenTo(queuePair)) {
                    bound.add(window);
                }
            });
            bound.forEach(this::unbind);
        }
    }

    private void unbind(final AllocatedWindow window) {
        if (window.isBound()) {
            byKey.remove(window.key());
            boundToQueuePairs -= window.isOfQueuePair() ? 1 : 0;
        }
        window.unbind();
    }

    /**
     * Returns the number of windows.
     *
     * @return windows that are allocated, bound or not.
     */
    public int size() {
        return byIndex.size();
    }
}
