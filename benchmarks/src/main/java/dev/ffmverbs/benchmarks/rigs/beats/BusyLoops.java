// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.beats;

import java.util.ArrayList;
import java.util.List;

/** Threads that each keep a processor busy until they are closed. */
final class BusyLoops implements AutoCloseable {

    private final List<Thread> threads = new ArrayList<>();

    BusyLoops(final int count) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().daemon().name("busy-" + i).start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
            }));
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
