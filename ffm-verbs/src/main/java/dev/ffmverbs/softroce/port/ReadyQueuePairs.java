// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/** Connections that may have something to send, first come first served; guarded by the dispatch lock. */
final class ReadyQueuePairs {

    private PortQueuePair first;
    private PortQueuePair last;

    /** Adds a connection at the end, unless it is in already or no longer the port's. */
    void add(final PortQueuePair connection) {
        if (connection.isReady || connection.isRemoved()) {
            return;
        }
        connection.isReady = true;
        connection.nextReady = null;
        if (first == null) {
            first = connection;
        } else {
            last.nextReady = connection;
        }
        last = connection;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** The one that will be polled last of those in it now. */
    PortQueuePair last() {
        return last;
    }

    /** Takes the first one out; null when there is none. */
    PortQueuePair poll() {
        final PortQueuePair connection = first;
        if (connection != null) {
            first = connection.nextReady;
            last = first == null ? null : last;
            connection.nextReady = null;
            connection.isReady = false;
        }
        return connection;
    }
}
