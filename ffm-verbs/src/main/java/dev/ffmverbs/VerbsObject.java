// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.OpenObjects;
import dev.ffmverbs.spi.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Lifecycle of a verbs object. Counts the calls in progress. {@link #close} waits for them, so that an object is never
 * freed while in use.
 *
 * <p>Every public method of a subclass runs its provider call between {@link #enter} and {@link #leave()}. Closing
 * waits until the calls in progress have left, so that no thread passes a freed object to native code. An object
 * confined to one thread needs no count, because that thread cannot close it during its own call. A {@link QueueObject}
 * records calls of the data path in another way.
 */
abstract class VerbsObject extends CountedCalls implements AutoCloseable {

    /** How often the closing thread checks for calls in progress in a spin, before it sleeps between checks. */
    private static final int SPINS = 100;
    private static final long PAUSE_NS = 100_000;

    private final Device device;
    private volatile List<VerbsObject> parents;
    private final Set<VerbsObject> children = ConcurrentHashMap.newKeySet();

    /**
     * Held by the thread that closes the object, even while it waits for batches of other threads to end. A thread
     * therefore checks for its own batch before it waits for this lock.
     */
    private final Object closing = new Object();

    private volatile boolean open = true;

    /**
     * Creates an open object. The caller has entered all parents, and calls {@link #joinParents} next.
     *
     * @param device  the device it belongs to.
     * @param parents objects that must outlive this one.
     */
    VerbsObject(final Device device, final VerbsObject... parents) {
        this.device = device;
        final List<VerbsObject> present = new ArrayList<>(parents.length);
        for (final VerbsObject parent : parents) {
            if (parent != null) {
                present.add(parent);
            }
        }
        this.parents = present;
    }

    /**
     * Returns the device this object belongs to.
     *
     * @return the device.
     */
    public final Device device() {
        return device;
    }

    /** Registers this object with its parents, which then refuse to close before it. */
    final void joinParents() {
        for (final VerbsObject parent : parents) {
            parent.children.add(this);
        }
    }

    /**
     * Replaces a parent of this object. Both parents, and this object, are entered.
     *
     * @param former   the parent that this object no longer needs.
     * @param adoptive the parent that this object needs from now on.
     */
    final void replaceParent(final VerbsObject former, final VerbsObject adoptive) {
        adoptive.children.add(this);
        parents = parents.stream().map(parent -> parent == former ? adoptive : parent).toList();
        if (former != adoptive) {
            former.children.remove(this);
        }
    }

    /**
     * Adds a parent to this object. Both are entered.
     *
     * @param parent the object that cannot be closed before this one from now on.
     */
    final void addParent(final VerbsObject parent) {
        synchronized (children) {
            if (!parents.contains(parent)) {
                parent.children.add(this);
                parents = Stream.concat(parents.stream(), Stream.of(parent)).toList();
            }
        }
    }

    /**
     * Confines this object to the calling thread for the rest of its life. Its calls then need no count.
     *
     * <p>Waits for the end of calls that are recorded in slots.
     *
     * @throws WrongThreadException  when it is confined to another thread.
     * @throws IllegalStateException when this object is closed, a batch is open on it, or another thread's counted call
     *                               on it is in progress.
     * @throws VerbsException        when the kernel refuses the provider's barrier.
     */
    final void confineToCurrentThread() {
        if (isConfinedTo(Thread.currentThread())) {
            return;
        }
        requireNoOpenBatch();
        synchronized (closing) {
            requireOwnThread();
            if (owner() != null) {
                return;
            }
            requireNoOpenBatch();
            if (!markConfined()) {
                throw new IllegalStateException(this + (open
                    ? " cannot be confined while another thread's call on it is in progress" : " is closed"));
            }
            try {
                settleNotedCalls();
                for (int attempt = 0; hasNotedCalls(); attempt++) {
                    pause(attempt);
                }
                owner(Thread.currentThread());
            } catch (final ProviderException e) {
                throw exceptionFor(e);
            } finally {
                if (owner() == null) {
                    unmarkConfined();
                }
            }
        }
    }

    /** Refuses threads that the object is not confined to. After the owner has ended, every thread is accepted. */
    final void requireOwnThread() {
        final Thread thread = owner();
        if (thread != null && thread != Thread.currentThread() && thread.isAlive()) {
            throw refusal(uses());
        }
    }

    /**
     * Makes a call that closing something else needs, and that must therefore stay possible after the thread that this
     * object is confined to has ended.
     *
     * @throws WrongThreadException  when the object is confined to another thread that has not ended.
     * @throws IllegalStateException when the object is closed.
     */
    final void callWhileClosing(final Runnable call) {
        try {
            enter();
        } catch (final WrongThreadException confined) {
            if (!callForEndedThread(call)) {
                throw confined;
            }
            return;
        }
        try {
            call.run();
        } finally {
            leave();
        }
    }

    /** Makes a call, unless the thread that this object is confined to has not ended. Nobody else calls meanwhile. */
    private boolean callForEndedThread(final Runnable call) {
        synchronized (closing) {
            final Thread thread = owner();
            final boolean callable = open && thread != null && !thread.isAlive();
            if (callable) {
                call.run();
            }
            return callable;
        }
    }

    /**
     * Begins a call that needs several objects, all of them or none.
     *
     * @param objects objects to enter, in this order; null elements are skipped.
     */
    static void enterAll(final VerbsObject... objects) {
        int entered = 0;
        try {
            for (; entered < objects.length; entered++) {
                if (objects[entered] != null) {
                    objects[entered].enter();
                }
            }
        } finally {
            if (entered < objects.length) {
                leaveAll(objects, entered);
            }
        }
    }

    /**
     * Ends a call that needed several objects.
     *
     * @param objects the argument of {@link #enterAll}.
     */
    static void leaveAll(final VerbsObject... objects) {
        leaveAll(objects, objects.length);
    }

    /** Allocates nothing, because the failure may have been a lack of memory. */
    private static void leaveAll(final VerbsObject[] objects, final int entered) {
        for (int i = 0; i < entered; i++) {
            if (objects[i] != null) {
                objects[i].leave();
            }
        }
    }

    /**
     * Whether this object is open.
     *
     * @return false from the moment {@link #close} succeeds.
     */
    public final boolean isOpen() {
        return open;
    }

    /**
     * Frees this object. Closing a closed object has no effect.
     *
     * <p>New calls are refused. This method waits for calls in progress in other threads, and makes calls that wait for
     * an event return at once.
     *
     * @throws IllegalStateException when objects that need this one are still open (the message counts them by class
     *                               and names some), or while a batch of requests or completions is open on this
     *                               object.
     * @throws WrongThreadException  when it is confined to another thread that has not ended.
     * @throws VerbsException        when the provider cannot free it; the object then stays open.
     */
    @Override
    public final void close() {
        if (isOpen()) {
            requireNoOpenBatch();
        }
        synchronized (closing) {
            if (!isOpen()) {
                return;
            }
            requireOwnThread();
            requireClosable();
            final Thread formerOwner = owner();
            markClosed();
            try {
                settleNotedCalls();
                awaitCallsInProgress();
                requireClosable();
                free();
                open = false;
            } catch (final ProviderException e) {
                throw exceptionFor(e);
            } finally {
                if (isOpen()) {
                    unmarkClosed(formerOwner);
                }
            }
            for (final VerbsObject parent : parents) {
                parent.children.remove(this);
            }
        }
    }

    /** Waits for the calls that began before the object was marked as closed. No others begin. */
    private void awaitCallsInProgress() {
        for (int attempt = 0; hasCountedCalls() || hasNotedCalls(); attempt++) {
            requireNoOpenBatch();
            endWaitingCalls();
            pause(attempt);
        }
    }

    private static void pause(final int attempt) {
        if (attempt < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    private void requireClosable() {
        requireClosingThread();
        if (!children.isEmpty()) {
            throw new IllegalStateException(this + " cannot be closed while " + OpenObjects.describe(children)
                + "; close them first");
        }
        requireNoOpenBatch();
    }

    /**
     * Refuses a thread that must not free this object. The object then stays usable, because nothing has changed yet.
     *
     * @throws WrongThreadException when another thread must free it.
     */
    void requireClosingThread() {
    }

    /**
     * Refuses a call while a batch that spans several calls is open on this object.
     *
     * @throws IllegalStateException when a batch is open; the message names its thread.
     */
    void requireNoOpenBatch() {
    }

    /** Makes calls that wait for an event return, so that {@link #close} need not wait for them. May be repeated. */
    void endWaitingCalls() {
    }

    /**
     * Makes every call that is recorded in a slot visible to {@link #hasNotedCalls}, and makes every later call be
     * refused. Called after the object was marked.
     *
     * @throws ProviderException when the provider cannot execute its barrier.
     */
    void settleNotedCalls() throws ProviderException {
    }

    /** Whether calls are in progress that are recorded in slots and not counted. */
    boolean hasNotedCalls() {
        return false;
    }

    /**
     * Frees the provider's object. Called while no call is in progress, and again only after a failure.
     *
     * @throws ProviderException when the provider refuses.
     */
    abstract void free() throws ProviderException;

    /**
     * Returns the exception for a verb that failed on this object.
     *
     * @param failure what the provider reported.
     * @return an {@link UnsupportedVerbException} when the device has no such operation.
     */
    final VerbsException exceptionFor(final ProviderException failure) {
        return VerbsException.of(failure, device);
    }
}
