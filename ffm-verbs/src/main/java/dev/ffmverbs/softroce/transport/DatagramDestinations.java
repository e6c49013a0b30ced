// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.UdpPath;

/**
 * The destinations of the datagrams in a send queue, by slot.
 *
 * <p>Filled by the poster before it posts a request, and read by the queue pair afterwards.
 */
final class DatagramDestinations {

    private final UdpPath[] paths;
    private final int[] queuePairs;
    private final int[] queueKeys;

    /** Creates destinations for a queue with this many slots, a power of two, or 0 if no request is a datagram. */
    DatagramDestinations(final int capacity) {
        paths = new UdpPath[capacity];
        queuePairs = new int[capacity];
        queueKeys = new int[capacity];
    }

    void set(final int slot, final UdpPath path, final int queuePair, final int queueKey) {
        paths[slot] = path;
        queuePairs[slot] = queuePair;
        queueKeys[slot] = queueKey;
    }

    boolean isSet(final int slot) {
        return paths[slot] != null;
    }

    private int slot(final long sequence) {
        return (int) sequence & paths.length - 1;
    }

    /** Returns the path of the request with a sequence number. */
    UdpPath path(final long sequence) {
        return paths[slot(sequence)];
    }

    int queuePair(final long sequence) {
        return queuePairs[slot(sequence)];
    }

    int queueKey(final long sequence) {
        return queueKeys[slot(sequence)];
    }
}
