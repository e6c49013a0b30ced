// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The application threads that wait for completions. One of them leads: it has the {@link SocketWatch}, does the work
 * of the port, and an arriving packet wakes it alone. The others follow: they sleep until they have what they wait for.
 *
 * <p>A thread that stops leading wakes the follower that came first, which leads next. Other followers cannot lead,
 * like virtual threads, which must not block their carrier. While there are such, the port thread leads whenever no
 * application thread does.
 *
 * <p>A thread that waits again and again is absent for a short time between its waits. The port thread does not take
 * the watch in that time. Otherwise each packet would first wake the port thread, and then the thread that waits. The
 * port thread takes the watch after an absence of {@value #LONGEST_ABSENCE_US} microseconds, so packets and deadlines
 * never wait much longer. Peers would notice shorter delays if they were usual. Therefore, if most absences exceed
 * {@value #SHORT_ABSENCE_US} microseconds, the port thread keeps the watch.
 *
 * <p><b>No wake-up is lost.</b> A follower registers before it checks that another thread has the watch, and a thread
 * returns the watch before it looks for followers. One of them therefore sees the other. If a follower is woken to lead
 * and stops waiting instead, the port thread notices that the watch is free, as after any absence.
 *
 * <p>Thread-safe. Nothing is allocated per wait.
 */
final class WaitingThreads {

    /** How long the application may be absent before the port thread takes the watch. */
    private static final long LONGEST_ABSENCE_US = 1000;
    /** Length of an absence that may be usual. */
    private static final long SHORT_ABSENCE_US = 300;

    private static final long LONGEST_ABSENCE_NS = TimeUnit.MICROSECONDS.toNanos(LONGEST_ABSENCE_US);
    private static final long SHORT_ABSENCE_NS = TimeUnit.MICROSECONDS.toNanos(SHORT_ABSENCE_US);
    /** Length of a wait that is not one of many in quick succession. */
    private static final long LONG_WAIT_NS = TimeUnit.MICROSECONDS.toNanos(500);

    /** Number of recent short absences. Each long absence subtracts two. */
    private static final int MOST = 8;
    private static final int ENOUGH = 4;
    private static final int COST_OF_LONG = 2;

    private final SocketWatch watch;

    /** The follower that leads next, or null. */
    private final AtomicReference<Waiter> next = new AtomicReference<>();

    /** Number of followers that cannot lead. */
    private final AtomicInteger others = new AtomicInteger();

    /** Whether the system refuses to let application threads wait for the socket. */
    private volatile boolean refused;

    /** A count of concurrent threads may be missing. */
    private volatile int shortAbsences;

    /** When a thread that may lead last began or ended a wait. A long time ago before the first wait. */
    private volatile long lastSeenNs = System.nanoTime() - TimeUnit.DAYS.toNanos(1);
    private volatile long leadingSinceNs;

    WaitingThreads(final SocketWatch watch) {
        this.watch = watch;
    }

    /**
     * Makes the calling thread lead, unless another thread does. If the result is true, {@link #stopLeading} must
     * follow.
     *
     * @param nowNs current time.
     * @return whether the calling thread has the watch now.
     */
    boolean tryLead(final long nowNs) {
        if (!mayLead()) {
            return false;
        }
        final int before = shortAbsences;
        shortAbsences = nowNs - lastSeenNs <= SHORT_ABSENCE_NS
            ? Math.min(MOST, before + 1) : Math.max(0, before - COST_OF_LONG);
        lastSeenNs = nowNs;
        if (!watch.tryTake()) {
            return false;
        }
        leadingSinceNs = nowNs;
        return true;
    }

    private boolean mayLead() {
        return !refused && !Thread.currentThread().isVirtual();
    }

    /** Records that application threads cannot wait for the socket. All threads follow from now on. */
    void refuse() {
        refused = true;
    }

    /** Returns the watch, and wakes the follower that leads next. */
    void stopLeading() {
        // Before the watch is free, because the port thread then checks how long the application has been absent.
        lastSeenNs = System.nanoTime();
        watch.giveBack();
        wakeNext();
    }

    /** Wakes the follower that leads next, if there is one. Called after the watch was returned. */
    void wakeNext() {
        final Waiter woken = next.get();
        if (woken != null && next.compareAndSet(woken, null)) {
            // The port thread gives it time to lead.
            lastSeenNs = System.nanoTime();
            woken.endSleep();
        }
    }

    /**
     * Registers the calling thread as a follower. {@link #stopFollowing} must follow.
     *
     * @return whether it leads next. If not, the port thread must lead if no application thread does.
     */
    boolean follow(final Waiter waiter) {
        if (mayLead() && next.compareAndSet(null, waiter)) {
            return true;
        }
        others.incrementAndGet();
        return false;
    }

    /**
     * Ends {@link #follow}.
     *
     * @param leadsNext result of that call.
     */
    void stopFollowing(final Waiter waiter, final boolean leadsNext) {
        if (!leadsNext) {
            others.decrementAndGet();
            return;
        }
        // Has no effect if the thread was woken to lead.
        next.compareAndSet(waiter, null);
        lastSeenNs = System.nanoTime();
    }

    /** Returns whether the port thread must lead unless an application thread does. */
    boolean needsPortThread() {
        return others.get() > 0;
    }

    /** Returns whether the last absences were short, and the port thread is not needed. */
    boolean areHabitual() {
        return shortAbsences >= ENOUGH && others.get() == 0;
    }

    /**
     * Returns whether a thread that waits again and again is about to lead, or has not been absent for too long. The
     * calling thread has the watch, and may return it then.
     */
    boolean areAboutToLead(final long nowNs) {
        return areHabitual() && (next.get() != null || nowNs - lastSeenNs < LONGEST_ABSENCE_NS);
    }

    /**
     * Returns how long the port thread stays away. If an application thread has led for some time, that is until it
     * returns the watch.
     *
     * @param leads whether an application thread has the watch.
     * @param nowNs current time.
     * @return nanoseconds, or 0 if the port thread takes the watch, or waits until it is returned.
     */
    long awayNs(final boolean leads, final long nowNs) {
        if (!areHabitual()) {
            return 0;
        }
        if (leads) {
            return nowNs - leadingSinceNs < LONG_WAIT_NS ? LONGEST_ABSENCE_NS : 0;
        }
        return Math.max(0, lastSeenNs + LONGEST_ABSENCE_NS - nowNs);
    }

    @Override
    public String toString() {
        return "WaitingThreads[" + (next.get() == null ? "none leads next" : "one leads next") + ", others=" + others
            + ", shortAbsences=" + shortAbsences + (refused ? ", the system refuses waits" : "") + "]";
    }
}
