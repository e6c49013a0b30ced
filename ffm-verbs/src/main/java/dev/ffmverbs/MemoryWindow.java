// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.MemoryWindowOperations;
import dev.ffmverbs.spi.ProviderException;

/**
 * A memory window: a separate key for a part of a region, granted and revoked without a system call ({@code struct
 * ibv_mw}). Thread-safe; binding one window from several threads at once leaves it open which bind is the last.
 *
 * <p>A window of type 2 belongs to the queue pair that bound it: no queue pair that a bind of this window was posted to
 * can be closed before the window. Linux rxe would wait 50 s for the window to go, then free the queue pair under it
 * ({@code rxe_pool.c}, {@code __rxe_cleanup}).
 */
public final class MemoryWindow extends VerbsObject {

    /** The part of a key that its user chooses; the rest names the window. */
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
     * How this window is bound.
     *
     * @return the type it was allocated with.
     */
    public MemoryWindowType type() {
        return type;
    }

    /**
     * The key peers name to reach what the window was last bound to; every bind changes it.
     *
     * @return the 32-bit remote key, of no use before the first bind has completed.
     */
    public int rkey() {
        return rkey;
    }

    /** The key the next bind by a request gives. */
    int nextRkey() {
        final int present = rkey;
        return (present & ~KEY_MASK) | ((present + 1) & KEY_MASK);
    }

    /** A request was posted that binds the window to this key; the window and the queue pair are entered. */
    void noteBind(final QueuePair queuePair, final int newRkey) {
        addParent(queuePair);
        operations.setRkey(newRkey);
        rkey = newRkey;
    }

    /** A batch was posted that binds the window to this key; the queue pair is entered. */
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

    /** The provider bound the window, and chose the key itself; the window is entered. */
    void readBoundKey() {
        rkey = operations.rkey();
    }

    void requireBindable(final MemoryWindowType wanted, final MemoryRegion region) {
        if (type != wanted) {
            throw new IllegalArgumentException(this + " is bound by " + (type == MemoryWindowType.TYPE_1
                ? "QueuePair.bindMemoryWindow" : "a SendRequest") + ", not by this call");
        }
        if (region.protectionDomain() != domain) {
            throw new IllegalArgumentException(this + " belongs to another protection domain than " + region);
        }
    }

    /** Holds window and region for a posting; both are to be left. */
    void enterFor(final QueuePair queuePair, final MemoryRegion region) {
        if (queuePair.protectionDomain() != domain) {
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
