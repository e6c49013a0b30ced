// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A thread for each client of a node; one that has nothing to do ends until there is something. Thread-safe. */
final class ClientThreads {

    private static final long IDLE_S = 1;

    /** What is still to be done for a client of a closed node is done when the node's endpoint is closed. */
    private static final RejectedExecutionHandler FORGET = (task, pool) -> { };

    private final String namePrefix;
    private final List<ThreadPoolExecutor> pools = new ArrayList<>();

    ClientThreads(final String namePrefix) {
        this.namePrefix = namePrefix;
    }

    synchronized Executor threadOf(final String client) {
        final ThreadPoolExecutor pool = new ThreadPoolExecutor(1, 1, IDLE_S, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().daemon().name(namePrefix + client).unstarted(task), FORGET);
        pool.allowCoreThreadTimeOut(true);
        pools.add(pool);
        return pool;
    }

    /** Lets the clients hear what they were told, but waits no longer than this for clients that block. */
    synchronized void close(final long timeoutNs) {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        pools.forEach(ThreadPoolExecutor::shutdown);
        for (final ThreadPoolExecutor pool : pools) {
            try {
                pool.awaitTermination(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
