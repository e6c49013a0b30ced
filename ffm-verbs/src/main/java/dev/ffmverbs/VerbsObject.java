// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.ProviderException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The life of a verbs object: open, in use by so many calls, closed; never freed under a call in progress.
 *
 * <p>Every public method of a subclass runs its provider call between {@link #enter} and {@link #leave}. Closing
 * waits until the calls in progress have left, so that no thread ever passes a freed object to native code.
 */
abstract class VerbsObject implements AutoCloseable {

    private static final VarHandle USES;

    /** Far below zero, so that calls that come too late cannot count it back up to open. */
    private static final int CLOSED = Integer.MIN_VALUE / 2;

    static {
        try {
            USES = MethodHandles.lookup().findVarHandle(VerbsObject.class, "uses", int.class)
                .withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final List<VerbsObject> parents;
    private final Set<VerbsObject> children = ConcurrentHashMap.newKeySet();
    private final Object closing = new Object();

    @SuppressWarnings("unused")
    private volatile int uses;

    /**
     * Creates an open object. The caller has entered all parents, and makes the object known to them by
     * {@link #adopted}.
     *
     * @param parents objects that must outlive this one.
     */
    VerbsObject(final VerbsObject... parents) {
        this.parents = List.of(parents);
    }

    /** Makes this object known to its parents; from here on they refuse to close before it. */
    final void adopted() {
        for (final VerbsObject parent : parents) {
            parent.children.add(this);
        }
    }

    /** Begins a call: until {@link #leave} the object cannot be freed. */
    final void enter() {
        if ((int) USES.getAndAddAcquire(this, 1) < 0) {
            leave();
            throw new IllegalStateException(this + " is closed");
        }
    }

    /** Ends a call. */
    final void leave() {
        final int ignored = (int) USES.getAndAddRelease(this, -1);
    }

    /**
     * Whether the object has not been closed.
     *
     * @return false from the moment {@link #close} succeeds.
     */
    public final boolean isOpen() {
        return uses >= 0;
    }

    /**
     * Frees the object. Closing again does nothing.
     *
     * @throws IllegalStateException when objects that need this one are still open; the message lists them.
     * @throws VerbsException        when the provider cannot free it; the object then stays open.
     */
    @Override
    public final void close() {
        synchronized (closing) {
            if (!isOpen()) {
                return;
            }
            requireNoChildren();
            endWaitingCalls();
            while (!USES.compareAndSet(this, 0, CLOSED)) {
                Thread.onSpinWait();
            }
            boolean freed = false;
            try {
                requireNoChildren();
                free();
                freed = true;
            } catch (final ProviderException e) {
                throw new VerbsException(e);
            } finally {
                if (!freed) {
                    final int ignored = (int) USES.getAndAdd(this, -CLOSED);
                }
            }
            for (final VerbsObject parent : parents) {
                parent.children.remove(this);
            }
        }
    }

    private void requireNoChildren() {
        if (!children.isEmpty()) {
            throw new IllegalStateException(this + " cannot be closed while objects that need it are open: "
                + children.stream().map(VerbsObject::toString).sorted().collect(Collectors.joining(", "))
                + "; close them first");
        }
    }

    /** Lets calls that wait for something return, so that {@link #close} need not wait for them. */
    void endWaitingCalls() {
    }

    /**
     * Frees the provider's object; called once, with no call in progress.
     *
     * @throws ProviderException when the provider refuses.
     */
    abstract void free() throws ProviderException;
}
