// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.util.ArrayList;
import java.util.List;

/** Keeps a thread for each client of a node, from its registration until it is closed and has nothing left to free. */
public final class ClientThreads {

    private final String nodeName;
    private final List<DeliveryThread> threads = new ArrayList<>();

    /**
     * Creates an object without threads.
     *
     * @param nodeName name of the node, for the names of the threads.
     */
    public ClientThreads(final String nodeName) {
        this.nodeName = nodeName;
    }

    /**
     * Starts a client's thread.
     *
     * @param client name of the client.
     * @return the thread, already started.
     * @throws OutOfMemoryError if the operating system cannot provide a thread.
     */
    public synchronized ClientThread threadOf(final String client) {
        final DeliveryThread thread = new DeliveryThread(
            "ccm-client-" + nodeName + "-" + client, "client " + client + " of node " + nodeName);
        threads.removeIf(former -> !former.isAlive());
        threads.add(thread);
        thread.start();
        return thread;
    }

    /**
     * Whether every client receives its notifications.
     *
     * @return true, even while a client blocks its thread.
     */
    public synchronized boolean areWell() {
        for (int i = 0; i < threads.size(); i++) {
            if (!threads.get(i).isWell()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Waits until the clients have received their notifications, but no longer than this for clients that block. What
     * has not been freed by then is freed when the node's interconnects are closed.
     *
     * @param timeoutNs longest time to wait for all of them together, in nanoseconds.
     */
    public synchronized void close(final long timeoutNs) {
        final long startNs = System.nanoTime();
        threads.forEach(DeliveryThread::finish);
        for (final DeliveryThread thread : threads) {
            thread.join(Math.max(0, timeoutNs - (System.nanoTime() - startNs)));
        }
    }
}
