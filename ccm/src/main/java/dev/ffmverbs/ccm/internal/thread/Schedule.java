// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Determines which of many owners have something to do, because they were woken or because their time has come.
 *
 * <p>The cost of waking an owner does not depend on their number. Changing its time costs the logarithm of their
 * number. Nothing is allocated once all owners are added. Any thread may {@linkplain #wake wake} an owner; all other
 * methods are used by one thread.
 *
 * @param <T> type of the owners.
 */
public final class Schedule<T> {

    /** No time is set. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final VarHandle WOKEN;

    static {
        try {
            WOKEN = MethodHandles.lookup().findVarHandle(Entry.class, "woken", boolean.class).withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int NOWHERE = -1;
    private static final int FIRST_ENTRIES = 16;

    /**
     * An owner and its time.
     *
     * @param <T> type of the owner.
     */
    public static final class Entry<T> {
        private final T owner;
        private volatile boolean woken;
        private Entry<T> wokenBefore;
        private boolean ready;
        private long dueNs;
        private int place = NOWHERE;

        private Entry(final T owner) {
            this.owner = owner;
        }

        /**
         * Returns the owner.
         *
         * @return the owner that was added.
         */
        public T owner() {
            return owner;
        }
    }

    private final AtomicReference<Entry<T>> lastWoken = new AtomicReference<>();
    private final Queue<Entry<T>> ready = new ArrayDeque<>();

    /** The last of the entries taken from {@link #lastWoken} that are not ready yet. */
    private Entry<T> taken;

    /** A heap: each entry is due no later than the two at twice its index. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private Entry<T>[] waiting = new Entry[FIRST_ENTRIES];
    private int waitingCount;

    /** Creates an empty schedule. */
    public Schedule() {
        // Entries are added one by one.
    }

    /**
     * Adds an owner that has something to do.
     *
     * @param owner the owner.
     * @return its entry.
     */
    public Entry<T> add(final T owner) {
        final Entry<T> added = new Entry<>(owner);
        makeReady(added);
        return added;
    }

    /**
     * Marks an owner as having something to do.
     *
     * @param entry its entry.
     */
    public void wake(final Entry<T> entry) {
        if (!entry.woken && WOKEN.compareAndSet((Entry<?>) entry, false, true)) {
            boolean noted = false;
            try {
                note(entry);
                noted = true;
            } finally {
                if (!noted) {
                    entry.woken = false;
                }
            }
        }
    }

    private void note(final Entry<T> entry) {
        Entry<T> before;
        do {
            before = lastWoken.get();
            entry.wokenBefore = before;
        } while (!lastWoken.compareAndSet(before, entry));
    }

    /**
     * Marks all owners as having something to do. Restores the order of the entries, whatever state a failure has left
     * them in.
     *
     * @param all every entry that was added.
     */
    public void makeAllReady(final Collection<Entry<T>> all) {
        ready.clear();
        Arrays.fill(waiting, null);
        waitingCount = 0;
        for (final Entry<T> entry : all) {
            entry.place = NOWHERE;
            entry.ready = false;
            makeReady(entry);
        }
    }

    private void makeReady(final Entry<T> entry) {
        if (!entry.ready) {
            entry.ready = true;
            ready.add(entry);
        }
    }

    /**
     * Collects the owners that have something to do.
     *
     * @param nowNs the present time.
     * @return how many owners {@link #next} will return.
     */
    public int collect(final long nowNs) {
        if (taken == null && lastWoken.get() != null) {
            taken = lastWoken.getAndSet(null);
        }
        while (taken != null) {
            final Entry<T> woken = taken;
            makeReady(woken);
            taken = woken.wokenBefore;
            woken.wokenBefore = null;
            woken.woken = false;
        }
        while (waitingCount > 0 && waiting[0].dueNs - nowNs <= 0) {
            final Entry<T> due = waiting[0];
            remove(due);
            makeReady(due);
        }
        return ready.size();
    }

    /**
     * Returns one of those collected. Its next time is set by {@link #setDue}.
     *
     * @return the entry of the next owner.
     */
    public Entry<T> next() {
        final Entry<T> entry = ready.remove();
        entry.ready = false;
        return entry;
    }

    /**
     * Whether an owner has something to do right now.
     *
     * @return whether {@link #collect} would find any without looking at the time.
     */
    public boolean isAnyReady() {
        return !ready.isEmpty() || taken != null || lastWoken.get() != null;
    }

    /**
     * Returns for how long no owner has anything to do, unless it is woken.
     *
     * @param nowNs the present time.
     * @return nanoseconds, 0 or more; {@link #NEVER} if no owner has a time.
     */
    public long untilNextNs(final long nowNs) {
        return waitingCount == 0 ? NEVER : Math.max(0, waiting[0].dueNs - nowNs);
    }

    /**
     * Sets when an owner has something to do, and replaces the time set before.
     *
     * @param entry   its entry.
     * @param nowNs   the present time.
     * @param delayNs in how many nanoseconds, 0 for immediately; {@link #NEVER} if only a wake-up gives it something to
     *     do.
     */
    public void setDue(final Entry<T> entry, final long nowNs, final long delayNs) {
        if (delayNs <= 0 || delayNs == NEVER) {
            remove(entry);
            if (delayNs <= 0) {
                makeReady(entry);
            }
            return;
        }
        entry.dueNs = nowNs + Math.min(delayNs, Long.MAX_VALUE / 2);
        if (entry.place == NOWHERE) {
            if (waitingCount == waiting.length) {
                waiting = Arrays.copyOf(waiting, 2 * waitingCount);
            }
            put(entry, waitingCount++);
        }
        moveUp(entry);
        moveDown(entry);
    }

    private void remove(final Entry<T> entry) {
        final int hole = entry.place;
        if (hole == NOWHERE) {
            return;
        }
        final Entry<T> last = waiting[--waitingCount];
        waiting[waitingCount] = null;
        entry.place = NOWHERE;
        if (last != entry) {
            put(last, hole);
            moveUp(last);
            moveDown(last);
        }
    }

    private void put(final Entry<T> entry, final int place) {
        waiting[place] = entry;
        entry.place = place;
    }

    private void moveUp(final Entry<T> entry) {
        int place = entry.place;
        while (place > 0 && entry.dueNs - waiting[(place - 1) / 2].dueNs < 0) {
            final int parent = (place - 1) / 2;
            put(waiting[parent], place);
            place = parent;
        }
        put(entry, place);
    }

    private void moveDown(final Entry<T> entry) {
        int place = entry.place;
        while (true) {
            int child = 2 * place + 1;
            if (child >= waitingCount) {
                break;
            }
            if (child + 1 < waitingCount && waiting[child + 1].dueNs - waiting[child].dueNs < 0) {
                child++;
            }
            if (entry.dueNs - waiting[child].dueNs <= 0) {
                break;
            }
            put(waiting[child], place);
            place = child;
        }
        put(entry, place);
    }

    @Override
    public String toString() {
        return "Schedule[ready=" + ready.size() + ", waiting=" + waitingCount + "]";
    }
}
