// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that one thread at a time has something, and that a thread that cannot return it does not keep it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PossessionTest {

    private final Possession possession = new Possession();

    private static void run(final Runnable task) throws InterruptedException {
        final Thread thread = new Thread(task);
        thread.start();
        thread.join();
    }

    @Test
    void aThreadThatTookItSeveralTimesReturnsItAsOften() throws InterruptedException {
        assertTrue(possession.tryTakeAgain());
        assertFalse(possession.isNested());
        assertTrue(possession.tryTakeAgain());
        assertTrue(possession.isNested());
        run(() -> assertFalse(possession.isMine() || possession.tryTakeAgain() || possession.tryTake()));
        assertFalse(possession.giveBack());
        assertTrue(possession.isMine());
        assertTrue(possession.giveBack());
        assertFalse(possession.isMine() || possession.isTaken());
        run(() -> assertTrue(possession.tryTake()));
    }

    @Test
    void aThreadThatHasEndedDoesNotKeepIt() throws InterruptedException {
        run(() -> assertTrue(possession.tryTakeAgain() && possession.tryTakeAgain()));
        assertFalse(possession.tryTakeAgain());
        assertTrue(possession.takeFromGoneThread());
        assertTrue(possession.isMine());
        assertTrue(possession.giveBack());
    }

    @Test
    void aThreadThatExecutesCodeOfTheDeviceKeepsIt() throws InterruptedException {
        assertTrue(possession.tryTake());
        run(() -> assertFalse(possession.takeFromGoneThread(), "this test is in a package of the device"));
        assertTrue(possession.giveBack());
        run(() -> assertFalse(possession.takeFromGoneThread(), "nobody has it"));
    }

    @Test
    void theLockOfAThreadThatNeverReleasesItIsTakenFromThatThread() throws InterruptedException {
        final DispatchLock lock = new DispatchLock();
        run(lock::lock);
        assertFalse(lock.tryLock());
        lock.lock();
        lock.unlock();
        run(lock::lock);
        lock.lockWithoutQueue();
        lock.unlock();
        assertTrue(lock.tryLock());
    }
}
