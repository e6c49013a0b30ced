// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.link.CompletionSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A completion source in which nothing completes unless the test says so. */
final class SilentCompletionSource implements CompletionSource {
    final Semaphore bell = new Semaphore(0);
    final AtomicInteger rings = new AtomicInteger();
    final List<Long> waitsNs = new CopyOnWriteArrayList<>();
    volatile Runnable onPoll = () -> { };
    volatile Runnable afterWait = () -> { };

    @Override
    public int poll() {
        onPoll.run();
        return 0;
    }

    @Override
    public void await(final long timeoutNs) {
        waitsNs.add(timeoutNs);
        try {
            if (bell.tryAcquire(timeoutNs, TimeUnit.NANOSECONDS)) {
                bell.drainPermits();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        afterWait.run();
    }

    @Override
    public void wakeUp() {
        rings.incrementAndGet();
        bell.release();
    }
}
