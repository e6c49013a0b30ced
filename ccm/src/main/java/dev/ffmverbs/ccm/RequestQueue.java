// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.link.IncomingRequest;
import java.util.ArrayDeque;
import java.util.Queue;

/** Requests of partners to connect, in the order in which they arrived. Any thread may add one; one thread answers. */
final class RequestQueue {

    private final Queue<IncomingRequest> requests = new ArrayDeque<>();
    private boolean closed;
    private volatile boolean waiting;

    /** Adds a request. Returns false if this queue is closed: the request is then still to be answered. */
    boolean add(final IncomingRequest request) {
        synchronized (requests) {
            if (!closed) {
                requests.add(request);
                waiting = true;
            }
            return !closed;
        }
    }

    /** Whether a request may be waiting; takes no lock. */
    boolean isWaiting() {
        return waiting;
    }

    /** Returns the first request, which stays in the queue; null if there is none. */
    IncomingRequest first() {
        synchronized (requests) {
            final IncomingRequest first = requests.peek();
            if (first == null) {
                waiting = false;
            }
            return first;
        }
    }

    void removeFirst() {
        synchronized (requests) {
            requests.remove();
        }
    }

    /** Takes no more requests. Those that are here stay. */
    void close() {
        synchronized (requests) {
            closed = true;
        }
    }

    @Override
    public String toString() {
        synchronized (requests) {
            return "RequestQueue[" + requests.size() + " requests" + (closed ? ", closed]" : "]");
        }
    }
}
