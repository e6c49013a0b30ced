// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests threads that do the port's work repeatedly, and a thread that needs the lock once. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DispatchLockTest {

    /** Allows for turns that begin before the other thread is in the queue, and for one turn that overtakes it. */
    private static final int FEW = 3;
    private static final int TRIES = 20;

    private final DispatchLock lock = new DispatchLock();

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

    /** Takes the lock repeatedly until another thread has it, and counts the turns while that thread waits. */
    private void requireFirst(final Runnable taking) throws InterruptedException {
        final AtomicInteger served = new AtomicInteger();
        final Thread waits = new Thread(() -> {
            lock.lock();
            served.incrementAndGet();
            lock.unlock();
        });
        lock.lock();
        waits.start();
        while (!lock.isWanted()) {
            Thread.onSpinWait();
        }
        lock.unlock();
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
