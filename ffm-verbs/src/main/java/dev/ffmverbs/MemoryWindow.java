// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.MemoryWindowOperations;
import dev.ffmverbs.spi.ProviderException;

/**
 * A memory window: a separate key for a part of a region, granted and revoked without a system call ({@code struct
 * ibv_mw}). Thread-safe. When several threads bind one window at once, the order of the binds is undefined.
 *
 * <p>A window of type 2 belongs to the queue pair that bound it. A queue pair cannot be closed before a window whose
 * bind was posted to it. Linux rxe would wait 50 s for the window to be freed, then free the queue pair while the
 * window still refers to it ({@code rxe_pool.c}, {@code __rxe_cleanup}).
 */
public final class MemoryWindow extends ProviderObject {

    /** The bits of a key that its user chooses. The other bits name the window. */
    private static final int KEY_MASK = 0xFF;

    private final ProtectionDomain domain;
    private final MemoryWindowOperations operations;
    private final MemoryWindowType type;
    private volatile int rkey;

    MemoryWindow(
        final ProtectionDomain domain, final MemoryWindowOperations operations, final MemoryWindowType type) {
        super(domain.device(), domain);
        this.domain = domain;
        this.operations = operations;
        this.type = type;
        this.rkey = operations.rkey();
    }

    /**
     * Returns how this window is bound ({@code ibv_mw.type}).
     *
     * @return the type it was allocated with.
     */
    public MemoryWindowType type() {
        return type;
    }

    /**
     * Returns the key by which peers access the range of the last bind ({@code ibv_mw.rkey}). Every bind changes it.
     *
     * @return the 32-bit remote key; peers are refused until the first bind has completed.
     */
    public int rkey() {
        return rkey;
    }

    /** Returns the key that the next bind by a request sets. */
    int nextRkey() {
        final int present = rkey;
        return (present & ~KEY_MASK) | ((present + 1) & KEY_MASK);
    }

    /** Records that a request to bind the window to this key was posted. The window and the queue pair are entered. */
    void noteBind(final QueuePair queuePair, final int newRkey) {
        addParent(queuePair);
        operations.setRkey(newRkey);
        rkey = newRkey;
    }

    /** Records that a batch that binds the window to this key was posted. The queue pair is entered. */
    void noteBindUnlessClosed(final QueuePair queuePair, final int newRkey) {
        try {
            enter();
        } catch (final IllegalStateException closedMeanwhile) {
            return;
        }
        try {
            noteBind(queuePair, newRkey);
        } finally {
            leave();
        }
    }

    /** Reads the key that the provider chose for a bind. The window is entered. */
    void readBoundKey() {
        rkey = operations.rkey();
    }

    void requireBindable(final MemoryWindowType wanted, final MemoryRegion region) {
        if (type != wanted) {
            throw new IllegalArgumentException(this + " is bound by " + (type == MemoryWindowType.TYPE_1
                ? "QueuePair.bindMemoryWindow" : "a SendRequest") + ", not by this call");
        }
        if (region.protectionDomain().memoryDomain() != domain.memoryDomain()) {
            throw new IllegalArgumentException(this + " belongs to another protection domain than " + region);
        }
    }

    /** Enters the window and the region while a request is posted. The caller leaves both. */
    void enterFor(final QueuePair queuePair, final MemoryRegion region) {
        if (queuePair.protectionDomain().memoryDomain() != domain.memoryDomain()) {
            throw new IllegalArgumentException(this + " belongs to another protection domain than " + queuePair);
        }
        enter();
        boolean entered = false;
        try {
            region.enterRegistered();
            entered = true;
        } finally {
            if (!entered) {
                leave();
            }
        }
    }

    @Override
    MemoryWindowOperations operations() {
        return operations;
    }

    @Override
    void free() throws ProviderException {
        operations.close();
    }

    @Override
    public String toString() {
        return "MemoryWindow of " + type + " (rkey=0x" + Integer.toHexString(rkey) + ")";
    }
}
