// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.AllocatedBytes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests threads that do the port's work repeatedly, and a thread that needs the lock once. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DispatchLockTest {

    /** Allows for turns that begin before the other thread is in the queue, and for one turn that overtakes it. */
    private static final int FEW = 3;
    private static final int TRIES = 20;
    private static final long HELD_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final long LONG_NS = TimeUnit.HOURS.toNanos(1);

    private final DispatchLock lock = new DispatchLock(LONG_NS);

    @Test
    void thePortsThreadLetsAThreadThatWaitsComeFirst() throws InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            requireFirst(lock::lockWithoutQueue);
        }
    }

    @Test
    void threadsOfTheApplicationLetAThreadThatWaitsComeFirst() throws InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            requireFirst(lock::lock);
        }
    }

    @Test
    void aThreadOfTheControlPathIsNotOvertaken() throws InterruptedException {
        requireReserved(lock::lock);
    }

    @Test
    void theThreadThatWatchesTheSocketIsNotOvertakenAfterALongWait() throws InterruptedException {
        requireReserved(lock::lockWithoutQueue);
    }

    /** Releases the lock while a thread waits that has reserved it. Another thread that tries does not get it. */
    private void requireReserved(final Runnable taking) throws InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            final AtomicBoolean mayRelease = new AtomicBoolean();
            final Thread waits = new Thread(() -> {
                taking.run();
                while (!mayRelease.get()) {
                    LockSupport.parkNanos(HELD_NS);
                }
                lock.unlock();
            });
            lock.lock();
            waits.start();
            while (!lock.isReserved()) {
                LockSupport.parkNanos(HELD_NS);
            }
            assertTrue(lock.tryLock(), "the thread that has the lock may take it again");
            lock.unlock();
            lock.unlock();
            final boolean overtook = lock.tryLock();
            if (overtook) {
                lock.unlock();
            }
            mayRelease.set(true);
            waits.join();
            assertFalse(overtook, "took the lock before a thread that waits");
            assertFalse(lock.isReserved());
            assertTrue(lock.tryLock());
            lock.unlock();
        }
    }

    @Test
    void aThreadThatNeverTakesWhatItHasReservedStopsNobody() {
        final DispatchLock impatient = new DispatchLock(0);
        final Thread suspended = new Thread(() -> { });
        impatient.reserve(suspended);
        assertTrue(impatient.tryLock());
        impatient.unlock();

        lock.reserve(suspended);
        assertFalse(lock.tryLock());
    }

    @Test
    void aVirtualThreadDoesNotMakeOthersWaitForACarrier() throws InterruptedException {
        lock.lock();
        final Thread waits = Thread.ofVirtual().start(() -> {
            lock.lock();
            lock.unlock();
        });
        while (!lock.hasQueue()) {
            LockSupport.parkNanos(HELD_NS);
        }
        for (int i = 0; i < TRIES; i++) {
            LockSupport.unpark(waits);
            LockSupport.parkNanos(HELD_NS);
            assertFalse(lock.isReserved());
        }
        lock.unlock();
        waits.join();
    }

    @Test
    void theThreadThatWatchesTheSocketWaitsWithoutAllocating() throws InterruptedException {
        final AllocatedBytes bytes = AllocatedBytes.counter().orElseThrow();
        final AtomicBoolean over = new AtomicBoolean();
        final AtomicInteger waits = new AtomicInteger();
        final Thread holds = new Thread(() -> {
            while (!over.get()) {
                lock.lock();
                LockSupport.parkNanos(HELD_NS);
                lock.unlock();
            }
        });
        final Thread watches = new Thread(() -> {
            while (!over.get()) {
                LockSupport.parkNanos(HELD_NS / 2);
                lock.lockWithoutQueue();
                lock.unlock();
                waits.incrementAndGet();
            }
        });
        holds.start();
        watches.start();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && least > 0; i++) {
            final long before = bytes.count(watches);
            final int from = waits.get();
            while (waits.get() < from + TRIES) {
                LockSupport.parkNanos(HELD_NS);
            }
            least = Math.min(least, bytes.count(watches) - before);
        }
        over.set(true);
        holds.join();
        watches.join();
        assertEquals(0, least, "bytes in " + TRIES + " waits");
    }

    @Test
    void anInterruptOfAThreadThatWaitsIsKept() throws InterruptedException {
        final AtomicBoolean kept = new AtomicBoolean();
        final Thread waits = new Thread(() -> {
            Thread.currentThread().interrupt();
            lock.lockWithoutQueue();
            kept.set(Thread.currentThread().isInterrupted());
            lock.unlock();
        });
        startWaiting(waits);
        waits.join();
        assertTrue(kept.get());
    }

    /** Starts a thread that takes the lock, and releases the lock once the thread waits for it. */
    private void startWaiting(final Thread waits) {
        lock.lock();
        waits.start();
        while (!lock.isWanted()) {
            Thread.onSpinWait();
        }
        lock.unlock();
    }

    /** Takes the lock repeatedly until another thread has it, and counts the turns while that thread waits. */
    private void requireFirst(final Runnable taking) throws InterruptedException {
        final AtomicInteger served = new AtomicInteger();
        final Thread waits = new Thread(() -> {
            lock.lock();
            served.incrementAndGet();
            lock.unlock();
        });
        startWaiting(waits);
        int turns = 0;
        while (served.get() == 0) {
            taking.run();
            turns++;
            lock.unlock();
        }
        waits.join();
        assertTrue(turns <= FEW, turns + " turns while another thread waited");
    }
}
